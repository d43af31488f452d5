//! Which references a drawing is painted from.

use serde::{Deserialize, Serialize};

/// The reference mode of a clip. Design sheets join every mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Each drawing from the one before it, as painted by ourselves; the first painted drawing starts the chain.
    PreviousFrame,
    /// Each drawing from the first painted drawing of the clip.
    FirstFrame,
    /// Outward from every painted drawing in both directions, each drawing from its painted neighbour.
    Nearest,
    /// Each drawing from the design sheets alone.
    Keyframe,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 4] = [Self::PreviousFrame, Self::FirstFrame, Self::Nearest, Self::Keyframe];

    /// The word for it on the command line and in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreviousFrame => "previous-frame",
            Self::FirstFrame => "first-frame",
            Self::Nearest => "nearest",
            Self::Keyframe => "keyframe",
        }
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

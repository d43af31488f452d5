//! The variants of DACoN that the paper compares.

use worker::model::{Comparison, ModelConfig, Reduction};

/// What a model does otherwise than the published one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    /// Nothing.
    Published,
    MultiLayer,
    CrossAttention,
    Multiplex,
}

impl Variant {
    /// The variant that a model is; none if it does more than one thing otherwise.
    pub(super) const fn of(config: &ModelConfig) -> Option<Self> {
        match (&config.reduction, &config.comparison) {
            (Reduction::LastLayer, Comparison::Cosine) => Some(Self::Published),
            (Reduction::MultiLayer(_), Comparison::Cosine) => Some(Self::MultiLayer),
            (Reduction::LastLayer, Comparison::CrossAttention(_)) => Some(Self::CrossAttention),
            (Reduction::LastLayer, Comparison::Multiplex(_)) => Some(Self::Multiplex),
            (Reduction::MultiLayer(_), _) => None,
        }
    }

    /// What it has that the published one has not.
    pub(super) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Published => None,
            Self::MultiLayer => Some("a multi-layer reduction"),
            Self::CrossAttention => Some("cross-attention"),
            Self::Multiplex => Some("a multiplex transformer"),
        }
    }
}

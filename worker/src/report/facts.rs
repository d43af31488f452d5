//! What the report says of a cut, in figures; `report.json` is this.

use cel::{Flicker, Hole, OffPalette};
use serde::Serialize;

use crate::pipeline::Failure;
use crate::sidecar::Segment;

/// A cut.
#[derive(Debug, Serialize)]
pub(super) struct CutFacts<'a> {
    pub title: &'a str,
    pub mode: &'a str,
    pub model: &'a str,
    pub clips: Vec<ClipFacts<'a>>,
    pub problems: Vec<&'a Failure>,
}

/// A clip.
#[derive(Debug, Serialize)]
pub(super) struct ClipFacts<'a> {
    pub name: &'a str,
    /// Name of the time sheet.
    pub time_sheet: Option<&'a str>,
    /// Length in frames, of 24 a second.
    pub frames: Option<u32>,
    /// Drawings that the time sheet uses and that are not there.
    pub missing: &'a [String],
    pub drawings: Vec<DrawingFacts<'a>>,
}

/// How a drawing came to its colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    Painted,
    /// Painted, and edited by a person since.
    Edited,
    Given,
    NotPainted,
}

impl Status {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Painted => "painted",
            Self::Edited => "edited",
            Self::Given => "given",
            Self::NotPainted => "not-painted",
        }
    }
}

/// A drawing.
#[derive(Debug, Serialize)]
pub(super) struct DrawingFacts<'a> {
    pub key: &'a str,
    pub status: Status,
    /// The first frame it is seen at, from 1; none where the time sheet does not use it, or there is none.
    pub first_frame: Option<u32>,
    /// How many frames it is seen.
    pub frames: u32,
    /// Its segments.
    pub segments: usize,
    /// Those that a person should look at, most expected wrong pixels first.
    pub to_review: Vec<Segment>,
    pub expected_wrong_pixels: f32,
    pub holes: Vec<Hole>,
    pub off_palette: Option<OffPalette>,
    /// Segments that change colour in this drawing alone.
    pub flicker: Vec<Flicker>,
}

impl DrawingFacts<'_> {
    /// Empty pixels of its holes.
    pub fn hole_pixels(&self) -> u32 {
        self.holes.iter().map(|hole| hole.pixels).sum()
    }

    /// Pixels of no colour of its references.
    pub fn off_palette_pixels(&self) -> usize {
        self.off_palette.map_or(0, |off| off.pixels)
    }
}

impl<'a> CutFacts<'a> {
    /// Every drawing of the cut.
    pub fn drawings(&self) -> impl Iterator<Item = &DrawingFacts<'a>> + Clone {
        self.clips.iter().flat_map(|clip| &clip.drawings)
    }
}

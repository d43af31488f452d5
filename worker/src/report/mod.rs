//! `report.html`: one self-contained page with a contact sheet of what was painted and what a person should look at.

mod page;
mod review;
mod thumbnail;

use std::path::{Path, PathBuf};

use cel::AlphaRule;
use rayon::prelude::*;

use crate::files;
use crate::pipeline::Failure;
use crate::sidecar::{Segment, Sidecar};

use self::thumbnail::Thumbnails;

/// What the report shows.
#[derive(Clone, Debug)]
pub struct Report {
    /// Name of what was painted.
    pub title: String,
    /// The mode, in words.
    pub mode: String,
    /// The model's name.
    pub model: String,
    /// How alpha was read.
    pub alpha: AlphaRule,
    /// The clips in order.
    pub clips: Vec<ReportClip>,
    /// What could not be used or painted.
    pub failures: Vec<Failure>,
}

/// A clip of the report.
#[derive(Clone, Debug)]
pub struct ReportClip {
    /// Its name.
    pub name: String,
    /// Its drawings in order.
    pub drawings: Vec<ReportDrawing>,
}

/// A drawing of the report.
#[derive(Clone, Debug)]
pub struct ReportDrawing {
    /// Relative path, of the painted drawing below the output folder, too.
    pub key: String,
    /// File of the line drawing.
    pub line: PathBuf,
    /// Whether it was given painted.
    pub given: bool,
}

/// What the page shows of one drawing.
struct Card<'a> {
    key: &'a str,
    given: bool,
    segments: usize,
    /// Most expected wrong pixels first.
    to_review: Vec<Segment>,
    /// `None` for a drawing that was not painted.
    pictures: Option<Thumbnails>,
}

impl Report {
    /// Writes the page to `OUT/report.html`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, out: &Path) -> std::io::Result<()> {
        let clips: Vec<(&str, Vec<Card<'_>>)> = self
            .clips
            .iter()
            .map(|clip| {
                let cards = clip.drawings.par_iter().map(|drawing| self.card(drawing, out));
                (clip.name.as_str(), cards.collect())
            })
            .collect();
        let page = page::render(self, &clips).into_string();
        files::write_whole(&out.join("report.html"), page.as_bytes())
    }

    fn card<'a>(&self, drawing: &'a ReportDrawing, out: &Path) -> Card<'a> {
        let painted = out.join(&drawing.key);
        let sidecar = if drawing.given { None } else { Sidecar::read(&painted) };
        let unsure = sidecar.as_ref().map(Sidecar::to_review).unwrap_or_default();
        let marked: Vec<u32> = unsure.iter().map(|segment| segment.label).collect();
        let list = unsure.iter().map(|segment| (*segment).clone()).collect();
        let known = drawing.given || sidecar.is_some();
        Card {
            key: &drawing.key,
            given: drawing.given,
            segments: sidecar.map_or(0, |sidecar| sidecar.segments.len()),
            to_review: list,
            pictures: Thumbnails::make(&drawing.line, &painted, self.alpha, &marked).filter(|_| known),
        }
    }
}

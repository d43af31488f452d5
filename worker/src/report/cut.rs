//! One cut: looked at, then written as page, table and JSON.

use std::io;
use std::path::Path;

use maud::Markup;
use rayon::prelude::*;

use super::facts::{ClipFacts, CutFacts, DrawingFacts, Status};
use super::look::{Look, Looker, palette};
use super::thumbnail::Thumbnails;
use super::timeline::{self, Span};
use super::{Report, ReportClip, csv, index, page};
use crate::files;
use crate::sidecar::Segment;

/// Drawings that one thread looks at in a row: each is opened once, and those at the ends once more.
const AT_A_TIME: usize = 8;

/// A cut as it was seen.
pub(super) struct Cut<'a> {
    pub facts: CutFacts<'a>,
    /// For each clip the pictures of its drawings and its spans.
    pub shown: Vec<Shown>,
    /// From the page to the output folder, such as `../`.
    pub base: String,
}

/// What is shown of a clip besides figures.
pub(super) struct Shown {
    pub pictures: Vec<Option<Thumbnails>>,
    pub spans: Vec<Span>,
}

impl<'a> Cut<'a> {
    /// Looks at all drawings of some clips. The page will lie in a folder below the output folder, or in that itself.
    pub fn look(
        report: &'a Report,
        title: &'a str,
        folder: &str,
        clips: &[&'a ReportClip],
        out: &Path,
    ) -> Self {
        let looked: Vec<(ClipFacts<'a>, Shown)> =
            clips.iter().map(|clip| look_at(clip, report, out)).collect();
        let (clips, shown): (Vec<_>, Vec<_>) = looked.into_iter().unzip();
        let facts = CutFacts {
            title,
            mode: &report.mode,
            model: &report.model,
            clips,
            problems: report.failures.iter().collect(),
        };
        let depth = folder.split('/').filter(|part| !part.is_empty()).count();
        Self { facts, shown, base: "../".repeat(depth) }
    }

    /// Writes page, table and JSON.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let page: Markup = page::render(self);
        files::write_whole(&folder.join("report.html"), page.into_string().as_bytes())?;
        files::write_whole(&folder.join("report.csv"), csv::render(&self.facts).as_bytes())?;
        let mut json = serde_json::to_vec_pretty(&self.facts)?;
        json.push(b'\n');
        files::write_whole(&folder.join("report.json"), &json)
    }

    /// What the list of cuts says of it.
    pub fn summary(&self, folder: &str) -> index::Line {
        let drawings = self.facts.drawings();
        let count =
            |is: fn(&DrawingFacts<'_>) -> bool| drawings.clone().filter(|drawing| is(drawing)).count();
        index::Line {
            folder: folder.to_owned(),
            title: self.facts.title.to_owned(),
            drawings: drawings.clone().count(),
            unpainted: count(|drawing| drawing.status == Status::NotPainted),
            to_review: drawings.clone().map(|drawing| drawing.to_review.len()).sum(),
            expected_wrong: drawings.clone().map(|drawing| drawing.expected_wrong_pixels).sum(),
            flicker: drawings.clone().map(|drawing| drawing.flicker.len()).sum(),
            holes: drawings.map(|drawing| drawing.holes.len()).sum(),
        }
    }
}

fn look_at<'a>(clip: &'a ReportClip, report: &Report, out: &Path) -> (ClipFacts<'a>, Shown) {
    let looker =
        Looker { out, alpha: report.alpha, rules: &report.rules, palette: palette(&clip.references) };
    let seen = timeline::seen(clip);
    let count = clip.drawings.len();
    let part = |start: usize| looker.look_through(&clip.drawings, start..(start + AT_A_TIME).min(count));
    let looks: Vec<Look> =
        (0..count.div_ceil(AT_A_TIME)).into_par_iter().flat_map_iter(|i| part(i * AT_A_TIME)).collect();
    let looks = looks.into_iter().zip(&clip.drawings).zip(seen);
    let looks = looks.map(|((look, drawing), seen)| facts(&drawing.key, look, seen));
    let (drawings, pictures) = looks.unzip::<_, _, Vec<_>, Vec<_>>();
    let timing = clip.timing.as_ref();
    let facts = ClipFacts {
        name: &clip.name,
        time_sheet: timing.map(|timing| timing.sheet.as_str()),
        frames: timing.map(|timing| timing.frames),
        missing: timing.map(|timing| timing.missing.as_slice()).unwrap_or_default(),
        drawings,
    };
    (facts, Shown { pictures, spans: timeline::spans(clip) })
}

fn facts(
    key: &str,
    look: Look,
    (first_frame, frames): (Option<u32>, u32),
) -> (DrawingFacts<'_>, Option<Thumbnails>) {
    let facts = DrawingFacts {
        key,
        status: look.status,
        first_frame,
        frames,
        segments: look.segments,
        expected_wrong_pixels: look.to_review.iter().map(Segment::expected_wrong_pixels).sum(),
        to_review: look.to_review,
        holes: look.holes,
        off_palette: look.off_palette,
        flicker: look.flicker,
    };
    (facts, look.pictures)
}

//! The report of a cut: `report.html`, one self-contained page for the eye, and the same figures as `report.csv` and
//! `report.json` beside it.

mod counts;
mod csv;
mod cut;
mod facts;
mod flags;
mod index;
mod look;
mod page;
mod review;
mod thumbnail;
mod timeline;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cel::{AlphaRule, PaintRules};

use crate::pipeline::Failure;

use self::cut::Cut;

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
    /// What is agreed for the show.
    pub rules: PaintRules,
    /// The clips in order.
    pub clips: Vec<ReportClip>,
    /// What could not be used or painted.
    pub failures: Vec<Failure>,
}

/// A clip of the report.
#[derive(Clone, Debug)]
pub struct ReportClip {
    /// Its name; what stands before the last `/` is the cut that it belongs to.
    pub name: String,
    /// Its drawings in order.
    pub drawings: Vec<ReportDrawing>,
    /// Files of the painted drawings that its colours come from.
    pub references: Vec<PathBuf>,
    /// When its drawings are seen, if there is a time sheet.
    pub timing: Option<ReportTiming>,
}

/// When the drawings of a clip are seen.
#[derive(Clone, Debug)]
pub struct ReportTiming {
    /// Name of the time sheet.
    pub sheet: String,
    /// Length of the cut in frames.
    pub frames: u32,
    /// Changes in order: the frame from 0, and the index of the drawing; `None` where nothing is seen.
    pub exposures: Vec<(u32, Option<usize>)>,
    /// Drawings that the sheet uses and that are not there.
    pub missing: Vec<String>,
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

impl Report {
    /// Writes the report to the output folder. Of several cuts each has its own in its folder, and the page in the output
    /// folder lists them.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, out: &Path) -> std::io::Result<()> {
        let cuts = by_cut(&self.clips);
        if cuts.len() < 2 {
            let clips: Vec<&ReportClip> = self.clips.iter().collect();
            return Cut::look(self, &self.title, "", &clips, out).write(out);
        }
        let mut written = Vec::with_capacity(cuts.len());
        for (name, clips) in &cuts {
            let title = if name.is_empty() { &self.title } else { *name };
            // Clips that belong to no cut share a folder that no cut can have.
            let folder = if name.is_empty() { "_clips" } else { *name };
            let cut = Cut::look(self, title, folder, clips, out);
            cut.write(&out.join(folder))?;
            written.push(cut.summary(folder));
        }
        index::write(self, &written, out)
    }
}

/// The clips by the cuts they belong to, in the order of names.
fn by_cut(clips: &[ReportClip]) -> BTreeMap<&str, Vec<&ReportClip>> {
    let mut cuts: BTreeMap<&str, Vec<&ReportClip>> = BTreeMap::new();
    for clip in clips {
        let cut = clip.name.rsplit_once('/').map_or("", |(cut, _)| cut);
        cuts.entry(cut).or_default().push(clip);
    }
    cuts
}

//! Painted drawings in the colours of another scene: no network runs, colours alone are exchanged.

mod provenance;
mod sheet;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cel::{Palette, Rgba, SceneColours};
use common::Reference;
use rayon::prelude::*;

use self::provenance::Provenance;
use self::sheet::SceneSheet;
use crate::files;
use crate::pipeline::{Failure, Settings};

/// A scene and its colours.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Its name; its drawings go to `_scenes/NAME`.
    pub name: String,
    colours: SceneColours,
    sheets: Vec<SceneSheet>,
}

/// A painted drawing to be shown in a scene.
#[derive(Clone, Debug)]
pub struct SceneDrawing {
    /// Its key, by which its painted file is found.
    pub key: String,
    /// File of the line drawing.
    pub line: PathBuf,
}

/// What became of a scene.
#[derive(Clone, Debug, Default)]
pub struct SceneOutcome {
    /// Drawings that are there in the scene's colours.
    pub repainted: usize,
    /// Colours that the scene's sheet has no place for, and the number of drawings in which they stayed.
    pub kept: BTreeMap<Rgba, usize>,
    /// Colours that have more than one in the scene's sheet, and the number of drawings with segments of which it is not
    /// known from which place they come: they got the most frequent one.
    pub doubtful: BTreeMap<Rgba, usize>,
    /// What failed, and why.
    pub failed: Vec<Failure>,
}

/// What was seen of the colours of one drawing.
#[derive(Default)]
struct Seen {
    kept: Palette,
    doubtful: Palette,
}

impl Scene {
    /// Reads the sheets of a scene. Each belongs to that of `references` which has its size and lines.
    ///
    /// # Errors
    /// When one does not open, or belongs to no reference.
    pub fn load(
        name: &str,
        files: &[PathBuf],
        references: &[Reference],
        settings: &Settings,
    ) -> Result<Self, Failure> {
        let mut scene = Self { name: name.to_owned(), colours: SceneColours::default(), sheets: Vec::new() };
        for file in files {
            let (colours, sheet) = sheet::load(file, references, settings)?;
            scene.colours.add(colours);
            scene.sheets.push(sheet);
        }
        Ok(scene)
    }

    /// Writes painted drawings in the scene's colours to `_scenes/NAME` below the output folder, as they stand there now;
    /// drawings that are not painted are passed over.
    ///
    /// A colour becomes the one that the scene's sheet has in its place. Where it has several, the segment that it was
    /// painted from decides, as far as that is a segment of the sheet.
    #[must_use]
    pub fn repaint(&self, drawings: &[SceneDrawing], settings: &Settings) -> SceneOutcome {
        let painted: Vec<&SceneDrawing> =
            drawings.iter().filter(|drawing| settings.painted(&drawing.key).is_file()).collect();
        let provenance = Provenance::read(painted.iter().map(|drawing| drawing.key.as_str()), settings);
        let results: Vec<Result<Seen, Failure>> =
            painted.par_iter().map(|drawing| self.repaint_one(drawing, &provenance, settings)).collect();
        let mut outcome = SceneOutcome::default();
        for result in results {
            match result {
                Ok(seen) => outcome.add(seen),
                Err(failure) => outcome.failed.push(failure),
            }
        }
        outcome
    }

    fn repaint_one(
        &self,
        drawing: &SceneDrawing,
        provenance: &Provenance,
        settings: &Settings,
    ) -> Result<Seen, Failure> {
        let path = settings.painted(&drawing.key);
        let read = |path: &Path| {
            cel::codec::read(path).map_err(|error| Failure::of_file(error.path, error.cause.to_string()))
        };
        let (line, painted) = (read(&drawing.line)?, read(&path)?);
        let failed = |error: String| Failure::of_file(path.clone(), error);
        let known = provenance.of(&drawing.key);
        let (alpha, rules) = (settings.alpha, &settings.rules);
        let labels =
            known.map_or_else(|| settings.segment(&line), |known| known.segment(&line, alpha, rules));
        let colours = cel::painted_colours(&line, &painted, &labels, alpha)
            .map_err(|error| failed(error.to_string()))?;
        let mut seen = Seen::default();
        let of = |(label, &colour): (u32, &Rgba)| {
            let place = || provenance.origin(&drawing.key, label, colour, &self.sheets);
            Some((label, self.of(colour, place, &mut seen)?))
        };
        let by_label: BTreeMap<u32, Rgba> = (1..).zip(&colours).filter_map(of).collect();
        let scene = cel::repaint((&line, &painted), &labels, &by_label, alpha, rules)
            .map_err(|error| failed(error.to_string()))?;
        let bytes = cel::codec::encode(&scene).map_err(|error| failed(error.to_string()))?;
        let target = settings.scene(&self.name, &drawing.key);
        if !std::fs::read(&target).is_ok_and(|there| there == bytes) {
            files::write_whole(&target, &bytes)
                .map_err(|error| Failure::of_file(target.clone(), format!("cannot be written: {error}")))?;
        }
        Ok(seen)
    }

    /// The scene's colour for one of a sheet. Paper is paper in every scene.
    fn of(&self, colour: Rgba, place: impl FnOnce() -> Option<Rgba>, seen: &mut Seen) -> Option<Rgba> {
        if colour.alpha() == 0 {
            return None;
        }
        let Some(&picked) = self.colours.picked.get(&colour) else {
            seen.kept.insert(colour);
            return None;
        };
        if !self.colours.doubtful.contains(&colour) {
            return Some(picked);
        }
        place().or_else(|| {
            seen.doubtful.insert(colour);
            Some(picked)
        })
    }
}

impl SceneOutcome {
    fn add(&mut self, seen: Seen) {
        self.repainted += 1;
        seen.kept.into_iter().for_each(|colour| *self.kept.entry(colour).or_insert(0) += 1);
        seen.doubtful.into_iter().for_each(|colour| *self.doubtful.entry(colour).or_insert(0) += 1);
    }
}

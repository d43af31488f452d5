//! Painted drawings in the colours of another scene: no network runs, colours alone are exchanged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cel::scene::agreement;
use cel::{Drawing, Palette, Rgba, SceneColours};
use rayon::prelude::*;

use crate::files;
use crate::pipeline::{Failure, Settings};

/// Lines of a scene's sheet and of the sheet it belongs to agree at least so well.
const SAME_SHEET: f64 = 0.5;

/// A scene and its colours.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Its name; its drawings go to `scenes/NAME`.
    pub name: String,
    colours: SceneColours,
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
    /// Colours that have more than one in the scene's sheet, and the number of drawings that got the most frequent one.
    pub doubtful: BTreeMap<Rgba, usize>,
    /// What failed, and why.
    pub failed: Vec<Failure>,
}

impl Scene {
    /// Reads the sheets of a scene. Each belongs to that of `sheets` which has its size and lines.
    ///
    /// # Errors
    /// When one does not open, or belongs to no sheet.
    pub fn load(name: &str, files: &[PathBuf], sheets: &[PathBuf]) -> Result<Self, Failure> {
        let mut colours = SceneColours::default();
        for file in files {
            let failed = |error: String| Failure::of_file(file.clone(), error);
            let scene = cel::codec::read(file).map_err(|error| failed(error.cause.to_string()))?;
            let sheet = sheet_of(&scene, sheets).ok_or_else(|| {
                failed(
                    "no design sheet has this size and these lines: export it from the sheet itself".into(),
                )
            })?;
            colours.add(SceneColours::pick(&sheet, &scene).map_err(|error| failed(error.to_string()))?);
        }
        Ok(Self { name: name.to_owned(), colours })
    }

    /// Writes painted drawings in the scene's colours to `scenes/NAME` below the output folder, as they stand there now;
    /// drawings that are not painted are passed over.
    #[must_use]
    pub fn repaint(&self, drawings: &[SceneDrawing], settings: &Settings) -> SceneOutcome {
        let painted = drawings.par_iter().filter(|drawing| settings.painted(&drawing.key).is_file());
        let results: Vec<Result<Palette, Failure>> =
            painted.map(|drawing| self.repaint_one(drawing, settings)).collect();
        let mut outcome = SceneOutcome::default();
        for result in results {
            match result {
                Ok(colours) => {
                    outcome.repainted += 1;
                    colours.into_iter().for_each(|colour| self.count(colour, &mut outcome));
                }
                Err(failure) => outcome.failed.push(failure),
            }
        }
        outcome
    }

    /// A drawing had this colour.
    fn count(&self, colour: Rgba, outcome: &mut SceneOutcome) {
        let counts = match self.of(colour) {
            _ if colour.alpha() == 0 => return,
            None => &mut outcome.kept,
            Some(_) if self.colours.doubtful.contains(&colour) => &mut outcome.doubtful,
            Some(_) => return,
        };
        *counts.entry(colour).or_insert(0) += 1;
    }

    /// Writes one drawing, and tells which colours it had.
    fn repaint_one(&self, drawing: &SceneDrawing, settings: &Settings) -> Result<Palette, Failure> {
        let path = settings.painted(&drawing.key);
        let read = |path: &Path| {
            cel::codec::read(path).map_err(|error| Failure::of_file(error.path, error.cause.to_string()))
        };
        let (line, painted) = (read(&drawing.line)?, read(&path)?);
        let failed = |error: String| Failure::of_file(path.clone(), error);
        let labels = cel::segment(&line, settings.alpha);
        let colours = cel::segment_colours(&labels, &painted).map_err(|error| failed(error.to_string()))?;
        let by_label = (1..).zip(&colours).filter_map(|(label, colour)| Some((label, self.of(*colour)?)));
        let by_label: BTreeMap<u32, Rgba> = by_label.collect();
        let scene = cel::repaint(&painted, &labels, &by_label);
        let bytes = cel::codec::encode(&scene).map_err(|error| failed(error.to_string()))?;
        let target = settings.scene(&self.name, &drawing.key);
        if !std::fs::read(&target).is_ok_and(|there| there == bytes) {
            files::write_whole(&target, &bytes)
                .map_err(|error| Failure::of_file(target.clone(), format!("cannot be written: {error}")))?;
        }
        Ok(colours.into_iter().collect())
    }

    /// The scene's colour for one of a sheet. Paper is paper in every scene.
    fn of(&self, colour: Rgba) -> Option<Rgba> {
        if colour.alpha() == 0 { None } else { self.colours.picked.get(&colour).copied() }
    }
}

/// The sheet that a scene's sheet belongs to.
fn sheet_of(scene: &Drawing, sheets: &[PathBuf]) -> Option<Drawing> {
    let opened =
        sheets.iter().filter(|path| cel::codec::probe_file(path).is_ok_and(|size| size == scene.size));
    let ranked = opened.filter_map(|path| {
        let sheet = cel::codec::read(path).ok()?;
        Some((agreement(&sheet, scene), sheet))
    });
    let best = ranked.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 >= SAME_SHEET).then_some(best.1)
}

//! A design sheet in a scene's colours, and the sheet that it belongs to.

use std::path::Path;

use cel::scene::agreement;
use cel::{Drawing, Rgba, SceneColours};
use common::Reference;

use crate::pipeline::{Failure, Settings, reference_labels};

/// Lines of a scene's sheet and of the sheet that it belongs to agree at least so well.
const SAME_SHEET: f64 = 0.5;

/// The segments of a sheet in two palettes.
#[derive(Clone, Debug)]
pub(super) struct SceneSheet {
    /// Name of the sheet in provenance.
    pub name: String,
    /// For each segment its colour in the sheet and in the scene.
    pub segments: Vec<(Rgba, Rgba)>,
}

/// Reads a scene's sheet, and finds the one that it belongs to.
pub(super) fn load(
    file: &Path,
    references: &[Reference],
    settings: &Settings,
) -> Result<(SceneColours, SceneSheet), Failure> {
    let failed = |error: String| Failure::of_file(file.to_path_buf(), error);
    let scene = cel::codec::read(file).map_err(|error| failed(error.cause.to_string()))?;
    let (reference, sheet) = belongs_to(&scene, references).ok_or_else(|| {
        failed("no design sheet has this size and these lines: export it from the sheet itself".into())
    })?;
    let labels = reference_labels(reference, settings)?;
    let colours = |painted| cel::segment_colours(&labels, painted).map_err(|error| failed(error.to_string()));
    let segments = colours(&sheet)?.into_iter().zip(colours(&scene)?).collect();
    let picked = SceneColours::pick(&sheet, &scene).map_err(|error| failed(error.to_string()))?;
    Ok((picked, SceneSheet { name: reference.name.clone(), segments }))
}

/// The reference whose lines agree best, opened.
fn belongs_to<'a>(scene: &Drawing, references: &'a [Reference]) -> Option<(&'a Reference, Drawing)> {
    let fits = |reference: &&Reference| {
        cel::codec::probe_file(&reference.painted).is_ok_and(|size| size == scene.size)
    };
    let ranked = references.iter().filter(fits).filter_map(|reference| {
        let sheet = cel::codec::read(&reference.painted).ok()?;
        Some((agreement(&sheet, scene), reference, sheet))
    });
    let (agreement, reference, sheet) = ranked.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (agreement >= SAME_SHEET).then_some((reference, sheet))
}

//! A design sheet in a scene's colours, and the sheet that it belongs to.

use std::path::Path;

use cel::scene::agreement;
use cel::{Drawing, Rgba, SceneColours};
use common::Reference;

use crate::pipeline::{Failure, Settings, reference_lines};

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
    let seen = reference_lines(reference, settings)?;
    let colours = |painted| {
        cel::painted_colours(&seen.drawing, painted, &seen.labels, settings.alpha)
            .map_err(|error| failed(error.to_string()))
    };
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

#[cfg(test)]
mod tests {
    use cel::{FileFormat, Size};

    use super::*;

    const RED: Rgba = Rgba::opaque(200, 30, 40);
    const DARK: Rgba = Rgba::opaque(120, 10, 30);
    const NIGHT: Rgba = Rgba::opaque(60, 20, 90);

    /// A box of 5 × 3 pixels, the left three columns of which are a trace.
    fn figure(bare: Rgba, trace: Rgba) -> Drawing {
        let pixel = |x: u32, y: u32| match (x, y) {
            (1 | 7, 1..=5) | (1..=7, 1 | 5) => Rgba::BLACK,
            (2..=4, 2..=4) => trace,
            (5..=6, 2..=4) => bare,
            _ => Rgba::EMPTY,
        };
        let size = Size { width: 9, height: 7 };
        let pixels = (0..7).flat_map(|y| (0..9).map(move |x| pixel(x, y))).collect();
        Drawing { size, pixels, has_alpha: true, format: FileFormat::Png { sixteen_bit: false } }
    }

    #[test]
    fn a_segment_has_the_colour_beside_its_trace() {
        let folder = tempfile::tempdir().unwrap();
        let saved = |name: &str, drawing: &Drawing| {
            let path = folder.path().join(name);
            std::fs::write(&path, cel::codec::encode(drawing).unwrap()).unwrap();
            path
        };
        let line = saved("line.png", &figure(Rgba::EMPTY, Rgba::opaque(0, 0, 255)));
        let painted = saved("sheet.png", &figure(RED, DARK));
        let night = saved("night.png", &figure(NIGHT, DARK));
        let reference = Reference { name: "sheet".into(), line, painted };
        let settings = Settings::new(folder.path().join("out"));
        let (_, sheet) = load(&night, &[reference], &settings).unwrap();
        assert_eq!(sheet.segments, [(Rgba::EMPTY, Rgba::EMPTY), (RED, NIGHT)]);
    }
}

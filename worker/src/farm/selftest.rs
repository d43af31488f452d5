//! The self-test: a tiny drawing whose colours are known. A device that computes nonsense must not paint an episode.

use cel::{AlphaRule, Drawing, FileFormat, Rgba, Size};

use crate::engine::Engine;
use crate::matching::{Known, decide};

const SIZE: Size = Size { width: 96, height: 64 };
/// Left, top, right and bottom of each box of the drawing.
const BOXES: [[u32; 4]; 3] = [[8, 8, 40, 56], [40, 8, 88, 30], [40, 30, 88, 56]];

/// Paints the drawing from itself: every segment must find its own colour.
pub(super) fn run(engine: &dyn Engine) -> Result<(), String> {
    let line = drawing();
    let labels = cel::segment(&line, AlphaRule::Composite);
    let colours: Vec<Rgba> =
        (1..=labels.count).map(|n| Rgba::opaque(n as u8 * 40, 255 - n as u8 * 40, 90)).collect();
    let trust = vec![1.0; colours.len()];
    let features = engine.embed(&line, &labels).map_err(|error| error.to_string())?;
    let known = Known { features: &features, colours: &colours, trust: &trust };
    let matches = decide(engine, colours.len(), &features, &[known]).map_err(|error| error.to_string())?;
    for (label, (matched, expected)) in (1..).zip(matches.iter().zip(&colours)) {
        let found = matched.as_ref().map(|matched| matched.colour);
        if found != Some(*expected) {
            return Err(format!(
                "segment {label} of the test drawing became {found:?}, expected {expected:?}"
            ));
        }
    }
    Ok(())
}

/// Three boxes that share edges, on white paper.
fn drawing() -> Drawing {
    let edge = |x: u32, y: u32| {
        BOXES.iter().any(|&[left, top, right, bottom]| {
            let inside = (left..=right).contains(&x) && (top..=bottom).contains(&y);
            inside && (x == left || x == right || y == top || y == bottom)
        })
    };
    let pixel = |x, y| if edge(x, y) { Rgba::BLACK } else { Rgba::opaque(255, 255, 255) };
    let pixels = (0..SIZE.height).flat_map(|y| (0..SIZE.width).map(move |x| pixel(x, y))).collect();
    Drawing { size: SIZE, pixels, has_alpha: false, format: FileFormat::Png { sixteen_bit: false } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ShapeEngine;
    use crate::model::{Place, builtin};

    #[test]
    fn the_engines_pass() {
        assert_eq!(run(&ShapeEngine), Ok(()));
        let builtin = builtin(&Place::cpu()).unwrap().engine();
        assert_eq!(run(builtin.as_ref()), Ok(()));
    }
}

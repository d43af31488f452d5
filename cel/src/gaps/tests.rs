use proptest::prelude::*;

use super::*;
use crate::{FileFormat, Rgba, Size, segment};

/// A square outline of this thickness in 48 by 48 pixels, without the pixels that `cut` takes away.
fn square(thickness: u32, cut: impl Fn(u32, u32) -> bool) -> Drawing {
    let size = Size { width: 48, height: 48 };
    let edge = |x: u32, y: u32| [x, y, 47 - x, 47 - y].into_iter().min().unwrap_or(0);
    let is_line = |x, y| (8..8 + thickness).contains(&edge(x, y)) && !cut(x, y);
    let pixel = |(x, y)| if is_line(x, y) { Rgba::BLACK } else { Rgba::EMPTY };
    let pixels = (0..48).flat_map(|y| (0..48).map(move |x| (x, y))).map(pixel).collect();
    Drawing { size, pixels, has_alpha: true, format: FileFormat::Png { sixteen_bit: false } }
}

const RULE: AlphaRule = AlphaRule::Composite;

#[test]
fn a_gap_is_found_with_place_and_size_and_closed() {
    for thickness in 1..=3 {
        let drawing = square(thickness, |x, _| (20..25).contains(&x));
        // Top and bottom are cut.
        assert_eq!(segment(&drawing, RULE).count, 1);
        let found = gaps(&drawing, RULE, 6);
        let sizes: Vec<u32> = found.iter().map(|gap| gap.pixels).collect();
        assert!(!sizes.is_empty() && sizes.iter().all(|size| (4..=6).contains(size)), "{sizes:?}");
        assert!(found.iter().all(|gap| (17..28).contains(&gap.from[0]) && (17..28).contains(&gap.to[0])));
        let labels = segment_closed(&drawing, RULE, 6);
        assert_eq!(labels.count, 2, "thickness {thickness}");
        let open = |at: &usize| drawing.pixels[*at] == Rgba::EMPTY;
        assert!((0..48 * 48).filter(open).all(|at| labels.labels[at] > 0), "paint reaches everywhere");
    }
}

#[test]
fn a_gap_larger_than_allowed_stays_open() {
    let drawing = square(1, |x, y| (20..29).contains(&x) && y < 24);
    assert_eq!(segment_closed(&drawing, RULE, 6).count, 1);
    assert_eq!(segment_closed(&drawing, RULE, 12).count, 2);
}

#[test]
fn a_line_that_stops_short_of_another_reaches_it() {
    let mut drawing = square(1, |_, _| false);
    for y in 9..38 {
        drawing.pixels[y * 48 + 24] = Rgba::BLACK;
    }
    assert_eq!(segment(&drawing, RULE).count, 2);
    assert_eq!(segment_closed(&drawing, RULE, 6).count, 3);
}

#[test]
fn a_closed_drawing_is_segmented_as_ever() {
    for thickness in 1..=4 {
        let drawing = square(thickness, |_, _| false);
        assert_eq!(gaps(&drawing, RULE, 12), []);
        assert_eq!(segment_closed(&drawing, RULE, 12), segment(&drawing, RULE));
    }
}

proptest! {
    #[test]
    fn any_drawing_is_labelled_wholly(pixels in proptest::collection::vec(0_usize..3, 14 * 11), most in 0_u32..40) {
        let pixels = pixels.into_iter().map(|p| [Rgba::EMPTY, Rgba::BLACK, Rgba::opaque(255, 0, 0)][p]).collect();
        let format = FileFormat::Png { sixteen_bit: false };
        let drawing = Drawing { size: Size { width: 14, height: 11 }, pixels, has_alpha: true, format };
        let labels = segment_closed(&drawing, RULE, most);
        for (pixel, &label) in drawing.pixels.iter().zip(&labels.labels) {
            prop_assert_eq!(label == 0, *pixel == Rgba::BLACK);
            prop_assert!(label <= labels.count);
        }
    }
}

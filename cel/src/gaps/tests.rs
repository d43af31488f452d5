use std::collections::BTreeSet;

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

/// A square outline with a free line inside that ends four pixels short of the bottom, and with a hole in its top if `open`.
fn square_with_a_fold(open: bool) -> Drawing {
    let mut drawing = square(1, |x, y| open && (20..24).contains(&x) && y < 24);
    for y in 24..35 {
        drawing.pixels[y * 48 + 24] = Rgba::BLACK;
    }
    drawing
}

#[test]
fn a_line_that_ends_freely_stays_free_where_an_outline_is_closed() {
    assert_eq!(gaps(&square_with_a_fold(false), RULE, 6), []);
    let found = gaps(&square_with_a_fold(true), RULE, 6);
    assert_eq!(found.iter().map(|gap| gap.pixels).collect::<Vec<_>>(), [4]);
    assert!(found[0].from[1] == 8 && found[0].to[1] == 8, "{found:?}");
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

    #[test]
    fn every_gap_is_needed(pixels in proptest::collection::vec(prop::bool::weighted(0.3), 24 * 20)) {
        let pixels = pixels.into_iter().map(|line| if line { Rgba::BLACK } else { Rgba::EMPTY }).collect();
        let format = FileFormat::Png { sixteen_bit: false };
        let drawing = Drawing { size: Size { width: 24, height: 20 }, pixels, has_alpha: true, format };
        let all = gaps(&drawing, RULE, 6);
        let parted = closed(&drawing, RULE, &all);
        for left_out in 0..all.len() {
            let mut others = all.clone();
            let gap = others.remove(left_out);
            let open = closed(&drawing, RULE, &others);
            let bridges: Vec<usize> = all.iter().flat_map(|gap| gap.pixels(drawing.size)).collect();
            let free = (0..drawing.pixels.len()).filter(|at| !bridges.contains(at));
            let labels: BTreeSet<_> = free.map(|at| (open.labels[at], parted.labels[at])).collect();
            let of: BTreeSet<_> = labels.iter().map(|&(open, _)| open).collect();
            prop_assert!(labels.len() > of.len(), "{:?} parts nothing", gap);
        }
    }
}

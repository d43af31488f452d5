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
        let found = gaps(&drawing, RULE, 6, &[]);
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
        assert_eq!(gaps(&drawing, RULE, 12, &[]), []);
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
    assert_eq!(gaps(&square_with_a_fold(false), RULE, 6, &[]), []);
    let found = gaps(&square_with_a_fold(true), RULE, 6, &[]);
    assert_eq!(found.iter().map(|gap| gap.pixels).collect::<Vec<_>>(), [4]);
    assert!(found[0].from[1] == 8 && found[0].to[1] == 8, "{found:?}");
}

/// A square outline with a line down its middle.
fn square_with_a_wall() -> Drawing {
    let mut drawing = square(1, |_, _| false);
    (9..39).for_each(|y| drawing.pixels[y * 48 + 24] = Rgba::BLACK);
    drawing
}

/// The same, its line cut so many pixels above the bottom.
fn square_with_a_cut_wall(pixels: usize) -> Drawing {
    let mut drawing = square_with_a_wall();
    (39 - pixels..39).for_each(|y| drawing.pixels[y * 48 + 24] = Rgba::EMPTY);
    drawing
}

#[test]
fn what_another_drawing_parts_is_parted() {
    let cut = square_with_a_cut_wall(5);
    assert_eq!(gaps(&cut, RULE, 6, &[]), [], "by itself it may be meant");
    let whole = Precedent::new(&square_with_a_wall(), RULE, &[]);
    let found = gaps(&cut, RULE, 6, &[&whole]);
    assert_eq!(found.iter().map(|gap| gap.pixels).collect::<Vec<_>>(), [5]);
    assert_eq!(segment_with(&cut, RULE, &found).count, 3);
    let other = Precedent::new(&square(1, |_, _| false), RULE, &[]);
    assert_eq!(gaps(&cut, RULE, 6, &[&other]), [], "where it looks otherwise, nothing is told");
}

#[test]
fn what_another_drawing_leaves_open_is_left_open() {
    let cut = square_with_a_cut_wall(1);
    assert_eq!(segment_closed(&cut, RULE, 6).count, 3);
    let paint = |pixel: &Rgba| if *pixel == Rgba::BLACK { *pixel } else { Rgba::WHITE };
    let painted = Drawing { pixels: cut.pixels.iter().map(paint).collect(), ..cut.clone() };
    assert_eq!(gaps(&cut, RULE, 6, &[&Precedent::painted(&cut, &painted, RULE)]), []);
    let half = |(at, pixel): (usize, &Rgba)| if at % 48 < 24 { paint(pixel) } else { *pixel };
    let painted = Drawing { pixels: cut.pixels.iter().enumerate().map(half).collect(), ..cut.clone() };
    assert_eq!(gaps(&cut, RULE, 6, &[&Precedent::painted(&cut, &painted, RULE)]).len(), 1);
}

#[test]
fn a_gap_that_lies_outside_is_passed_over() {
    let drawing = square(1, |_, _| false);
    let gap = Gap { from: [20, 20], to: [u32::MAX, 20], pixels: 3 };
    assert_eq!(segment_with(&drawing, RULE, &[gap]), segment(&drawing, RULE));
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
    fn any_two_drawings_go_together(
        [pixels, other] in prop::array::uniform2(proptest::collection::vec(prop::bool::weighted(0.3), 12 * 10)),
        width in 1_u32..120,
    ) {
        let drawing = |pixels: Vec<bool>, width: u32| {
            let pixels: Vec<Rgba> = pixels.into_iter().map(|line| if line { Rgba::BLACK } else { Rgba::EMPTY }).collect();
            let height = pixels.len() as u32 / width;
            let pixels = pixels[..(width * height) as usize].to_vec();
            let format = FileFormat::Png { sixteen_bit: false };
            Drawing { size: Size { width, height }, pixels, has_alpha: true, format }
        };
        let (drawing, other) = (drawing(pixels, 12), drawing(other, width));
        let precedents = [Precedent::new(&other, RULE, &[]), Precedent::painted(&other, &drawing, RULE)];
        for gap in gaps(&drawing, RULE, 6, &precedents.each_ref()) {
            prop_assert!((1..=6).contains(&gap.pixels));
        }
    }

    #[test]
    fn every_gap_is_needed(pixels in proptest::collection::vec(prop::bool::weighted(0.3), 24 * 20)) {
        let pixels = pixels.into_iter().map(|line| if line { Rgba::BLACK } else { Rgba::EMPTY }).collect();
        let format = FileFormat::Png { sixteen_bit: false };
        let drawing = Drawing { size: Size { width: 24, height: 20 }, pixels, has_alpha: true, format };
        let all = gaps(&drawing, RULE, 6, &[]);
        let parted = segment_with(&drawing, RULE, &all);
        for left_out in 0..all.len() {
            let mut others = all.clone();
            let gap = others.remove(left_out);
            let open = segment_with(&drawing, RULE, &others);
            let bridges: Vec<usize> = all.iter().flat_map(|gap| gap.pixels(drawing.size)).collect();
            let free = (0..drawing.pixels.len()).filter(|at| !bridges.contains(at));
            let labels: BTreeSet<_> = free.map(|at| (open.labels[at], parted.labels[at])).collect();
            let of: BTreeSet<_> = labels.iter().map(|&(open, _)| open).collect();
            prop_assert!(labels.len() > of.len(), "{:?} parts nothing", gap);
        }
    }
}

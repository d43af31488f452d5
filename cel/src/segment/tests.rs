//! The run-based segmentation against one that follows the rules pixel by pixel.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::{FileFormat, Rgba, Size};

fn drawing(width: u32, pixels: Vec<Rgba>, has_alpha: bool) -> Drawing {
    let size = Size { width, height: pixels.len() as u32 / width };
    Drawing { size, pixels, has_alpha, format: FileFormat::Png { sixteen_bit: false } }
}

/// `.` empty, `#` black, `w` white, `r` red, `b` blue; a lower-case letter is opaque.
fn sketch(rows: &[&str], has_alpha: bool) -> Drawing {
    let pixel = |c| match c {
        '.' if has_alpha => Rgba::EMPTY,
        '#' => Rgba::BLACK,
        'r' => Rgba::opaque(255, 0, 0),
        'b' => Rgba::opaque(0, 0, 255),
        _ => Rgba::WHITE,
    };
    drawing(rows[0].len() as u32, rows.iter().flat_map(|row| row.chars().map(pixel)).collect(), has_alpha)
}

fn digits(labels: &Labels) -> Vec<String> {
    (0..labels.size.height).map(|y| labels.row(y).iter().map(ToString::to_string).collect()).collect()
}

#[test]
fn regions_do_not_leak_through_corners() {
    for has_alpha in [false, true] {
        let labels = segment(&sketch(&[".#.", "#..", "..."], has_alpha), AlphaRule::Reference);
        assert_eq!(digits(&labels), ["102", "022", "222"]);
        assert_eq!(labels.count, 2);
    }
}

#[test]
fn regions_are_numbered_by_their_first_pixel() {
    // The two arms of the first region meet only in the last row.
    let labels = segment(&sketch(&[".#.", ".#.", "..."], false), AlphaRule::Reference);
    assert_eq!(digits(&labels), ["101", "101", "111"]);
}

#[test]
fn a_trace_joins_the_segment_it_touches_most() {
    let labels = segment(&sketch(&["....", "rrrr", "#..#"], true), AlphaRule::Reference);
    assert_eq!(digits(&labels), ["1111", "1111", "0220"]);
}

#[test]
fn a_tie_goes_to_the_lowest_label_and_later_colours_see_earlier_merges() {
    let labels = segment(&sketch(&[".b.", "#b#"], true), AlphaRule::Reference);
    assert_eq!(digits(&labels), ["112", "010"]);
    // Blue comes before red; red touches nothing but the blue.
    let labels = segment(&sketch(&[".br", "..#"], true), AlphaRule::Reference);
    assert_eq!(digits(&labels), ["111", "110"]);
}

#[test]
fn a_trace_among_ink_becomes_a_segment() {
    let labels = segment(&sketch(&["###.", "#r#.", "###."], true), AlphaRule::Reference);
    assert_eq!(digits(&labels), ["0001", "0201", "0001"]);
    assert_eq!(labels.count, 2);
}

#[test]
fn opaque_paper_is_line_only_by_the_reference_rule() {
    let opaque = Drawing { has_alpha: true, ..sketch(&["w#w", "w#w"], false) };
    assert_eq!(digits(&segment(&opaque, AlphaRule::Composite)), ["102", "102"]);
    // One white component at a time; the right one touches only ink.
    assert_eq!(digits(&segment(&opaque, AlphaRule::Reference)), ["102", "102"]);
    let regions = segment(&Drawing { pixels: vec![Rgba::BLACK; 6], ..opaque }, AlphaRule::Composite);
    assert_eq!(regions.count, 0);
}

fn neighbours(size: Size, at: usize, corners: bool) -> impl Iterator<Item = usize> {
    let (width, height) = (i64::from(size.width), i64::from(size.height));
    let (x, y) = (at as i64 % width, at as i64 / width);
    (-1..=1).flat_map(move |dy| (-1..=1).map(move |dx| (dx, dy))).filter_map(move |(dx, dy): (i64, i64)| {
        let near = corners || dx.abs() + dy.abs() <= 1;
        let inside = (0..width).contains(&(x + dx)) && (0..height).contains(&(y + dy));
        (near && inside).then_some(((y + dy) * width + x + dx) as usize)
    })
}

/// Components of the pixels in `of`, each in raster order of its first pixel.
fn components(size: Size, of: &BTreeSet<usize>, corners: bool) -> Vec<BTreeSet<usize>> {
    let mut left = of.clone();
    let mut found = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut component = BTreeSet::from([first]);
        let mut open = vec![first];
        while let Some(at) = open.pop() {
            for next in neighbours(size, at, corners) {
                if left.remove(&next) {
                    component.insert(next);
                    open.push(next);
                }
            }
        }
        found.push(component);
    }
    found
}

fn naive(drawing: &Drawing, rule: AlphaRule) -> Labels {
    let size = drawing.size;
    let opaque = drawing.pixels.iter().all(|p| p.alpha() == 255);
    let use_alpha = drawing.has_alpha && !(rule == AlphaRule::Composite && opaque);
    let is_line = |p: &Rgba| if use_alpha { p.alpha() > 0 } else { p.rgb() != [255; 3] };
    let all = || drawing.pixels.iter().enumerate();
    let mut labels = vec![0; size.pixels()];
    let mut count = 0;
    for region in components(size, &all().filter(|(_, p)| !is_line(p)).map(|(at, _)| at).collect(), false) {
        count += 1;
        region.iter().for_each(|&at| labels[at] = count);
    }
    let mut traces: BTreeMap<[u8; 3], BTreeSet<usize>> = BTreeMap::new();
    for (at, pixel) in all().filter(|(_, p)| is_line(p) && p.rgb() != [0; 3]) {
        traces.entry(pixel.rgb()).or_default().insert(at);
    }
    for component in traces.values().flat_map(|pixels| components(size, pixels, true)) {
        let dilated: BTreeSet<usize> = component.iter().flat_map(|&at| neighbours(size, at, true)).collect();
        let mut counts = BTreeMap::new();
        dilated
            .iter()
            .filter(|&&at| labels[at] != 0)
            .for_each(|&at| *counts.entry(labels[at]).or_insert(0) += 1);
        let most = counts.values().max().copied();
        let label =
            counts.iter().find(|&(_, &n)| Some(n) == most).map(|(&label, _)| label).unwrap_or_else(|| {
                count += 1;
                count
            });
        component.iter().for_each(|&at| labels[at] = label);
    }
    Labels { size, labels, count }
}

fn any_drawing() -> impl Strategy<Value = Drawing> {
    let palette = vec![
        Rgba::WHITE,
        Rgba::BLACK,
        Rgba::EMPTY,
        Rgba([255, 255, 255, 0]),
        Rgba([0, 0, 0, 7]),
        Rgba::opaque(255, 0, 0),
        Rgba([255, 0, 0, 90]),
        Rgba::opaque(0, 0, 255),
        Rgba::opaque(0, 0, 1),
    ];
    let colours = proptest::sample::subsequence(palette, 2..=9);
    (1_u32..14, 1_u32..14, colours, any::<bool>()).prop_flat_map(|(width, height, colours, has_alpha)| {
        let pixel = proptest::sample::select(colours).prop_map(move |p| {
            let [red, green, blue] = p.rgb();
            if has_alpha { p } else { Rgba::opaque(red, green, blue) }
        });
        proptest::collection::vec(pixel, (width * height) as usize)
            .prop_map(move |pixels| drawing(width, pixels, has_alpha))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn agrees_with_the_rules_pixel_by_pixel(drawing in any_drawing(), reference in any::<bool>()) {
        let rule = if reference { AlphaRule::Reference } else { AlphaRule::Composite };
        prop_assert_eq!(segment(&drawing, rule), naive(&drawing, rule));
    }
}

use proptest::prelude::*;

use super::rules::{Hex, Side, TraceRule, TraceRules};
use super::*;
use crate::{FileFormat, Size, segment};

const RED: Rgba = Rgba::opaque(200, 0, 0);
const DARK: Rgba = Rgba::opaque(90, 0, 0);
const SOFT: Rgba = Rgba([0, 0, 0, 90]);
const TRACE: Rgba = Rgba::opaque(255, 0, 0);
const FORMAT: FileFormat = FileFormat::tga(true);

/// Opaque ink, soft ink and three segments, painted red, with alpha 0 and not at all.
fn painted(has_alpha: bool, alpha: AlphaRule) -> Vec<Rgba> {
    let size = Size { width: 5, height: 1 };
    let soft = if has_alpha { SOFT } else { Rgba::opaque(9, 9, 9) };
    let line = Drawing {
        size,
        pixels: vec![Rgba::BLACK, soft, Rgba::WHITE, Rgba::WHITE, Rgba::WHITE],
        has_alpha,
        format: FORMAT,
    };
    let labels = Labels { size, labels: vec![0, 0, 1, 2, 3], count: 3 };
    let rules = keeping(TraceRule::Keep);
    let result = paint(&line, &labels, &[Some(RED), Some(Rgba([1, 2, 3, 0]))], alpha, &rules);
    assert_eq!((result.size, result.format, result.has_alpha), (size, line.format, has_alpha));
    result.pixels
}

fn keeping(default: TraceRule) -> PaintRules {
    PaintRules { traces: TraceRules { default, ..TraceRules::default() }, ..PaintRules::default() }
}

#[test]
fn soft_ink_becomes_empty_by_the_reference_rule() {
    let expected = [Rgba::BLACK, Rgba::EMPTY, RED, Rgba([1, 2, 3, 0]), Rgba::EMPTY];
    assert_eq!(painted(true, AlphaRule::Reference), expected);
    let expected = [Rgba::BLACK, Rgba::WHITE, RED, Rgba::WHITE, Rgba::WHITE];
    assert_eq!(painted(false, AlphaRule::Reference), expected);
}

/// A drawing by its rows: `#` ink, `|` a red trace, a space nothing.
fn drawn(rows: &[&str], has_alpha: bool) -> Drawing {
    let size = Size { width: rows[0].len() as u32, height: rows.len() as u32 };
    let pixel = |c: char| match c {
        '#' => Rgba::BLACK,
        '|' => TRACE,
        _ if has_alpha => Rgba::EMPTY,
        _ => Rgba::WHITE,
    };
    let pixels = rows.iter().flat_map(|row| row.chars()).map(pixel).collect();
    Drawing { size, pixels, has_alpha, format: FORMAT }
}

/// The middle row of a box that a trace cuts in two, the left side painted red, the right one dark.
fn halved(colours: [Rgba; 2], rules: &PaintRules) -> Vec<Rgba> {
    let line = drawn(&["##########", "#    |   #", "#    |   #", "#    |   #", "##########"], true);
    let labels = segment(&line, AlphaRule::Composite);
    let painted = paint(&line, &labels, &colours.map(Some), AlphaRule::Composite, rules);
    painted.row(2)[4..7].to_vec()
}

#[test]
fn the_darker_side_takes_a_trace_unless_told_otherwise() {
    let default = PaintRules::default();
    assert_eq!(halved([RED, DARK], &default), [RED, DARK, DARK]);
    assert_eq!(halved([DARK, RED], &default), [DARK, DARK, RED]);
    assert_eq!(halved([RED, Rgba::EMPTY], &default), [RED, RED, Rgba::EMPTY]);
    assert_eq!(halved([Rgba::WHITE, Rgba::EMPTY], &default), [Rgba::WHITE, Rgba::WHITE, Rgba::EMPTY]);
}

#[test]
fn every_rule_for_traces_is_followed() {
    let smaller = keeping(TraceRule::Absorb(Side::Smaller));
    assert_eq!(halved([RED, DARK], &smaller), [RED, DARK, DARK]);
    let majority = keeping(TraceRule::Absorb(Side::Majority));
    assert_eq!(halved([RED, DARK], &majority), [RED, RED, DARK]);
    assert_eq!(halved([RED, DARK], &keeping(TraceRule::Keep)), [RED, TRACE, DARK]);
    let blue = Rgba::opaque(0, 0, 200);
    let recoloured = keeping(TraceRule::Recolour(Hex([0, 0, 200])));
    assert_eq!(halved([RED, DARK], &recoloured), [RED, blue, DARK]);
    let mut of_one = keeping(TraceRule::Keep);
    of_one.traces.colours.insert(Hex([255, 0, 0]), TraceRule::Absorb(Side::Darker));
    assert_eq!(halved([RED, DARK], &of_one), [RED, DARK, DARK]);
}

#[test]
fn white_is_254_where_255_is_empty() {
    let line = drawn(&["###", "# #", "###"], false);
    let labels = segment(&line, AlphaRule::Composite);
    let white = |white| {
        let rules = PaintRules { white, ..PaintRules::default() };
        paint(&line, &labels, &[Some(Rgba::WHITE)], AlphaRule::Composite, &rules).pixels[4]
    };
    assert_eq!(white(WhiteRule::Paint), Rgba::WHITE);
    assert_eq!(white(WhiteRule::Empty), Rgba::opaque(254, 254, 254));
}

/// A soft black outline around a square, in as many shades as there are pixels on it.
fn soft_box(has_alpha: bool) -> Drawing {
    let size = Size { width: 40, height: 40 };
    let edge = |x: u32, y: u32| [x, y, 39 - x, 39 - y].into_iter().min().unwrap_or(0);
    let pixel = |x, y| match (edge(x, y), has_alpha) {
        (8 | 10, true) => Rgba([0, 0, 0, 80 + (x + y) as u8]),
        (8 | 10, false) => Rgba::opaque(175 - (x + y) as u8, 175 - (x + y) as u8, 175 - (x + y) as u8),
        (9, _) => Rgba::BLACK,
        (_, true) => Rgba::EMPTY,
        (_, false) => Rgba::WHITE,
    };
    let pixels = (0..40).flat_map(|y| (0..40).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
    Drawing { size, pixels, has_alpha, format: FORMAT }
}

#[test]
fn paint_lies_under_soft_lines() {
    for has_alpha in [true, false] {
        let line = soft_box(has_alpha);
        let labels = segment(&line, AlphaRule::Composite);
        assert_eq!(labels.count, 2);
        let colours = [None, Some(RED)];
        let painted = paint(&line, &labels, &colours, AlphaRule::Composite, &PaintRules::default());
        let row = painted.row(20);
        assert_eq!([row[0], row[9], row[20]], [line.row(20)[0], Rgba::BLACK, RED], "{has_alpha}");
        assert_eq!(row[8], line.row(20)[8], "over nothing a line stays exactly as it is");
        // The inner edge: 2/5 to 1/2 black over red, and opaque.
        let [red, green, blue, alpha] = row[10].0;
        assert!((100..130).contains(&red) && [green, blue, alpha] == [0, 0, 255], "{:?}", row[10]);
    }
}

#[test]
fn layers_are_line_over_paint() {
    let drawings = [
        drawn(&["#####", "# | #", "# | #", "# | #", "#####"], true),
        drawn(&["#####", "# | #", "# | #", "# | #", "#####"], false),
        soft_box(true),
        soft_box(false),
    ];
    for line in drawings {
        let labels = segment(&line, AlphaRule::Composite);
        let colours = [Some(DARK), Some(RED)];
        let rules = PaintRules::default();
        let layers = layers(&line, &labels, &colours, AlphaRule::Composite, &rules);
        let flat: std::collections::BTreeSet<_> = layers.paint.pixels.iter().copied().collect();
        assert_eq!(flat, [DARK, RED].into());
        assert!(!layers.line.pixels.contains(&TRACE));
        let painted = paint(&line, &labels, &colours, AlphaRule::Composite, &rules);
        for ((over, under), whole) in layers.line.pixels.iter().zip(&layers.paint.pixels).zip(&painted.pixels)
        {
            let alpha = i32::from(over.alpha());
            for at in 0..3 {
                let mixed = (i32::from(over.0[at]) * alpha + i32::from(under.0[at]) * (255 - alpha)) / 255;
                assert!((mixed - i32::from(whole.0[at])).abs() <= 1, "{over:?} over {under:?}: {whole:?}");
            }
        }
    }
}

#[test]
fn only_the_segments_named_are_repainted() {
    let line = drawn(&["#####", "# | #", "# | #", "# | #", "#####"], true);
    let labels = segment(&line, AlphaRule::Composite);
    let rules = PaintRules::default();
    let mut painted = paint(&line, &labels, &[Some(RED), Some(DARK)], AlphaRule::Composite, &rules);
    // Somebody has touched up a pixel.
    painted.pixels[6] = Rgba::opaque(1, 1, 1);
    let light = Rgba::opaque(250, 200, 200);
    let new =
        repaint((&line, &painted), &labels, &BTreeMap::from([(2, light)]), AlphaRule::Composite, &rules);
    let new = new.unwrap();
    assert_eq!(new.row(1)[1..4], [Rgba::opaque(1, 1, 1), RED, light]);
    assert_eq!(new.row(2)[1..4], [RED, RED, light], "the trace goes over to the side that is darker now");
    let small = Drawing { size: Size { width: 1, height: 1 }, pixels: vec![RED], ..painted };
    assert!(repaint((&line, &small), &labels, &BTreeMap::new(), AlphaRule::Composite, &rules).is_err());
}

proptest! {
    #[test]
    fn no_trace_pixel_is_left_and_ink_stays(
        pixels in proptest::collection::vec(0_usize..4, 12 * 9),
        has_alpha: bool,
        side in prop::sample::select(vec![Side::Darker, Side::Smaller, Side::Majority]),
    ) {
        let traces = [TRACE, Rgba::opaque(0, 0, 255)];
        let nothing = if has_alpha { Rgba::EMPTY } else { Rgba::WHITE };
        let pixels: Vec<_> = pixels.into_iter().map(|p| [nothing, Rgba::BLACK, traces[0], traces[1]][p]).collect();
        let line = Drawing { size: Size { width: 12, height: 9 }, pixels, has_alpha, format: FORMAT };
        let labels = segment(&line, AlphaRule::Composite);
        let colour = |label: u32| Some(Rgba::opaque(10 + label as u8, 100, 100));
        let colours: Vec<_> = (1..=labels.count).map(colour).collect();
        let rules = keeping(TraceRule::Absorb(side));
        let painted = paint(&line, &labels, &colours, AlphaRule::Composite, &rules);
        for (drawn, painted) in line.pixels.iter().zip(&painted.pixels) {
            if *drawn == Rgba::BLACK {
                prop_assert_eq!(painted, drawn);
            } else {
                prop_assert!(colours.contains(&Some(*painted)), "{:?}", painted);
            }
        }
    }
}

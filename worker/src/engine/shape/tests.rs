//! The engine on small drawings made of rectangles.

use candle_core::{DType, Device, Tensor};
use cel::{FileFormat, Rgba, Size};

use super::*;

/// A rectangle: left, top, width, height. Later ones lie on earlier ones, each with a black outline.
type Rectangle = [u32; 4];

const FIGURE: [Rectangle; 6] =
    [[30, 20, 60, 90], [34, 24, 20, 12], [60, 24, 26, 50], [66, 30, 8, 8], [36, 60, 16, 40], [96, 40, 20, 5]];

fn drawing(size: Size, rectangles: &[Rectangle]) -> (Drawing, Labels) {
    let mut labels = vec![1; size.pixels()];
    for (label, &[left, top, width, height]) in (2..).zip(rectangles) {
        for y in top..top + height {
            for x in left..left + width {
                let edge = x == left || y == top || x + 1 == left + width || y + 1 == top + height;
                labels[(y * size.width + x) as usize] = if edge { 0 } else { label };
            }
        }
    }
    let pixels = labels.iter().map(|&label| if label == 0 { Rgba::BLACK } else { Rgba::WHITE }).collect();
    let format = FileFormat::Png { sixteen_bit: false };
    let count = rectangles.len() as u32 + 1;
    (Drawing { size, pixels, has_alpha: false, format }, Labels { size, labels, count })
}

fn canvas() -> Size {
    Size { width: 160, height: 140 }
}

fn compare(target: &(Drawing, Labels), reference: &(Drawing, Labels)) -> Similarities {
    let embed = |(drawing, labels): &(Drawing, Labels)| ShapeEngine.embed(drawing, labels).unwrap();
    ShapeEngine.compare(&embed(target), &embed(reference)).unwrap()
}

/// Column of the highest value of each row.
fn choices(similarities: &Similarities) -> Vec<usize> {
    let rows = similarities.values.chunks(similarities.columns);
    rows.map(|row| (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap()).collect()
}

fn assert_sound(similarities: &Similarities) {
    assert!(similarities.values.iter().all(|value| (0.0..=1.0).contains(value)), "{similarities:?}");
}

fn random(state: &mut u32, below: u32) -> u32 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    (*state >> 8) % below
}

fn random_rectangles(state: &mut u32) -> Vec<Rectangle> {
    let count = random(state, 12);
    let mut rectangle = || {
        let [left, top] = [random(state, 150), random(state, 130)];
        [left, top, 1 + random(state, 160 - left), 1 + random(state, 140 - top)]
    };
    (0..count).map(|_| rectangle()).collect()
}

#[test]
fn a_drawing_matches_itself() {
    let figure = drawing(canvas(), &FIGURE);
    assert_eq!(choices(&compare(&figure, &figure)), [0, 1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_moved_drawing_matches_itself() {
    let figure = drawing(canvas(), &FIGURE);
    for (x, y) in [(8, 0), (0, 9), (25, 20), (40, 25)] {
        let moved = drawing(canvas(), &FIGURE.map(|[left, top, w, h]| [left + x, top + y, w, h]));
        assert_eq!(choices(&compare(&moved, &figure)), [0, 1, 2, 3, 4, 5, 6], "moved by {x}, {y}");
    }
}

#[test]
fn a_scaled_drawing_matches_itself() {
    let figure = drawing(canvas(), &FIGURE);
    let size = Size { width: 320, height: 280 };
    let doubled = drawing(size, &FIGURE.map(|rectangle| rectangle.map(|at| 2 * at)));
    assert_eq!(choices(&compare(&doubled, &figure)), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(choices(&compare(&figure, &doubled)), [0, 1, 2, 3, 4, 5, 6]);
}

#[test]
fn the_drawing_itself_is_more_alike_than_another() {
    let figure = drawing(canvas(), &FIGURE);
    let mut other_figure = FIGURE;
    other_figure[1] = [60, 80, 26, 20];
    let same = compare(&figure, &figure);
    let other = compare(&figure, &drawing(canvas(), &other_figure));
    assert!(same.row(2)[2] > other.row(2).iter().copied().fold(0.0, f32::max));
}

#[test]
fn permuted_labels_permute_the_result() {
    let figure = drawing(canvas(), &FIGURE);
    let order = [3, 1, 7, 2, 6, 5, 4];
    let mut permuted = figure.clone();
    for label in permuted.1.labels.iter_mut().filter(|label| **label != 0) {
        *label = order[*label as usize - 1];
    }
    let (plain, mixed) = (compare(&figure, &figure), compare(&permuted, &permuted));
    for (a, &to_a) in order.iter().enumerate() {
        for (b, &to_b) in order.iter().enumerate() {
            let [before, after] = [plain.row(a)[b], mixed.row(to_a as usize - 1)[to_b as usize - 1]];
            assert!((before - after).abs() < 1e-4, "{before} and {after}");
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bits() {
    let figure = drawing(canvas(), &FIGURE);
    let moved = drawing(canvas(), &FIGURE.map(|[left, top, w, h]| [left + 5, top, w, h]));
    assert_eq!(compare(&moved, &figure), compare(&moved, &figure));
}

#[test]
fn any_rectangles_give_sound_similarities() {
    let mut state = 7;
    for _ in 0..40 {
        let a = drawing(canvas(), &random_rectangles(&mut state));
        let b = drawing(canvas(), &random_rectangles(&mut state));
        let similarities = compare(&a, &b);
        assert_eq!(similarities.values.len(), a.1.count as usize * b.1.count as usize);
        assert_sound(&similarities);
    }
}

#[test]
fn degenerate_drawings_give_sound_similarities() {
    let empty = Labels { size: Size { width: 0, height: 0 }, labels: Vec::new(), count: 0 };
    let no_pixels = Drawing {
        size: empty.size,
        pixels: Vec::new(),
        has_alpha: false,
        format: FileFormat::Png { sixteen_bit: false },
    };
    let mut all_ink = drawing(Size { width: 9, height: 5 }, &[]);
    all_ink.1 = Labels { size: all_ink.1.size, labels: vec![0; 45], count: 0 };
    let drawings = [
        (no_pixels, empty),
        all_ink,
        drawing(Size { width: 1, height: 1 }, &[]),
        drawing(Size { width: 1, height: 500 }, &[]),
        drawing(Size { width: 2000, height: 1 }, &[[700, 0, 3, 1]]),
        drawing(Size { width: 50, height: 50 }, &[[10, 10, 3, 3], [20, 0, 3, 50]]),
        drawing(canvas(), &FIGURE),
    ];
    for a in &drawings {
        for b in &drawings {
            let similarities = compare(a, b);
            assert_eq!(similarities.columns, b.1.count as usize);
            assert_sound(&similarities);
        }
    }
}

#[test]
fn the_side_of_a_trace_tells_shadow_from_light() {
    // A box cut in two equal halves by a blue trace, and the same box moved by half its width.
    let cut = |left: u32| {
        let (mut box_drawing, mut labels) = drawing(canvas(), &[[left, 40, 41, 41]]);
        for y in 41..80 {
            for x in left + 20..left + 40 {
                let at = (y * canvas().width + x) as usize;
                let trace = x == left + 20;
                labels.labels[at] = if trace { 0 } else { 3 };
                if trace {
                    box_drawing.pixels[at] = Rgba::opaque(0, 0, 255);
                }
            }
        }
        labels.count = 3;
        (box_drawing, labels)
    };
    assert_eq!(choices(&compare(&cut(60), &cut(40))), [0, 1, 2]);
}

#[test]
fn features_of_another_engine_are_refused() {
    let (figure, labels) = drawing(canvas(), &FIGURE);
    let shapes = ShapeEngine.embed(&figure, &labels).unwrap();
    let vectors = SegmentFeatures::Vectors(Tensor::zeros((1, 4), DType::F32, &Device::Cpu).unwrap());
    for (target, reference) in [(&shapes, &vectors), (&vectors, &shapes)] {
        let error = ShapeEngine.compare(target, reference).unwrap_err();
        assert!(matches!(error, EngineError::ForeignFeatures { engine: "shape" }));
    }
    assert!(shapes.bytes() > 0);
}

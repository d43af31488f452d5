//! One 1920x1080 drawing from file to painted file, step by step.
//!
//! `cargo bench -p cel`. The drawing is synthetic; `SHIAGE_BENCH_LINE` and `SHIAGE_BENCH_PAINTED` name a real
//! pair to measure as well.

#![allow(missing_docs, clippy::print_stderr, clippy::unwrap_used, reason = "a benchmark, run by hand")]

use std::hint::black_box;
use std::path::Path;

use cel::{
    AlphaRule, Drawing, FileFormat, FileKind, PaintRules, Rgba, Size, codec, paint, segment, segment_colours,
};
use criterion::{Criterion, criterion_group, criterion_main};

const SIZE: Size = Size { width: 1920, height: 1080 };

/// About 200 closed rings with a trace line through each, on empty ground; `soft` lines fade over two pixels.
fn line_drawing(soft: bool) -> Drawing {
    let ink = |distance: f32, colour: [u8; 3]| {
        let cover = if soft { 2.0 - distance } else { 1.5 - distance.ceil() };
        (cover > 0.0).then(|| match (soft, (cover.min(1.0) * 255.0) as u8) {
            (true, alpha) => {
                Rgba([colour[0].max(255 - alpha), colour[1].max(255 - alpha), colour[2], alpha.max(1)])
            }
            (false, _) => Rgba::opaque(colour[0], colour[1], colour[2]),
        })
    };
    let pixel = |x: u32, y: u32| {
        let (column, row) = (x / 106, y / 90);
        let (dx, dy) = ((x % 106) as f32 - 53.0, (y % 90) as f32 - 45.0);
        let radius = 30.0 + ((column * 7 + row * 5) % 13) as f32;
        let from_ring = (dx.hypot(dy) - radius).abs();
        let from_trace = (dy - dx * 0.4 - 0.1 * (column as f32 - 9.0)).abs();
        let trace = if row % 2 == 0 { [255, 0, 0] } else { [0, 0, 255] };
        ink(from_ring, [0; 3]).or_else(|| ink(from_trace, trace).filter(|_| dx.hypot(dy) < radius))
    };
    let pixels = (0..SIZE.height)
        .flat_map(|y| (0..SIZE.width).map(move |x| pixel(x, y).unwrap_or(Rgba([255, 255, 255, 0]))))
        .collect();
    Drawing { size: SIZE, pixels, has_alpha: true, format: FileFormat::Png { sixteen_bit: false } }
}

/// The drawing painted with a palette of 30 colours.
fn painted_drawing(line: &Drawing) -> Drawing {
    let labels = segment(line, AlphaRule::Composite);
    let colours: Vec<_> =
        (0..labels.count).map(|i| Some(Rgba::opaque((i % 30 * 8) as u8, 90, 200))).collect();
    paint(line, &labels, &colours, AlphaRule::Composite, &PaintRules::default())
}

fn steps(criterion: &mut Criterion, name: &str, line: &Drawing, painted: &Drawing) {
    let labels = segment(line, AlphaRule::Composite);
    let colours: Vec<_> = segment_colours(&labels, painted).unwrap().into_iter().map(Some).collect();
    eprintln!("{name}: {} of {} segments", line.size, labels.count);
    let mut group = criterion.benchmark_group(name);
    group.sample_size(30);
    group.bench_function("segment", |b| b.iter(|| segment(black_box(line), AlphaRule::Composite)));
    group.bench_function("colours", |b| b.iter(|| segment_colours(black_box(&labels), painted)));
    group.bench_function("paint", |b| {
        b.iter(|| paint(black_box(line), &labels, &colours, AlphaRule::Composite, &PaintRules::default()));
    });
    for (file, kind, format) in [
        ("png", FileKind::Png, FileFormat::Png { sixteen_bit: false }),
        ("tga", FileKind::Tga, FileFormat::tga(true)),
        ("raw tga", FileKind::Tga, FileFormat::tga(false)),
    ] {
        let drawing = Drawing { format, ..painted.clone() };
        let bytes = codec::encode(&drawing).unwrap();
        eprintln!("{name}: {file} of {} bytes", bytes.len());
        group.bench_function(format!("encode {file}"), |b| b.iter(|| codec::encode(black_box(&drawing))));
        group.bench_function(format!("decode {file}"), |b| b.iter(|| codec::decode(black_box(&bytes), kind)));
    }
    group.finish();
}

fn drawings(criterion: &mut Criterion) {
    for (name, soft) in [("binary", false), ("soft", true)] {
        let line = line_drawing(soft);
        steps(criterion, name, &line, &painted_drawing(&line));
    }
    let real = |variable| std::env::var_os(variable).map(|path| codec::read(Path::new(&path)).unwrap());
    if let (Some(line), Some(painted)) = (real("SHIAGE_BENCH_LINE"), real("SHIAGE_BENCH_PAINTED")) {
        steps(criterion, "real", &line, &painted);
    }
}

criterion_group!(benches, drawings);
criterion_main!(benches);

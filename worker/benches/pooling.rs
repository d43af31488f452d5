//! Segment pooling of the backbone's and the U-Net's map over a 1920×1080 drawing of 200 segments.
//!
//! `cargo bench -p worker --bench pooling`. `naive` is what the reference does: enlarge the map, multiply with the
//! mask of each segment, take the mean. It runs on the part of the channels in its name; making the masks costs the
//! same for any number of channels, so its time does not simply multiply.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark, run by hand")]

use std::hint::black_box;

use candle_core::{DType, Device, Tensor};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use shiage_kernels::{LabelImage, PoolPlan, Pooling};

const WIDTH: usize = 1920;
const HEIGHT: usize = 1080;
const SEGMENTS: usize = 200;

/// Tiles with wavy borders of line.
fn labels() -> Vec<u32> {
    let label = |at: usize| {
        let (x, y) = (at % WIDTH, at / WIDTH);
        let (u, v) = (x + (y / 7) % 11, y + (x / 9) % 13);
        let line = u % 96 < 3 || v % 108 < 3;
        if line { 0 } else { (((v / 108).min(9) * 20 + (u / 96).min(19)) % SEGMENTS) as u32 + 1 }
    };
    (0..WIDTH * HEIGHT).map(label).collect()
}

/// What a map looks like: name, channels, cells on a side.
const MAPS: [(&str, usize, usize); 2] = [("backbone 1024x37x37", 1024, 37), ("unet 64x512x512", 64, 512)];

fn pooling(criterion: &mut Criterion) {
    let labels = labels();
    let image = LabelImage { labels: &labels, width: WIDTH, segments: SEGMENTS };
    for (version, pooling) in [("1.0", Pooling::FullSize), ("1.1", Pooling::MaxPooled { pool: (512, 512) })] {
        let mut group = criterion.benchmark_group(format!("pooling {version}"));
        group.sample_size(10);
        for (name, channels, side) in MAPS {
            let map = Tensor::randn(0f32, 1.0, (channels, side, side), &Device::Cpu).unwrap();
            group.bench_function(BenchmarkId::new("sparse", name), |bencher| {
                bencher.iter(|| {
                    let plan = PoolPlan::new(&image, (side, side), pooling).unwrap();
                    black_box(plan.apply(&map).unwrap())
                });
            });
            const FEW: usize = 4;
            let few = map.narrow(0, 0, FEW).unwrap().contiguous().unwrap();
            let ratio = channels / FEW;
            group.bench_function(
                BenchmarkId::new(format!("naive, 1/{ratio} of the channels"), name),
                |bencher| {
                    bencher.iter(|| black_box(naive(&few, &image, pooling)));
                },
            );
        }
    }
}

/// Enlarges, masks and averages with tensor operations.
fn naive(map: &Tensor, image: &LabelImage<'_>, pooling: Pooling) -> Tensor {
    let (down, across) = match pooling {
        Pooling::FullSize => (1, 1),
        Pooling::MaxPooled { pool } => (HEIGHT / pool.0, WIDTH / pool.1),
    };
    let (height, width) = (HEIGHT / down, WIDTH / across);
    let large = map.unsqueeze(0).unwrap().upsample_bilinear2d(height, width, false).unwrap();
    let large = large.reshape(((), height * width)).unwrap();
    let labels = Tensor::from_slice(image.labels, (1, 1, HEIGHT, WIDTH), &Device::Cpu).unwrap();
    let rows = (1..=image.segments as u32).map(|segment| {
        let mask = labels.eq(segment).unwrap().to_dtype(DType::F32).unwrap();
        let mask = if (down, across) == (1, 1) { mask } else { mask.max_pool2d((down, across)).unwrap() };
        let mask = mask.reshape((1, height * width)).unwrap();
        let sum = large.broadcast_mul(&mask).unwrap().sum(1).unwrap();
        (sum / f64::from(mask.sum_all().unwrap().to_scalar::<f32>().unwrap().max(1e-6))).unwrap()
    });
    Tensor::stack(&rows.collect::<Vec<_>>(), 0).unwrap()
}

criterion_group!(benches, pooling);
criterion_main!(benches);

//! The networks at the size of the published model, with random weights.
//!
//! `cargo bench -p worker --bench network`. Needs about 4 GB of memory.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark, run by hand")]

use std::hint::black_box;

use candle_core::{Device, Tensor};
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use worker::model::backbone::{Backbone as _, Vit};
use worker::model::unet::Unet;
use worker::model::{BackboneConfig, ModelConfig, Version, random};

fn networks(criterion: &mut Criterion) {
    let image = |side| Tensor::rand(0f32, 1.0, (1, 3, side, side), &Device::Cpu).unwrap();
    let config = ModelConfig::published(Version::V1_1);
    let (main, backbone) = random::weights(&config).unwrap();
    let mut group = criterion.benchmark_group("network");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    let (small, part) = (image(512), config.unet.as_ref().unwrap());
    let unet = Unet::new(part, config.features, &main).unwrap();
    group.bench_function("U-Net 64-512, 512x512", |bencher| {
        bencher.iter(|| black_box(unet.forward(&small).unwrap()));
    });
    drop((unet, main));
    let Some(BackboneConfig::Dinov2(part)) = &config.backbone else { return };
    let vit = Vit::new(part, &backbone.unwrap()).unwrap();
    let large = image(518);
    group.bench_function("ViT-L/14, 518x518", |bencher| {
        bencher.iter(|| black_box(vit.forward(&large).unwrap()));
    });
    let once = vit.embed(&large).unwrap();
    group.bench_function("one block of ViT-L", |bencher| {
        bencher.iter(|| black_box(vit.blocks()[0].forward(&once).unwrap()));
    });
}

criterion_group!(benches, networks);
criterion_main!(benches);

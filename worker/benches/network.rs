//! The networks at the size of the published model, with random weights.
//!
//! `cargo bench -p worker --bench network`. Needs about 4 GB of memory.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark, run by hand")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;

use candle_core::{Device, Tensor};
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use worker::model::unet::Unet;
use worker::model::vit::Vit;
use worker::model::{BackboneConfig, UnetConfig, Weights};

/// Named random tensors.
#[derive(Default)]
struct Random(BTreeMap<String, Tensor>);

impl Random {
    fn tensor(&mut self, name: String, shape: &[usize]) {
        self.0.insert(name, Tensor::randn(0f32, 0.02, shape, &Device::Cpu).unwrap());
    }

    /// A layer with its bias.
    fn layer(&mut self, name: &str, shape: &[usize]) {
        self.tensor(format!("{name}.weight"), shape);
        self.tensor(format!("{name}.bias"), &shape[..1]);
    }

    fn double(&mut self, name: &str, input: usize, output: usize) {
        self.layer(&format!("{name}.conv.0"), &[output, input, 3, 3]);
        self.layer(&format!("{name}.conv.3"), &[output, output, 3, 3]);
    }

    fn weights(self) -> Weights {
        Weights::new(Path::new("random"), self.0)
    }
}

fn vit() -> Vit {
    let (width, depth, grid) = (1024, 24, 37);
    let mut random = Random::default();
    random.layer("patch_embed.proj", &[width, 3, 14, 14]);
    random.tensor("cls_token".into(), &[1, 1, width]);
    random.tensor("pos_embed".into(), &[1, 1 + grid * grid, width]);
    random.layer("norm", &[width]);
    for block in 0..depth {
        let name = |part: &str| format!("blocks.{block}.{part}");
        random.layer(&name("norm1"), &[width]);
        random.layer(&name("norm2"), &[width]);
        random.layer(&name("attn.qkv"), &[3 * width, width]);
        random.layer(&name("attn.proj"), &[width, width]);
        random.layer(&name("mlp.fc1"), &[4 * width, width]);
        random.layer(&name("mlp.fc2"), &[width, 4 * width]);
        random.tensor(name("ls1.gamma"), &[width]);
        random.tensor(name("ls2.gamma"), &[width]);
    }
    let config =
        BackboneConfig { width, depth, heads: 16, mlp_width: 4096, patch: 14, input: 518, head_width: 512 };
    Vit::new(&config, &random.weights()).unwrap()
}

fn unet() -> Unet {
    let widths = vec![64, 128, 256, 512];
    let mut random = Random::default();
    let mut input = 3;
    for (level, &width) in widths.iter().enumerate() {
        random.double(&format!("unet.encoder_blocks.{level}"), input, width);
        input = width;
    }
    random.double("unet.bottleneck", 512, 1024);
    for (step, &width) in widths.iter().rev().enumerate() {
        random.layer(&format!("unet.decoder_up_convs.{step}.up.1"), &[width, 2 * width, 3, 3]);
        random.double(&format!("unet.decoder_conv_blocks.{step}"), 2 * width, width);
    }
    random.layer("unet.final_conv", &[128, 64, 1, 1]);
    Unet::new(&UnetConfig { widths, input: 512 }, 128, &random.weights()).unwrap()
}

fn networks(criterion: &mut Criterion) {
    let image = |side| Tensor::rand(0f32, 1.0, (1, 3, side, side), &Device::Cpu).unwrap();
    let mut group = criterion.benchmark_group("network");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    let (small, unet) = (image(512), unet());
    group.bench_function("U-Net 64-512, 512x512", |bencher| {
        bencher.iter(|| black_box(unet.forward(&small).unwrap()));
    });
    drop(unet);
    let (large, vit) = (image(518), vit());
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

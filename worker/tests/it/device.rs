//! The model on a GPU against itself on the processor. Run where there is one: `--run-ignored all` or `--ignored`.

use candle_core::{Device, Tensor};
use cel::AlphaRule;
use worker::device::{Choice, open};
use worker::engine::DaconEngine;
use worker::model::{Loaded, Place, Precision, load};

use crate::golden::{cases, drawing, engine, labels};
use crate::rounding::Agreement;

/// Largest difference of f32 features, relative to the largest of them.
const CLOSE: f64 = 1e-3;

fn on_gpu(folder: &std::path::Path, precision: Precision) -> DaconEngine {
    let device = open(Choice::Cuda(0)).unwrap_or_else(|why| panic!("{why}")).device;
    let place = Place::new(device, precision).unwrap();
    let Loaded::Dacon(engine) = load(&folder.join("model"), AlphaRule::Reference, &place).unwrap() else {
        panic!("another model");
    };
    engine
}

#[test]
#[ignore = "needs a GPU"]
fn f32_is_close_to_the_processor() {
    for version in ["1_0", "1_1"] {
        let (folder, exact) = engine(version);
        let gpu = on_gpu(folder.path(), Precision::F32);
        for case in cases() {
            let (line, labels) = (drawing(&case.join("line/t0.png")), labels(&case.join("seg/t0.png")));
            let features = |engine: &DaconEngine| -> Tensor {
                let embedding = engine.model().embed(&line, &labels, AlphaRule::Reference).unwrap();
                embedding.seg_feats.to_device(&Device::Cpu).unwrap()
            };
            let (expected, found) = (features(&exact), features(&gpu));
            let most = |tensor: Tensor| -> f64 {
                tensor.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap().into()
            };
            let worst = most((&found - &expected).unwrap()) / most(expected);
            eprintln!("{} {version}: off by {worst:.1e}", case.display());
            assert!(worst < CLOSE, "{} {version}: off by {worst:e}", case.display());
        }
    }
}

/// Share of the segments that must have the same partner as in f32 on the processor.
const ALIKE: f64 = 0.995;

fn decides_alike(precision: Precision) {
    let (folder, exact) = engine("1_1");
    Agreement::of(&exact, &on_gpu(folder.path(), precision)).check(ALIKE, precision.name());
}

#[test]
#[ignore = "needs a GPU"]
fn f16_decides_alike() {
    decides_alike(Precision::F16);
}

#[test]
#[ignore = "needs a GPU"]
fn bf16_decides_alike() {
    decides_alike(Precision::Bf16);
}

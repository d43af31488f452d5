//! The variants of DACoN against the modules that train them (`training/golden_dacon.py`), on small models of random
//! weights.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use cel::research::decode_labels_compacting;
use cel::{AlphaRule, Drawing, Labels};
use worker::engine::Engine;
use worker::model::{
    AttentionConfig, Comparison, ModelConfig, ModelError, MultiLayerConfig, Place, Reduction, import, load,
};

use crate::golden::{tensors, weight};

/// Cosines that are sums of thousands of products in f32, in another order. Instance norms of a U-Net alone, with no
/// backbone beside it, enlarge what they differ by.
const TOLERANCE: f32 = 5e-4;

fn golden(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden").join(path)
}

fn checkpoint(name: &str) -> PathBuf {
    golden("variants").join(format!("{name}.safetensors"))
}

/// A drawing of the goldens of the built-in model.
fn seen(name: &str) -> (Drawing, Labels) {
    let line = cel::codec::read(&golden("matcher").join(format!("{name}.line.png"))).unwrap();
    let seg = std::fs::read(golden("matcher").join(format!("{name}.seg.png"))).unwrap();
    (line, decode_labels_compacting(&seg).unwrap().labels)
}

/// Imports a variant, loads it, and compares its similarities with those of the golden.
fn check(name: &str, backbone: Option<&Path>) -> (ModelConfig, Box<dyn Engine>) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("model");
    let report = import(&checkpoint(name), backbone, None, &out).unwrap();
    let engine = load(&out, AlphaRule::Composite, &Place::cpu()).unwrap().engine();
    let [a, b] = ["a", "b"].map(seen).map(|(line, labels)| engine.embed(&line, &labels).unwrap());
    let found = engine.compare(&a, &b).unwrap();
    let expected = tensors(&checkpoint(name)).remove("expected").unwrap();
    assert_eq!(expected.dims(), [found.values.len() / found.columns, found.columns]);
    let expected: Vec<f32> = expected.flatten_all().unwrap().to_vec1().unwrap();
    let worst = expected.iter().zip(&found.values).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    let [low, high] = [f32::min, f32::max].map(|pick| expected.iter().copied().reduce(pick).unwrap());
    eprintln!("{name}: similarities from {low:.3} to {high:.3}, off by {worst:.1e}");
    assert!(worst < TOLERANCE && high - low > 0.05, "{name}");
    (report.config, engine)
}

fn on_dinov2(name: &str) -> (ModelConfig, Box<dyn Engine>) {
    check(name, Some(&weight("dinov2_small.pth")))
}

#[test]
fn layers_reduced_to_one_map() {
    let (config, engine) = on_dinov2("multi_layer");
    let reduction = MultiLayerConfig { layers: [1, 2, 3, 3], widths: [4, 6, 8, 10], features: 6 };
    assert_eq!(config.reduction, Reduction::MultiLayer(reduction));
    assert_eq!((config.comparison, engine.name()), (Comparison::Cosine, "dacon-multi-layer"));
}

#[test]
fn segments_ask_those_of_the_other_drawing() {
    let (config, engine) = on_dinov2("cross_attention");
    assert_eq!(config.comparison, Comparison::CrossAttention(AttentionConfig { layers: 2, heads: 2 }));
    assert_eq!((config.reduction, engine.name()), (Reduction::LastLayer, "dacon-cross-attention"));
}

#[test]
fn segments_ask_their_own_drawing_and_the_other_in_turn() {
    let (config, engine) = on_dinov2("multiplex");
    assert_eq!(config.comparison, Comparison::Multiplex(AttentionConfig { layers: 2, heads: 2 }));
    assert_eq!((config.reduction, engine.name()), (Reduction::LastLayer, "dacon-multiplex"));
}

#[test]
fn a_unet_trained_alone_needs_no_backbone() {
    let (config, engine) = check("no_backbone", None);
    assert_eq!((config.backbone, engine.name()), (None, "unet"));
    let folder = tempfile::tempdir().unwrap();
    let refused = import(
        &checkpoint("no_backbone"),
        Some(&weight("dinov2_small.pth")),
        None,
        &folder.path().join("model"),
    );
    assert!(refused.unwrap_err().to_string().contains("leave --backbone out"));
}

/// What importing a variant says when one tensor is another.
fn said(name: &str, tensor: &str, other: Option<Tensor>) -> ModelError {
    let folder = tempfile::tempdir().unwrap();
    let mut changed: HashMap<_, _> = tensors(&checkpoint(name));
    assert!(changed.remove(tensor).is_some(), "{tensor}");
    changed.extend(other.map(|other| (tensor.to_owned(), other)));
    let file = folder.path().join("changed.safetensors");
    candle_core::safetensors::save(&changed, &file).unwrap();
    import(&file, Some(&weight("dinov2_small.pth")), None, &folder.path().join("model")).unwrap_err()
}

#[test]
fn what_does_not_fit_is_told() {
    let numbers = |numbers: &[f32]| Some(Tensor::new(numbers, &Device::Cpu).unwrap());
    let layers = |layers: &[f32]| said("multi_layer", "dpt.layers", numbers(layers)).to_string();
    assert!(layers(&[1.0, 2.0, 3.0, 4.0]).contains("of the 3 of the backbone"));
    assert!(layers(&[1.0, 2.0, 2.5, 3.0]).contains("whole numbers"));
    assert!(layers(&[1.0, 2.0, 3.0, f32::NAN]).contains("whole numbers"));
    assert!(layers(&[1.0, 2.0, 3.0]).contains("shape [3]"));
    let heads = said("multiplex", "multiplex.heads", numbers(&[5.0])).to_string();
    assert!(heads.contains("5 heads do not fit features of 16"), "{heads}");
    let missing = said("multiplex", "multiplex.layers.1.own.merge.weight", None).to_string();
    assert!(missing.contains("multiplex.layers.1.own.merge.weight"), "{missing}");
    let kernel = Tensor::zeros((4, 4, 3, 3), DType::F32, &Device::Cpu).unwrap();
    let wrong = said("multi_layer", "dpt.enlarge.0.weight", Some(kernel)).to_string();
    assert!(wrong.contains("expected [4, 4, 4, 4]"), "{wrong}");
}

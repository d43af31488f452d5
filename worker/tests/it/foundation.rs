//! The foundation models against their authors' own modules, on small models of random weights
//! (`tests/golden/foundation/make.py`).

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{D, DType, Device, Tensor};
use cel::AlphaRule;
use serde::de::DeserializeOwned;
use worker::engine::SegmentFeatures;
use worker::model::backbone::diffusion::{Prompt, TOKENS};
use worker::model::backbone::{Backbone, ConvNext, ConvNextConfig, Diffusion, DiffusionConfig, Hiera, Vit};
use worker::model::{
    BackboneConfig, Loaded, ModelError, Place, Weights, checkpoint, import, load, zero_shot,
};

use crate::golden::{drawing, labels, tensors, weight};

/// A small model: its dimensions, its weights, and what it was asked and answered.
struct Golden<Config> {
    config: Config,
    weights: Weights,
    tensors: BTreeMap<String, Tensor>,
}

impl<Config: DeserializeOwned> Golden<Config> {
    fn read(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/foundation");
        let config = fs::read(folder.join(format!("{name}.json"))).unwrap();
        let path = folder.join(format!("{name}.safetensors"));
        let (weights, tensors) =
            tensors(&path).into_iter().partition::<BTreeMap<_, _>, _>(|(key, _)| key.starts_with("w."));
        let weights = weights
            .into_iter()
            .map(|(key, weight)| (key[2..].to_owned(), weight.to_dtype(DType::F32).unwrap()));
        Self {
            config: serde_json::from_slice(&config).unwrap(),
            weights: Weights::new(Path::new(name), weights.collect()),
            tensors,
        }
    }

    /// The largest difference between what was found and what was answered, in deviations of the answer.
    fn difference(&self, name: &str, found: &Tensor) -> f32 {
        let expected = &self.tensors[name];
        assert_eq!(found.dims(), expected.dims(), "{name}");
        let number = |tensor: Tensor| tensor.to_scalar::<f32>().unwrap();
        let flat = expected.flatten_all().unwrap();
        let deviation = number(flat.var(D::Minus1).unwrap()).sqrt();
        assert!(deviation > 1e-3, "{name} is the same everywhere: it would show nothing");
        let worst = number((found - expected).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap());
        eprintln!("{name}: off by {worst:e}, deviation {deviation:e}");
        worst / deviation
    }
}

/// Sums of thousands of products in f32, in another order, through some ten layers.
const TOLERANCE: f32 = 2e-4;

#[test]
fn layers_of_dinov2_are_those_of_timm() {
    let golden = Golden::read("layers");
    let model = Vit::new(&golden.config, &golden.weights).unwrap();
    let maps = model.layers(&golden.tensors["image"], &[1, 3, 4]).unwrap();
    for (name, map) in ["map1", "map3", "map4"].iter().zip(&maps) {
        assert!(golden.difference(name, map) < TOLERANCE);
    }
    let last = model.forward(&golden.tensors["image"]).unwrap();
    assert!(golden.difference("map4", &last) < TOLERANCE);
}

#[test]
fn convnext_is_that_of_timm() {
    let golden = Golden::read("convnext");
    let model = ConvNext::new(&golden.config, &golden.weights).unwrap();
    let map = model.forward(&golden.tensors["image"]).unwrap();
    assert!(golden.difference("map", &map) < TOLERANCE);
}

#[test]
fn hiera_is_that_of_sam2() {
    let golden = Golden::read("hiera");
    let model = Hiera::new(&golden.config, &golden.weights).unwrap();
    let map = model.forward(&golden.tensors["image"]).unwrap();
    assert!(golden.difference("map", &map) < TOLERANCE);
}

/// The text encoder of the golden, whose vocabulary has the words of the prompt alone, and the prompt in its numbers.
fn prompt(golden: &Golden<DiffusionConfig>) -> Tensor {
    let kept = golden.tensors["kept"].to_vec1::<i64>().unwrap();
    let place = |token: u32| kept.iter().position(|word| *word == i64::from(token)).unwrap() as u32;
    let mut text = golden.weights.under("text.").tensors().clone();
    let words = golden.tensors["words"].to_dtype(DType::F32).unwrap();
    text.insert("embeddings.token_embedding.weight".into(), words);
    // The published checkpoint has a prefix that newer versions of the library leave out.
    let text = text.into_iter().map(|(key, tensor)| (format!("text_model.{key}"), tensor)).collect();
    Prompt::new(&Weights::new(Path::new("text"), text), 2).unwrap().forward(&TOKENS.map(place)).unwrap()
}

#[test]
fn the_prompt_is_what_clips_tokenizer_makes_of_it() {
    let golden = Golden::<serde_json::Value>::read("diffusion");
    let tokens = golden.tensors["tokens"].flatten_all().unwrap().to_vec1::<i64>().unwrap();
    assert_eq!(TOKENS.map(i64::from).as_slice(), tokens);
}

#[test]
fn the_text_encoder_is_that_of_transformers() {
    let golden = Golden::read("diffusion");
    let found = prompt(&golden);
    assert!(golden.difference("prompt", &found) < TOLERANCE);
}

fn diffusion(golden: &Golden<DiffusionConfig>) -> Diffusion {
    let mut weights = golden.weights.filter(|key| !key.starts_with("text.")).tensors().clone();
    weights.insert("prompt".into(), golden.tensors["prompt"].clone());
    Diffusion::new(&golden.config, &Weights::new(Path::new("sd"), weights)).unwrap()
}

#[test]
fn stable_diffusion_is_that_of_diffusers() {
    let golden = Golden::<DiffusionConfig>::read("diffusion");
    let model = diffusion(&golden);
    let (mean, deviation) = model.latent(&golden.tensors["image"]).unwrap();
    assert!(golden.difference("mean", &mean) < TOLERANCE);
    assert!(golden.difference("deviation", &deviation) < TOLERANCE);
    let map = model.noisy(&golden.tensors["latent"]).unwrap();
    assert!(golden.difference("map", &map) < TOLERANCE);
}

/// The whole of it: the same features in every run, and of the size that is promised.
#[test]
fn features_of_stable_diffusion_do_not_change() {
    let golden = Golden::<DiffusionConfig>::read("diffusion");
    let image = &golden.tensors["image"];
    let (once, again) = (diffusion(&golden), diffusion(&golden));
    let (map, other) = (once.forward(image).unwrap(), again.forward(image).unwrap());
    let (_, channels, height, width) = map.dims4().unwrap();
    assert_eq!((channels, height, width), (once.shape().width, 4, 4));
    let numbers = |map: &Tensor| map.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    assert_eq!(numbers(&map), numbers(&other));
}

/// The ConvNeXt of the golden as OpenCLIP publishes it.
fn open_clip(folder: &Path) -> PathBuf {
    let golden = Golden::<ConvNextConfig>::read("convnext");
    let tensors = golden.weights.tensors().iter();
    let tensors = tensors.map(|(key, tensor)| (format!("visual.trunk.{key}"), tensor.clone())).collect();
    saved(&tensors, &folder.join("open_clip_model.safetensors"))
}

fn saved(tensors: &HashMap<String, Tensor>, path: &Path) -> PathBuf {
    candle_core::safetensors::save(tensors, path).unwrap();
    path.to_owned()
}

/// What a drawing of the goldens is to an engine.
fn features(loaded: Loaded) -> (&'static str, Tensor) {
    let case = crate::golden::cases().remove(0);
    let (drawing, labels) = (drawing(&case.join("line/t0.png")), labels(&case.join("seg/t0.png")));
    let engine = loaded.engine();
    let SegmentFeatures::Vectors(rows) = engine.embed(&drawing, &labels).unwrap() else {
        panic!("features of another engine");
    };
    assert_eq!(rows.dim(0).unwrap(), labels.count as usize);
    let lengths = rows.sqr().unwrap().sum(1).unwrap().to_vec1::<f32>().unwrap();
    assert!(lengths.iter().all(|length| (length - 1.0).abs() < 1e-4), "{lengths:?}");
    (engine.name(), rows)
}

#[test]
fn a_backbone_alone_is_an_engine() {
    let folder = tempfile::tempdir().unwrap();
    let file = open_clip(folder.path());
    let loaded = |path: &Path| zero_shot(path, AlphaRule::Composite, &Place::cpu()).unwrap();
    let (name, rows) = features(loaded(&file));
    assert_eq!((name, rows.dim(1).unwrap()), ("zero-shot", 40));
    let digest = |path: &Path| loaded(path).engine().digest().to_owned();
    assert_eq!(digest(&file), digest(folder.path()), "a file, or the folder that has it");
    assert_ne!(digest(&file), digest(&weight("dinov2_small.pth")));
}

#[test]
fn another_backbone_takes_the_place_of_dinov2() {
    let folder = tempfile::tempdir().unwrap();
    let mut dacon: HashMap<_, _> =
        checkpoint::read(&weight("dacon_1_0.pth")).unwrap().tensors().clone().into_iter().collect();
    let reducing = Tensor::randn(0f32, 0.1, (64, 40), &Device::Cpu).unwrap();
    dacon.insert("dino_mlp.fc1.weight".into(), reducing);
    let dacon = saved(&dacon, &folder.path().join("dacon.safetensors"));
    let out = folder.path().join("model");
    let report = import(&dacon, Some(&open_clip(folder.path())), None, &out).unwrap();
    assert!(matches!(report.config.backbone, Some(BackboneConfig::ConvNext(_))), "{:?}", report.config);
    let (name, rows) = features(load(&out, AlphaRule::Composite, &Place::cpu()).unwrap());
    assert_eq!((name, rows.dim(1).unwrap()), ("dacon-1.0", report.config.features));
    let (name, rows) = features(zero_shot(&out, AlphaRule::Composite, &Place::cpu()).unwrap());
    assert_eq!((name, rows.dim(1).unwrap()), ("zero-shot", 40), "the backbone of a model folder alone");
}

#[test]
fn what_is_no_backbone_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let said = |path: &Path| match zero_shot(path, AlphaRule::Composite, &Place::cpu()) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("this must fail"),
    };
    assert!(said(folder.path()).contains("no file of weights"));
    assert!(said(&weight("dacon_1_0.pth")).contains("a DACoN checkpoint, not a backbone"));
    let file = open_clip(folder.path());
    fs::copy(&file, folder.path().join("other.pth")).unwrap();
    assert!(said(folder.path()).contains("open_clip_model.safetensors, other.pth"));
    let text =
        saved(&HashMap::from([("x".into(), Tensor::zeros(1, DType::F32, &Device::Cpu).unwrap())]), &file);
    assert!(said(&text).contains("this is no backbone"));
    fs::create_dir(folder.path().join("unet")).unwrap();
    let error = zero_shot(folder.path(), AlphaRule::Composite, &Place::cpu()).map(|_| ()).unwrap_err();
    assert!(matches!(error, ModelError::Unsuitable { .. }) && error.to_string().contains("unet/config.json"));
}

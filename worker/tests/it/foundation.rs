//! The foundation models against their authors' own modules, on small models of random weights
//! (`tests/golden/foundation/make.py`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use candle_core::{D, DType, Tensor};
use serde::de::DeserializeOwned;
use worker::model::Weights;
use worker::model::backbone::diffusion::{Prompt, TOKENS};
use worker::model::backbone::{Backbone, ConvNext, Diffusion, DiffusionConfig, Hiera};

use crate::golden::{dir, tensors};

/// A small model: its dimensions, its weights, and what it was asked and answered.
struct Golden<Config> {
    config: Config,
    weights: Weights,
    tensors: BTreeMap<String, Tensor>,
}

impl<Config: DeserializeOwned> Golden<Config> {
    fn read(name: &str) -> Self {
        let folder = dir().join("foundation");
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

//! Where the goldens are, and how close to them is close enough.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use cel::research::decode_labels;
use cel::{AlphaRule, Drawing, Labels};
use serde_json::Value;
use tempfile::TempDir;
use worker::engine::DaconEngine;
use worker::model::{Loaded, Place, checkpoint, import, load};

/// The folder of the goldens: the one that ships, or the full set where `SHIAGE_GOLDEN_DIR` says.
pub fn dir() -> PathBuf {
    std::env::var_os("SHIAGE_GOLDEN_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden"), PathBuf::from)
}

/// The cases that are there. There are always some.
pub fn cases() -> Vec<PathBuf> {
    let folder = dir().join("cases");
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 9, "only {} cases in {}", paths.len(), folder.display());
    paths
}

/// What the manifest says of a case.
pub fn facts(case: &Path) -> Value {
    let path = dir().join("manifest.json");
    let manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let facts = manifest["cases"][case.file_name().unwrap().to_str().unwrap()].clone();
    assert!(facts.is_object(), "{} is not in the manifest", case.display());
    facts
}

pub fn drawing(path: &Path) -> Drawing {
    cel::codec::read(path).unwrap_or_else(|error| panic!("{error}"))
}

/// A label image as the reference reads it: in 8-bit arithmetic, renumbered. The same unless there are more than 255.
pub fn labels(path: &Path) -> Labels {
    let labels = decode_labels(&fs::read(path).unwrap()).unwrap_or_else(|error| panic!("{error}"));
    let mut numbers = [0; 256];
    labels.labels.iter().for_each(|label| numbers[*label as usize % 256] = 1);
    numbers[0] = 0;
    let mut count = 0;
    for number in numbers.iter_mut().filter(|number| **number == 1) {
        count += 1;
        *number = count;
    }
    Labels {
        labels: labels.labels.iter().map(|label| numbers[*label as usize % 256]).collect(),
        count,
        ..labels
    }
}

/// The tensors of a golden file.
pub fn tensors(path: &Path) -> HashMap<String, Tensor> {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    candle_core::safetensors::load_buffer(&bytes, &Device::Cpu).unwrap()
}

pub fn weight(name: &str) -> PathBuf {
    dir().join("weights").join(name)
}

/// The model of a version, imported and loaded as a user would; the folder lives as long as the engine is needed.
pub fn engine(version: &str) -> (TempDir, DaconEngine) {
    let folder = tempfile::tempdir().unwrap();
    let published = weight(&format!("dacon_{version}.pth"));
    let file = if published.exists() { published } else { version_1_1(&folder) };
    let model = folder.path().join("model");
    let report = import(&file, Some(&weight("dinov2_small.pth")), None, &model).unwrap();
    assert_eq!(report.notices.len(), 1, "no published backbone is this narrow");
    let Loaded::Dacon(engine) = load(&model, AlphaRule::Reference, &Place::cpu()).unwrap() else {
        panic!("{} is another model", model.display());
    };
    (folder, engine)
}

/// Version 1.1 of the goldens is 1.0 without its second head.
fn version_1_1(folder: &TempDir) -> PathBuf {
    let weights = checkpoint::read(&weight("dacon_1_0.pth")).unwrap();
    let weights = weights.filter(|key| !key.starts_with("dino_unet_mlp."));
    let path = folder.path().join("dacon_1_1.safetensors");
    let tensors: HashMap<_, _> = weights.tensors().clone().into_iter().collect();
    candle_core::safetensors::save(&tensors, &path).unwrap();
    path
}

/// A golden quantity and how far from it a result may be: ten times what the reference's own results differ between
/// f32 and f64 (the table in the goldens' README).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    Input,
    DinoMap,
    UnetMap,
    SegDino,
    SegUnet,
    SegDinoReduced,
    SegFeats,
    CosSim,
}

impl Quantity {
    pub fn tolerance(self) -> f64 {
        match self {
            // Values in 0..=1; the reference computes positions in f32.
            Self::Input => 1e-4,
            Self::DinoMap => 1.0e-3,
            Self::UnetMap => 3.3e-3,
            Self::SegDino => 4.0e-4,
            Self::SegUnet => 4.3e-3,
            Self::SegDinoReduced => 4.2e-4,
            Self::SegFeats => 4.1e-3,
            Self::CosSim => 2.6e-4,
        }
    }
}

/// The largest difference found for each quantity.
#[derive(Debug, Default)]
pub struct Differences(BTreeMap<Quantity, f64>);

impl Differences {
    /// Fails if `found` is too far from `expected`.
    pub fn check(&mut self, quantity: Quantity, found: &Tensor, expected: &Tensor, what: &str) {
        assert_eq!(found.dims(), expected.dims(), "{what}");
        let wide = |tensor: &Tensor| tensor.to_dtype(DType::F64).unwrap();
        let difference = (wide(found) - wide(expected)).unwrap().abs().unwrap();
        let worst: f64 = difference.flatten_all().unwrap().max(0).unwrap().to_scalar().unwrap();
        assert!(worst <= quantity.tolerance(), "{what}: {quantity:?} is off by {worst:e}");
        let entry = self.0.entry(quantity).or_default();
        *entry = entry.max(worst);
    }

    pub fn report(&self, what: &str) {
        eprintln!("{what}: largest differences {:?}", self.0);
    }
}

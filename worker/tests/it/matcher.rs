//! The network of the built-in model against its PyTorch twin (`training/golden.py`), and the built-in model itself.

use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use cel::research::decode_labels_compacting;
use cel::{AlphaRule, Drawing, Labels};
use worker::model::{self, Place};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/matcher")
}

fn seen(name: &str) -> (Drawing, Labels) {
    let line = cel::codec::read(&folder().join(format!("{name}.line.png"))).unwrap();
    let seg = std::fs::read(folder().join(format!("{name}.seg.png"))).unwrap();
    (line, decode_labels_compacting(&seg).unwrap().labels)
}

#[test]
fn scores_are_those_of_the_twin() {
    let engine = model::load(&folder().join("model"), AlphaRule::Composite, &Place::cpu()).unwrap().engine();
    let [a, b] = ["a", "b"].map(seen).map(|(line, labels)| engine.embed(&line, &labels).unwrap());
    let expected =
        candle_core::safetensors::load(folder().join("expected.safetensors"), &Device::Cpu).unwrap();
    let last: &Tensor = &expected["scores1"];
    let similarities = engine.compare(&a, &b).unwrap();
    assert_eq!(last.dims(), [a_count(), similarities.columns]);
    let values: Vec<f32> = last.flatten_all().unwrap().to_vec1().unwrap();
    let worst = values.iter().zip(&similarities.values).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
    let spread =
        values.iter().copied().fold(f32::MIN, f32::max) - values.iter().copied().fold(f32::MAX, f32::min);
    eprintln!("largest difference {worst:.1e}, scores spread over {spread:.2}");
    assert!(spread > 0.1 && worst < 1e-4, "{worst} of {spread}");
}

fn a_count() -> usize {
    seen("a").1.count as usize
}

/// A drawing is most like itself, whether its trace lines belong to segments or not.
#[test]
fn the_builtin_model_knows_a_drawing_again() {
    let engine = model::builtin(&Place::cpu()).unwrap().engine();
    let (line, labels) = seen("a");
    let own = cel::segment(&line, AlphaRule::Composite);
    assert_eq!(own.count, labels.count);
    let [bare, traced] = [&labels, &own].map(|labels| engine.embed(&line, labels).unwrap());
    let similarities = engine.compare(&bare, &traced).unwrap();
    assert_eq!(similarities, engine.compare(&bare, &bare).unwrap());
    let known = (0..labels.count as usize).filter(|&segment| {
        let row = similarities.row(segment);
        row.iter().all(|&value| value <= row[segment])
    });
    assert!(known.count() * 10 > labels.count as usize * 9);
}

#[test]
fn another_program_s_numbers_are_refused() {
    let copy = tempfile::tempdir().unwrap();
    for name in ["model.json", "matcher.safetensors"] {
        std::fs::copy(folder().join("model").join(name), copy.path().join(name)).unwrap();
    }
    let json = copy.path().join("model.json");
    let text = std::fs::read_to_string(&json).unwrap();
    for (from, to, said) in [
        ("\"pair_cues\": 47", "\"pair_cues\": 46", "trained on 278 and 46 numbers"),
        ("\"heads\": 2", "\"heads\": 3", "cannot be shared among 3"),
        ("\"input\": 64", "\"input\": 63", "63"),
        ("\"passes\": 2", "\"passes\": 0", "no pass"),
        ("\"width\": 16", "\"width\": 32", "shape"),
    ] {
        assert!(text.contains(from));
        std::fs::write(&json, text.replace(from, to)).unwrap();
        let Err(error) = model::load(copy.path(), AlphaRule::Composite, &Place::cpu()) else {
            panic!("{to} was taken");
        };
        assert!(error.to_string().contains(said), "{error}");
    }
}

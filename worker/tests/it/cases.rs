//! Features, similarities and decisions on every golden case.

use std::collections::HashMap;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use cel::{AlphaRule, Labels, Rgba, Size};
use worker::engine::{DaconEngine, Engine, SegmentFeatures, Similarities};
use worker::matching::{Candidate, Decision, match_segments};
use worker::model::{Dacon, ModelConfig, Place, checkpoint};

use crate::golden::{Differences, Quantity, cases, drawing, engine, facts, labels, tensors, weight};

/// Below this margin the reference's own choice is decided by rounding.
const DECIDED: f32 = 1e-4;

/// References painted by a person.
const SURE: [f32; 1000] = [1.0; 1000];

type Golden = HashMap<String, Tensor>;

#[test]
fn version_1_0() {
    check_all("1_0");
}

#[test]
fn version_1_1() {
    check_all("1_1");
}

/// A model without a backbone has the U-Net's features.
#[test]
fn unet_alone() {
    let (_folder, whole) = engine("1_0");
    let config = ModelConfig { backbone: None, ..whole.model().config().clone() };
    let weights = checkpoint::read(&weight("dacon_1_0.pth")).unwrap();
    let model = Dacon::new(&config, Some(&weights), None, &Place::cpu()).unwrap();
    let case = &cases()[0];
    let (line, labels) = (drawing(&case.join("line/t0.png")), labels(&case.join("seg/t0.png")));
    let embedding = model.embed(&line, &labels, AlphaRule::Reference).unwrap();
    assert!(embedding.seg_dino.is_none() && embedding.seg_dino_reduced.is_none());
    let golden = tensors(&case.join("golden_1_0.safetensors"));
    let mut differences = Differences::default();
    differences.check(Quantity::SegUnet, &embedding.seg_feats, &golden["tgt.seg_unet"], "unet alone");
    assert_eq!(DaconEngine::new(model, AlphaRule::Reference, b"").name(), "unet");
}

#[test]
fn a_drawing_without_segments_has_no_rows() {
    let (_folder, engine) = engine("1_1");
    let case = &cases()[0];
    let line = drawing(&case.join("line/t0.png"));
    let labels = Labels { size: line.size, labels: vec![0; line.size.pixels()], count: 0 };
    let nothing = engine.embed(&line, &labels).unwrap();
    let reference = engine.embed(&line, &crate::golden::labels(&case.join("seg/t0.png"))).unwrap();
    assert!(engine.compare(&nothing, &reference).unwrap().values.is_empty());
    assert_eq!(engine.compare(&reference, &nothing).unwrap().columns, 0);
    let smaller = Labels { size: Size { width: 1, height: 1 }, labels: vec![1], count: 1 };
    assert!(engine.embed(&line, &smaller).is_err());
}

fn check_all(version: &str) {
    let (_folder, engine) = engine(version);
    assert_eq!(engine.name(), if version == "1_0" { "dacon-1.0" } else { "dacon-1.1" });
    let mut differences = Differences::default();
    for case in cases() {
        check_case(&case, version, &engine, &mut differences);
    }
    differences.report(&format!("version {version}"));
}

fn check_case(case: &Path, version: &str, engine: &DaconEngine, differences: &mut Differences) {
    let what = format!("{} {version}", case.file_name().unwrap().to_string_lossy());
    let golden = tensors(&case.join(format!("golden_{version}.safetensors")));
    let common = tensors(&case.join("golden_common.safetensors"));
    let references = facts(case)["references"].as_array().unwrap().len();
    let target = check_frame(case, "tgt", [&golden, &common], engine, (differences, &what));
    let mut similarities = Vec::new();
    let mut colours = Vec::new();
    for index in 0..references {
        let name = format!("ref{index}");
        let reference = check_frame(case, &name, [&golden, &common], engine, (differences, &what));
        similarities.push(engine.compare(&target, &reference).unwrap());
        let rows: Vec<Vec<i64>> =
            common[&format!("{name}.colors")].to_dtype(DType::I64).unwrap().to_vec2().unwrap();
        colours.push(rows.iter().map(|row| rgba(row)).collect::<Vec<_>>());
    }
    let found = joined(&similarities);
    differences.check(Quantity::CosSim, &found, &golden["cos_sim"], &what);
    check_decisions(&golden, &similarities, &colours, &what);
}

/// Checks the features of one drawing, and returns those the engine compares.
fn check_frame(
    case: &Path,
    name: &str,
    [golden, common]: [&Golden; 2],
    engine: &DaconEngine,
    (differences, what): (&mut Differences, &str),
) -> SegmentFeatures {
    let frame = &facts(case)["frames"][name];
    let line = drawing(&case.join(frame["line"].as_str().unwrap()));
    let labels = labels(&case.join(frame["seg"].as_str().unwrap()));
    let sizes: Vec<f32> = common[&format!("{name}.seg_sizes")].to_vec1().unwrap();
    let areas: Vec<f32> = labels.areas().iter().map(|&area| area as f32).collect();
    assert_eq!(areas, sizes, "{what} {name}");
    let embedding = engine.model().embed(&line, &labels, AlphaRule::Reference).unwrap();
    let parts = [
        (Quantity::SegDino, "seg_dino", embedding.seg_dino.as_ref().unwrap()),
        (Quantity::SegUnet, "seg_unet", embedding.seg_unet.as_ref().unwrap()),
        (Quantity::SegDinoReduced, "seg_dino_reduced", embedding.seg_dino_reduced.as_ref().unwrap()),
        (Quantity::SegFeats, "seg_feats", &embedding.seg_feats),
    ];
    for (quantity, part, found) in parts {
        let key = format!("{name}.{part}");
        differences.check(quantity, found, &golden[&key], &format!("{what} {key}"));
    }
    engine.features(&embedding).unwrap()
}

fn check_decisions(golden: &Golden, similarities: &[Similarities], colours: &[Vec<Rgba>], what: &str) {
    let margins: Vec<f32> = golden["margin"].to_vec1().unwrap();
    let colour_margins: Vec<f32> = golden["margin_colour"].to_vec1().unwrap();
    let columns: Vec<i64> = golden["argmax"].to_dtype(DType::I64).unwrap().to_vec1().unwrap();
    let expected: Vec<Vec<i64>> = golden["pred_color"].to_dtype(DType::I64).unwrap().to_vec2().unwrap();
    let candidates: Vec<_> = similarities
        .iter()
        .zip(colours)
        .map(|(similarities, colours)| Candidate { similarities, colours, trust: &SURE[..colours.len()] })
        .collect();
    let firsts: Vec<usize> = similarities
        .iter()
        .scan(0, |next, part| Some(std::mem::replace(next, *next + part.columns)))
        .collect();
    for (segment, found) in
        match_segments(margins.len(), &candidates, Decision::Nearest).into_iter().enumerate()
    {
        let found = found.unwrap();
        if margins[segment] > DECIDED {
            let column = firsts[found.reference] + found.label as usize - 1;
            assert_eq!(column as i64, columns[segment], "{what}, segment {segment}");
        }
        if colour_margins[segment] > DECIDED {
            assert_eq!(found.colour, rgba(&expected[segment]), "{what}, segment {segment}");
            assert!((found.margin - colour_margins[segment]).abs() < 2e-4, "{what}, segment {segment}");
        }
    }
}

fn rgba(row: &[i64]) -> Rgba {
    Rgba(std::array::from_fn(|channel| u8::try_from(row[channel]).unwrap()))
}

/// The similarities with all references side by side, as the reference keeps them.
fn joined(parts: &[Similarities]) -> Tensor {
    let tensors: Vec<Tensor> = parts
        .iter()
        .map(|part| {
            let rows = part.values.len() / part.columns;
            Tensor::from_slice(&part.values, (rows, part.columns), &Device::Cpu).unwrap()
        })
        .collect();
    Tensor::cat(&tensors, 1).unwrap()
}

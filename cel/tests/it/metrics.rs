//! The five measures against the reference implementation's, bit for bit in 32-bit floats.

use cel::Rgba;
use cel::metrics::{Background, Counts, Outcome};
use serde_json::Value;

use crate::golden::{dir, json};

fn colours(list: &Value) -> Vec<Rgba> {
    serde_json::from_value(list.clone()).unwrap()
}

#[test]
fn measures_are_those_of_the_reference() {
    let file = json(&dir().join("metrics/metrics.json"));
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() >= 17, "only {} cases", cases.len());
    for case in cases {
        let (truth, predicted) = (colours(&case["gt_colors"]), colours(&case["pred_colors"]));
        let sizes: Vec<u32> = serde_json::from_value(case["sizes"].clone()).unwrap();
        let outcomes = truth.iter().zip(&predicted).zip(sizes);
        let outcomes = outcomes.map(|((&truth, &predicted), pixels)| Outcome {
            predicted: Some(predicted),
            truth,
            pixels,
        });
        let scores = Counts::of(outcomes, Background::TransparentWhite).scores();
        for (name, value) in [
            ("acc", scores.acc),
            ("acc_threshold", scores.acc_threshold),
            ("pix_acc", scores.pix_acc),
            ("pix_f_acc", scores.pix_f_acc),
            ("pix_b_miou", scores.pix_b_miou),
        ] {
            let expected = case["out"][name].as_f64().unwrap();
            assert_eq!(value as f32, expected as f32, "{name} of {}", case["name"]);
        }
    }
}

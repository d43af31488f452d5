//! Import and painting through the command, against what the reference implementation wrote.

use std::path::{Path, PathBuf};

use cel::metrics::{Background, Counts, Outcome, Scores};
use cel::research::{colours_from_json, decode_labels};

use crate::support::{paint, shiage, text};

fn golden() -> PathBuf {
    std::env::var_os("SHIAGE_GOLDEN_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden"), PathBuf::from)
}

/// Cases whose painted PNG the reference implementation wrote, and which the product paints as it did: not `f` (the
/// reference implementation fails on it) nor `h` (it reads labels above 255 wrongly).
const CASES: [&str; 7] = [
    "a_512_rgba_1ref",
    "b_960x540_rgba_3ref_mixed_sizes",
    "c_1600_rgba_1ref",
    "e_300x900_rgb_refs",
    "g_quirk_partial_alpha",
    "i_quirk_opaque_white_rgba",
    "j_unclosed",
];

/// Imports version 1.0 into a folder below `folder`.
fn imported(folder: &Path) -> PathBuf {
    let model = folder.join("model");
    let weights = golden().join("weights");
    let import = shiage(&[
        "model",
        "import",
        "--dacon",
        text(&weights.join("dacon_1_0.pth")),
        "--backbone",
        text(&weights.join("dinov2_small.pth")),
        "--out",
        text(&model),
    ]);
    assert_eq!(import.code, 0, "{import:?}");
    model
}

#[test]
fn an_imported_model_paints_what_the_reference_implementation_painted() {
    let folder = tempfile::tempdir().unwrap();
    let model = imported(folder.path());
    for case in CASES {
        let input = folder.path().join(case);
        let from = golden().join("cases").join(case);
        copy(&from.join("line"), &input.join("line"));
        let (out, sheets) = (folder.path().join(format!("{case} out")), from.join("ref"));
        let run = paint(
            &input,
            &out,
            &[
                "--model",
                text(&model),
                "--sheets",
                text(&sheets),
                "--mode",
                "keyframe",
                "--alpha",
                "reference",
            ],
        );
        assert_eq!(run.code, 0, "{case}: {run:?}");
        let painted = cel::codec::read(&out.join("line/t0.png")).unwrap();
        let expected = cel::codec::read(&from.join("pred_1_0/t0.png")).unwrap();
        let wrong = painted.pixels.iter().zip(&expected.pixels).filter(|(a, b)| a != b).count();
        assert_eq!((painted.size, wrong), (expected.size, 0), "{case}: pixels that differ");
    }
}

/// The measures of the colours that the reference implementation chose.
fn expected(case: &Path) -> Scores {
    let labels = decode_labels(&std::fs::read(case.join("seg/t0.png")).unwrap()).unwrap();
    let colours = |file: &str| {
        let text = std::fs::read_to_string(case.join(file)).unwrap();
        colours_from_json(&text).unwrap().into_values()
    };
    let pairs = colours("seg/t0.json").zip(colours("pred_1_0/t0.json")).zip(labels.areas());
    let outcomes =
        pairs.map(|((truth, predicted), pixels)| Outcome { predicted: Some(predicted), truth, pixels });
    Counts::of(outcomes, Background::AnyTransparent).scores()
}

#[test]
fn eval_measures_what_the_reference_implementation_painted() {
    let folder = tempfile::tempdir().unwrap();
    let model = imported(folder.path());
    let fixed = ["--mode", "keyframe", "--alpha", "reference", "--json"];
    for case in CASES {
        let case = golden().join("cases").join(case);
        let run = shiage(&[&["eval", text(&case), "--model", text(&model)], &fixed[..]].concat());
        assert_eq!(run.code, 0, "{run:?}");
        let (json, scores) = (run.json(), expected(&case));
        for (name, value) in [
            ("acc", scores.acc),
            ("acc_threshold", scores.acc_threshold),
            ("pix_acc", scores.pix_acc),
            ("pix_f_acc", scores.pix_f_acc),
            ("pix_b_miou", scores.pix_b_miou),
        ] {
            // Text and back may move the last bit.
            let difference = json["overall"][name].as_f64().unwrap() - 100.0 * value;
            assert!(difference.abs() < 1e-9, "{name} of {}", case.display());
        }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

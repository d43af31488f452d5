//! `shiage eval --table` with small models of random weights.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::eval::data_set;
use crate::support::{Run, shiage, text};

fn weight(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/weights").join(name)
}

/// A backbone as it is published, DACoN 1.0 on it, a damaged 1.1, and two files that are no models.
fn models() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::copy(weight("dinov2_small.pth"), at("dinov2.pth")).unwrap();
    let (dacon, backbone, out) = (weight("dacon_1_0.pth"), at("dinov2.pth"), at("model"));
    let files = ["--dacon", text(&dacon), "--backbone", text(&backbone), "--out", text(&out)];
    let run = shiage(&[&["model", "import"], files.as_slice()].concat());
    assert_eq!(run.code, 0, "{run:?}");
    fs::create_dir(at("other")).unwrap();
    for (name, content) in crate::support::files(&out) {
        fs::write(at("other").join(name), content).unwrap();
    }
    let description = fs::read_to_string(at("other/model.json")).unwrap();
    fs::write(at("other/model.json"), description.replace("\"1.0\"", "\"1.1\"")).unwrap();
    let damaged = at("other/dacon.safetensors");
    let mut bytes = fs::read(&damaged).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(damaged, bytes).unwrap();
    fs::write(at("notes.txt"), "no model").unwrap();
    fs::write(at(".hidden"), "no model").unwrap();
    folder
}

fn table(number: &str, root: &Path, more: &[&str]) -> Run {
    shiage(&[&["eval", text(root), "--table", number], more].concat())
}

/// The lines of a row: references, state.
fn lines(report: &Value, row: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = report["rows"].as_array().unwrap().iter().filter(|line| line["row"] == row);
    rows.map(|line| (text(&line["references"]), text(&line["state"]))).collect()
}

fn states(report: &Value, row: &str) -> Vec<String> {
    lines(report, row).into_iter().map(|(_, state)| state).collect()
}

fn line<'a>(report: &'a Value, row: &str) -> &'a Value {
    report["rows"].as_array().unwrap().iter().find(|line| line["row"] == row).unwrap()
}

#[test]
fn rows_with_a_model_are_measured_and_the_others_say_what_is_missing() {
    let (root, models) = (data_set(), models());
    let run = table("1", root.path(), &["--models", text(models.path()), "--json"]);
    assert_eq!(run.code, 3, "{run:?}");
    let report = run.json();
    let zero_shot = line(&report, "DINOv2, zero-shot");
    assert_eq!(zero_shot["state"], "measured");
    assert_eq!(zero_shot["other_size"], true);
    assert_eq!(zero_shot["model"], format!("zero-shot:{}", models.path().join("dinov2.pth").display()));
    assert_eq!((&zero_shot["mode"], &zero_shot["shots"]), (&Value::from("keyframe"), &Value::from(1)));
    for key in ["acc", "acc_threshold", "pix_acc", "pix_f_acc", "pix_b_miou"] {
        assert!(zero_shot[key].is_number(), "{key} in {zero_shot}");
    }
    assert_eq!(states(&report, "DACoN 1.0"), ["measured"; 3]);
    assert_eq!(states(&report, "DACoN 1.1"), ["failed"; 3], "a damaged model does not stop the others");
    assert!(line(&report, "DACoN 1.1")["why"].as_str().unwrap().contains("import the model again"));
    for missing in ["Stable Diffusion 2.1, zero-shot", "SAM 2.1, zero-shot", "DACoN on Stable Diffusion 2.1"]
    {
        assert_eq!(states(&report, missing), ["missing"]);
        assert!(line(&report, missing)["acc"].is_null() && line(&report, missing)["model"].is_null());
    }
    assert!(line(&report, "SAM 2.1, zero-shot")["why"].as_str().unwrap().contains("sam2.1_hiera_large.pt"));
    let sheets = ["1 sheet", "5 sheets", "all sheets"].map(|from| (from.to_owned(), "measured".to_owned()));
    for ours in ["builtin", "shape"] {
        assert_eq!(lines(&report, ours), sheets);
        assert_eq!(line(&report, ours)["ours"], true);
    }
    let unusable = report["unusable"].as_array().unwrap();
    assert!(unusable.len() == 1 && unusable[0].as_str().unwrap().contains("notes.txt"), "{unusable:?}");
}

/// A table has the figures that the same model has by itself.
#[test]
fn figures_are_those_of_eval() {
    let root = data_set();
    let run = table("3", root.path(), &["--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let report = run.json();
    let shape = report["rows"].as_array().unwrap().iter().filter(|line| line["row"] == "shape");
    let mut seen = 0;
    for line in shape {
        let mode = line["mode"].as_str().unwrap();
        let shots = line["shots"].as_u64().map_or("max".to_owned(), |shots| shots.to_string());
        let alone = shiage(&[
            "eval",
            text(root.path()),
            "--model",
            "shape",
            "--mode",
            mode,
            "--shots",
            &shots,
            "--json",
        ]);
        let alone = &alone.json()["overall"];
        for key in ["acc", "pix_acc", "drawings"] {
            assert_eq!(line[key], alone[key], "{key} in {mode}");
        }
        seen += 1;
    }
    assert_eq!(seen, 6);
}

#[test]
fn without_models_our_own_rows_are_there() {
    let root = data_set();
    for number in ["2", "4"] {
        let run = table(number, root.path(), &[]);
        assert_eq!(run.code, 0, "{run:?}");
        for part in
            ["builtin (ours)", "shape (ours)", "Pix-B-MIoU", "missing: ", "--models DIR", "Not run here"]
        {
            assert!(run.stdout.contains(part), "{part} in {}", run.stdout);
        }
    }
}

/// Settings without references are told, and so is what makes no sense.
#[test]
fn what_cannot_be_measured_is_told() {
    let root = data_set();
    fs::remove_dir_all(root.path().join("人物 A/ref")).unwrap();
    let run = table("1", root.path(), &[]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.stdout.contains("failed: no drawing has such references: add design sheets"), "{run:?}");
    let missing = root.path().join("no models");
    let run = table("1", root.path(), &["--models", text(&missing)]);
    assert!(run.code == 1 && run.stderr.contains("no models"), "{run:?}");
    for wrong in [&["--table", "5"] as &[&str], &["--table", "1", "--model", "shape"], &["--models", "m"]] {
        let run = shiage(&[&["eval", text(root.path())], wrong].concat());
        assert_eq!(run.code, 2, "{run:?}");
    }
}

//! `shiage bench`: the queue on a server that it starts, and on one that is there; a simulated farm.

use common::queue::RedisServer;

use crate::support::{Run, shiage};

const KEYS: [&str; 6] =
    ["claim_complete_per_s", "claim_p50_ms", "claim_p99_ms", "redis_bytes_per_job", "rebuild_s", "jobs"];

fn bench(more: &[&str]) -> Run {
    shiage(&[&["bench", "queue", "--jobs", "1000", "--workers", "8"], more].concat())
}

#[test]
fn it_starts_a_server_of_its_own() {
    let run = bench(&["--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let json = run.json();
    assert_eq!(json.as_object().unwrap().len(), KEYS.len());
    for key in KEYS {
        assert!(json[key].as_f64().unwrap() > 0.0, "{key}: {run:?}");
    }
    assert_eq!(run.count("jobs"), 1000);
}

#[tokio::test]
async fn a_queue_in_use_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let server = RedisServer::start(dir.path()).await.unwrap();
    let address = server.address();
    assert_eq!(bench(&["--redis", &address]).code, 0);
    let again = bench(&["--redis", &address]);
    assert_eq!(again.code, 1, "{again:?}");
    assert!(again.stderr.contains("holds a farm's queue; measure on an empty server"), "{again:?}");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let run = bench(&["--redis", "redis://127.0.0.1:1"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("redis://127.0.0.1:1"), "{run:?}");
}

fn simulate(more: &[&str]) -> Run {
    let few =
        ["bench", "simulate", "--drawings", "600", "--workers", "1,8", "--mode", "previous-frame,nearest"];
    shiage(&[&few[..], more].concat())
}

#[test]
fn a_simulation_tells_what_limits_the_farm() {
    let run = simulate(&["--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let json = run.json();
    let modes = json["modes"].as_array().unwrap();
    assert_eq!(modes.iter().map(|mode| &mode["mode"]).collect::<Vec<_>>(), ["previous-frame", "nearest"]);
    for mode in modes {
        let farms = mode["farms"].as_array().unwrap();
        let number = |farm: usize, key: &str| farms[farm][key].as_f64().unwrap();
        assert_eq!((number(0, "workers"), number(0, "speed_up"), number(0, "deaths")), (1.0, 1.0, 0.0));
        assert!((2.0..=8.0).contains(&number(1, "speed_up")), "{mode}");
        assert!(number(1, "seconds") >= number(1, "bound_s"), "{mode}");
    }
    assert!(modes[0]["critical_path_s"].as_f64() > modes[1]["critical_path_s"].as_f64(), "{run:?}");
    assert_eq!(simulate(&["--json"]).stdout, run.stdout);
    assert_ne!(simulate(&["--json", "--seed", "2"]).stdout, run.stdout);
}

#[test]
fn a_simulation_prints_a_table_for_each_mode() {
    let run = simulate(&["--mtbf", "300"]);
    assert_eq!(run.code, 0, "{run:?}");
    for part in ["previous-frame: ", "nearest: ", "the longest path, ", "speed-up", "lost leases"] {
        assert!(run.stdout.contains(part), "{part}: {run:?}");
    }
}

#[test]
fn a_simulation_of_nothing_is_refused() {
    for bad in
        [["--drawings", "0"], ["--workers", "8,0"], ["--mode", "auto"], ["--clip", "9-3"], ["--fps", "0"]]
    {
        let run = shiage(&[&["bench", "simulate"][..], &bad[..]].concat());
        assert_eq!(run.code, 2, "{bad:?}: {run:?}");
    }
}

/// A model folder of the goldens, small enough to measure.
fn small_model(folder: &std::path::Path) -> String {
    let weights = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/weights");
    let model = folder.join("model");
    let path = |name: &str| weights.join(name).display().to_string();
    let (dacon, backbone) = (path("dacon_1_0.pth"), path("dinov2_small.pth"));
    let out = model.display().to_string();
    let run = shiage(&["model", "import", "--dacon", &dacon, "--backbone", &backbone, "--out", &out]);
    assert_eq!(run.code, 0, "{run:?}");
    out
}

#[test]
fn a_model_is_timed_by_stage() {
    let folder = tempfile::tempdir().unwrap();
    let model = small_model(folder.path());
    let measure = |more: &[&str]| {
        let few = ["bench", "model", "--device", "cpu", "--model", &model, "--runs", "1"];
        shiage(&[&few[..], more].concat())
    };
    let run = measure(&["--size", "320x180", "--batch", "1,2", "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let lines: Vec<serde_json::Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (line, batch) in lines.iter().zip([1, 2]) {
        let keys: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "batch",
                "device",
                "fps",
                "model_gb",
                "ms_per_drawing",
                "params_m",
                "peak_memory_gb",
                "precision",
                "size",
                "stages_ms",
                "tflop_per_drawing"
            ]
        );
        assert_eq!((&line["batch"], &line["device"]), (&batch.into(), &"cpu".into()));
        assert_eq!(line["size"], serde_json::json!([320, 180]));
        let stages: f64 =
            line["stages_ms"].as_object().unwrap().values().map(|ms| ms.as_f64().unwrap()).sum();
        assert!((stages / line["ms_per_drawing"].as_f64().unwrap() - 1.0).abs() < 1e-9, "{line}");
        for key in ["fps", "model_gb", "params_m", "peak_memory_gb", "tflop_per_drawing"] {
            assert!(line[key].as_f64().unwrap() > 0.0, "{key}: {line}");
        }
    }
    assert_eq!(lines.len(), 2);
    let run = measure(&["--size", "320x180"]);
    assert!(run.stdout.starts_with("| device |") && run.stdout.contains("| 320×180 | 1 |"), "{run:?}");
    let backbone = format!("zero-shot:{model}");
    let run = shiage(&["bench", "model", "--device", "cpu", "--model", &backbone, "--runs", "1", "--json"]);
    let line: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(line["stages_ms"]["backbone"].as_f64().unwrap() > line["stages_ms"]["unet"].as_f64().unwrap());
    let run = shiage(&["bench", "model", "--device", "cpu", "--model", "shape"]);
    assert!(run.code == 2 && run.stderr.contains("zero-shot:PATH"), "{run:?}");
}

#[test]
fn a_device_that_is_not_there_or_has_no_half_precision_is_named() {
    let half = shiage(&["bench", "model", "--device", "cpu", "--precision", "bf16"]);
    assert_eq!(half.code, 2, "{half:?}");
    assert!(half.stderr.contains("--precision bf16"), "{half:?}");
    let gpu = shiage(&["bench", "model", "--device", "cuda:77"]);
    assert_eq!(gpu.code, 1, "{gpu:?}");
    assert!(gpu.stderr.contains("--device"), "{gpu:?}");
}

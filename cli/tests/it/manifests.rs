//! The manifests under `k8s` and `compose.yaml` say what the program understands.

use std::path::{Path, PathBuf};

use common::Digest;
use common::farm::{ModelLabel, SpecFormat};
use common::ids::Pool;

use crate::support::shiage;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every manifest and its text.
fn manifests() -> Vec<(PathBuf, String)> {
    let mut found = vec![root().join("compose.yaml")];
    let mut folders = vec![root().join("k8s")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_yaml = path.extension().is_some_and(|extension| extension == "yaml");
            if path.is_dir() {
                folders.push(path);
            } else if is_yaml {
                found.push(path);
            }
        }
    }
    found.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The argument lists in a manifest that are for the program: `[worker, --grace=120, …]`.
fn commands(manifest: &str) -> Vec<Vec<&str>> {
    let lists = manifest.split('[').skip(1).filter_map(|rest| rest.split(']').next());
    let words = lists.map(|list| list.split(',').map(str::trim).collect::<Vec<_>>());
    let is_command = |words: &Vec<&str>| ["scheduler", "worker", "farm"].contains(&words[0]);
    words.filter(is_command).filter(|words| words.iter().any(|word| word.starts_with("--"))).collect()
}

/// The number after a key in a manifest.
fn number(manifest: &str, key: &str) -> u64 {
    let rest = manifest.split(key).nth(1).unwrap_or_else(|| panic!("no {key}"));
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

#[test]
fn every_argument_is_one_of_the_program() {
    let mut seen = 0;
    for (path, text) in manifests() {
        for command in commands(&text) {
            let run = shiage(&[&command[..], &["--help"]].concat());
            assert_eq!(run.code, 0, "{}: {command:?}: {run:?}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 6, "{seen} commands");
}

#[test]
fn every_variable_is_read_by_the_program() {
    let known = ["scheduler", "worker"].map(|command| shiage(&[command, "--help"]).stdout).concat();
    let known: Vec<&str> = words(&known).collect();
    for (path, text) in manifests() {
        for name in words(&text).filter(|word| word.starts_with("SHIAGE_")) {
            assert!(known.contains(&name), "{}: {name}", path.display());
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_uppercase() && c != '_').filter(|word| !word.is_empty())
}

#[test]
fn a_worker_has_time_to_drain_and_probes_ask_where_it_listens() {
    let read = |path: &str| std::fs::read_to_string(root().join("k8s").join(path)).unwrap();
    let (worker, scheduler, gpu) =
        (read("base/worker.yaml"), read("base/scheduler.yaml"), read("components/gpu/worker.yaml"));
    let patience = number(&worker, "terminationGracePeriodSeconds: ");
    for manifest in [&worker, &gpu] {
        assert!(number(manifest, "--grace=") + 20 <= patience);
    }
    assert_eq!(number(&worker, "--metrics-addr=0.0.0.0:"), number(&worker, "name: metrics, containerPort: "));
    assert_eq!(number(&scheduler, "--listen=0.0.0.0:"), number(&scheduler, "name: http, containerPort: "));
    let compose = std::fs::read_to_string(root().join("compose.yaml")).unwrap();
    assert!(number(&compose, "--grace=") + 20 <= number(&compose, "stop_grace_period: "));
}

/// Workers come for jobs that they can paint.
#[test]
fn workers_are_counted_by_the_pools_that_they_serve() {
    let read = |path: &str| std::fs::read_to_string(root().join("k8s").join(path)).unwrap();
    for (manifest, scaled, model) in [
        ("base/worker.yaml", "components/autoscale/scaled-object.yaml", "--model=builtin"),
        ("components/gpu/worker.yaml", "overlays/production/kustomization.yaml", "--model=/models/dacon"),
    ] {
        assert!(read(manifest).contains(model), "{manifest}");
        let name = model.rsplit(['=', '/']).next().unwrap();
        let query = read(scaled);
        let beginning = query.split("pool=~\"").nth(1).and_then(|rest| rest.split(".*\"").next()).unwrap();
        for format in SpecFormat::LATEST.and_before() {
            let pool = ModelLabel::new(name, &Digest::of(b"weights")).pool(&Pool::default(), format).unwrap();
            assert!(pool.as_str().starts_with(beginning), "{scaled}: {pool}");
        }
        assert!(query.contains("state=~\"ready|running\""), "{scaled}");
    }
}

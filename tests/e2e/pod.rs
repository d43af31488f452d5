//! The pod of a worker as the manifest has it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

/// What a cluster starts and how long it waits.
pub struct Pod {
    /// Arguments of the program that the image starts.
    pub args: Vec<String>,
    /// The whole environment, with the addresses of the manifest.
    pub env: BTreeMap<String, String>,
    /// Folders that can be written to; the rest of the file system cannot.
    pub mounts: Vec<String>,
    /// Time from SIGTERM to SIGKILL.
    pub grace: Duration,
    /// Path of the startup probe, and how long it may fail.
    pub startup: (String, Duration),
    /// Path of the readiness probe.
    pub readiness: String,
}

impl Pod {
    /// Reads `k8s/base`.
    pub fn of_worker() -> Self {
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../k8s/base");
        let deployment = document(&base.join("worker.yaml"), "Deployment");
        let spec = &deployment["spec"]["template"]["spec"];
        let container = &spec["containers"][0];
        assert!(
            container["command"].is_null() && container["lifecycle"].is_null(),
            "the image's own command"
        );
        let mut env = config(&document(&base.join("kustomization.yaml"), "Kustomization"), container);
        env.extend(list(&container["env"]).iter().map(|entry| {
            assert_eq!(entry["valueFrom"]["fieldRef"]["fieldPath"], "metadata.name", "{entry}");
            (text(&entry["name"]), "worker-5d8f7c9b4-x2x8p".to_owned())
        }));
        let startup = &container["startupProbe"];
        let patience =
            seconds(&startup["periodSeconds"]) * startup["failureThreshold"].as_u64().unwrap() as u32;
        Self {
            args: list(&container["args"]).iter().map(text).collect(),
            env,
            mounts: list(&container["volumeMounts"]).iter().map(|mount| text(&mount["mountPath"])).collect(),
            grace: seconds(&spec["terminationGracePeriodSeconds"]),
            startup: (text(&startup["httpGet"]["path"]), patience),
            readiness: text(&container["readinessProbe"]["httpGet"]["path"]),
        }
    }

    /// Puts another value in the place of one that this machine cannot give; gives the one of the manifest.
    pub fn replace(&mut self, option: &str, value: &str) -> String {
        let found = self.args.iter_mut().find_map(|arg| {
            let old = arg.strip_prefix(option)?.strip_prefix('=')?.to_owned();
            *arg = format!("{option}={value}");
            Some(old)
        });
        found.unwrap_or_else(|| panic!("{option} is not in the manifest"))
    }
}

/// The one object of a kind in a file.
fn document(path: &Path, kind: &str) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    let documents: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
    documents.into_iter().find(|document| document["kind"] == kind).unwrap()
}

/// The config map that a container takes its environment from. The secret beside it is none of the repository's.
fn config(kustomization: &Value, container: &Value) -> BTreeMap<String, String> {
    let sources: Vec<_> =
        list(&container["envFrom"]).iter().map(|from| &from["configMapRef"]["name"]).collect();
    let maps =
        list(&kustomization["configMapGenerator"]).iter().filter(|map| sources.contains(&&map["name"]));
    let literals = maps.flat_map(|map| list(&map["literals"]));
    let pair = |literal: &Value| {
        let (name, value) = literal.as_str().unwrap().split_once('=').unwrap();
        (name.to_owned(), value.to_owned())
    };
    literals.map(pair).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn seconds(value: &Value) -> Duration {
    Duration::from_secs(value.as_u64().unwrap_or_else(|| panic!("no seconds: {value}")))
}

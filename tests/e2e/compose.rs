//! The farm of `compose.yaml`, without containers.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use e2e::Process;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::Command;

use super::{PATIENCE, shiage};

/// What stands in the file and is another on this machine: hosts, ports and the folders of volumes.
struct Here {
    replaced: Vec<(&'static str, String)>,
    scheduler: String,
}

impl Here {
    fn new(dir: &Path) -> Self {
        let [redis, store, scheduler, metrics] =
            [(); 4].map(|()| format!("127.0.0.1:{}", e2e::free_port().unwrap()));
        let folder = |name: &str| dir.join(name).display().to_string();
        let replaced = vec![
            ("redis:6379", redis),
            ("store:9000", store.clone()),
            ("0.0.0.0:9000", store),
            ("0.0.0.0:8080", scheduler.clone()),
            ("0.0.0.0:9090", metrics),
            ("--root=/data", format!("--root={}", folder("data"))),
            ("--work-dir=/tmp/work", format!("--work-dir={}", folder("work"))),
        ];
        Self { replaced, scheduler }
    }

    fn of(&self, text: &str) -> String {
        self.replaced.iter().fold(text.to_owned(), |text, (there, here)| text.replace(there, here))
    }

    /// Starts a service with its own command and environment.
    fn start(&self, services: &Value, name: &str, dir: &Path) -> Process {
        let service = &services[name];
        let words = service["command"].as_array().unwrap().iter().map(|word| self.of(word.as_str().unwrap()));
        let mut words: Vec<String> = words.collect();
        let is_ours = service["image"].as_str().unwrap().starts_with("shiage:");
        let program = if is_ours { shiage().into_os_string() } else { words.remove(0).into() };
        let mut command = Command::new(program);
        command.args(words).env_clear().envs(self.environment(service)).current_dir(dir);
        if name == "redis" {
            let (_, port) = self.replaced[0].1.split_once(':').unwrap();
            command.args(["--port", port, "--dir"]).arg(dir).env("PATH", std::env::var_os("PATH").unwrap());
        }
        Process::start(command, &dir.join(format!("{name}.log"))).unwrap()
    }

    async fn listens(&self, name: &str) {
        let published = format!("{name}:");
        let address =
            self.replaced.iter().find(|(there, _)| there.starts_with(&published)).map(|(_, here)| here);
        let Some(address) = address.or((name == "scheduler").then_some(&self.scheduler)) else { return };
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while TcpStream::connect(address).await.is_err() {
            assert!(tokio::time::Instant::now() < deadline, "{name} does not listen");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn environment(&self, service: &Value) -> BTreeMap<String, String> {
        let entries = service["environment"].as_object().into_iter().flatten();
        entries.map(|(name, value)| (name.clone(), self.of(value.as_str().unwrap()))).collect()
    }

    async fn client(&self, services: &Value, args: &[&str]) -> Option<String> {
        let tokens = services["scheduler"]["environment"]["SHIAGE_TOKENS"].as_str().unwrap();
        let admin = tokens.split(',').find_map(|token| token.strip_prefix("admin:")).unwrap();
        let mut command = Command::new(shiage());
        command.args(args).env("SHIAGE_URL", format!("http://{}", self.scheduler)).env("SHIAGE_TOKEN", admin);
        let output = command.output().await.unwrap();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    }
}

/// Seconds of a duration such as `150s`.
fn seconds(value: &Value) -> Duration {
    Duration::from_secs(value.as_str().unwrap().strip_suffix('s').unwrap().parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_farm_of_the_compose_file_paints_an_episode() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("compose.yaml")).unwrap();
    let services = serde_saphyr::from_str::<Value>(&text).unwrap()["services"].clone();
    let dir = TempDir::new().unwrap();
    let here = Here::new(dir.path());
    // The volume of the store.
    assert_eq!(services["store"]["volumes"][0], "store:/data/shiage");
    std::fs::create_dir_all(dir.path().join("data/shiage")).unwrap();
    let mut running: Vec<(&str, Process)> = Vec::new();
    for name in ["redis", "store", "scheduler", "worker"] {
        running.push((name, here.start(&services, name, dir.path())));
        // A container that finds nobody is started again; here each waits for those that it depends on.
        here.listens(name).await;
    }
    let episode = root.join("examples/episode/episode.json");
    let submit = ["submit", episode.to_str().unwrap(), "--watch", "--json"];
    let told = tokio::time::timeout(PATIENCE, here.client(&services, &submit)).await.unwrap();
    let log = |name: &str| std::fs::read_to_string(dir.path().join(format!("{name}.log"))).unwrap();
    let told = told.unwrap_or_else(|| panic!("{}\n{}", log("scheduler"), log("worker")));
    let episode: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&episode["state"], &episode["drawings"]["painted"]), (&"done".into(), &30.into()), "{told}");
    for (name, process) in running.iter_mut().rev() {
        let grace = services[*name].get("stop_grace_period").map_or(Duration::from_secs(10), seconds);
        process.terminate(grace).await.unwrap_or_else(|error| panic!("{name}: {error}\n{}", log(name)));
    }
}

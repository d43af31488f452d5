//! A Prometheus of its own, and the queries of dashboards and rules.

use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use e2e::{Farm, Process, Result};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::Command;

/// What dashboards leave to Grafana: a span of several scrapes.
const INTERVAL: (&str, &str) = ("$__rate_interval", "15s");
/// What an alert compares with, at the end of its expression.
const COMPARISONS: [&str; 2] = [" < ", " > "];

/// Where the dashboards and rules lie.
pub fn monitoring() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../k8s/components/monitoring").canonicalize().unwrap()
}

/// A running Prometheus that scrapes a farm every second.
pub struct Prometheus {
    port: u16,
    pub process: Process,
}

impl Prometheus {
    /// Starts it, with the rules, in a folder of its own.
    pub async fn start(farm: &Farm, folder: &Path, port: u16) -> Result<Self> {
        let config = folder.join("prometheus.yml");
        std::fs::write(&config, config_of(farm))?;
        let mut command = Command::new("prometheus");
        command.arg(format!("--config.file={}", config.display()));
        command.arg(format!("--storage.tsdb.path={}", folder.join("data").display()));
        command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
        let process = Process::start(command, &folder.join("prometheus.log"))
            .map_err(|error| format!("prometheus: {error}; tests/run installs it"))?;
        let prometheus = Self { port, process };
        for _ in 0..300 {
            if get(port, "/-/ready").await.is_ok() {
                return Ok(prometheus);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(format!("prometheus does not start: {}", std::fs::read_to_string(folder.join("prometheus.log"))?)
            .into())
    }

    /// The finite values that a query has now.
    pub async fn values(&self, query: &str) -> Result<Vec<f64>> {
        let path = format!("/api/v1/query?query={}", utf8_percent_encode(query, NON_ALPHANUMERIC));
        let answer: Value = serde_json::from_str(&get(self.port, &path).await?)?;
        let series = answer["data"]["result"].as_array().ok_or_else(|| format!("{query}: {answer}"))?;
        let value = |series: &Value| series["value"][1].as_str()?.parse::<f64>().ok();
        Ok(series.iter().filter_map(value).filter(|value| value.is_finite()).collect())
    }

    /// The expressions of the rules that it has loaded, without what they are compared with.
    pub async fn rules(&self) -> Result<Vec<String>> {
        let answer: Value = serde_json::from_str(&get(self.port, "/api/v1/rules").await?)?;
        let groups = answer["data"]["groups"].as_array().ok_or("no groups")?;
        let rules = groups.iter().filter_map(|group| group["rules"].as_array()).flatten();
        rules.map(|rule| compared(rule["query"].as_str().unwrap_or_default())).collect()
    }
}

/// What an alert's expression compares with a number.
fn compared(expression: &str) -> Result<String> {
    let split = COMPARISONS.iter().find_map(|comparison| expression.rsplit_once(comparison));
    match split {
        Some((query, number)) if number.parse::<f64>().is_ok() => Ok(query.to_owned()),
        _ => Err(format!("{expression}: expected a query, a comparison and a number").into()),
    }
}

/// The queries of a dashboard.
pub fn queries(dashboard: &Path) -> Result<Vec<String>> {
    let dashboard: Value = serde_json::from_str(&std::fs::read_to_string(dashboard)?)?;
    let panels = dashboard["panels"].as_array().ok_or("no panels")?;
    let targets = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    let query = |target: &Value| target["expr"].as_str().map(|text| text.replace(INTERVAL.0, INTERVAL.1));
    Ok(targets.filter_map(query).collect())
}

fn config_of(farm: &Farm) -> String {
    let mut text = String::from("global: {scrape_interval: 1s, evaluation_interval: 1s}\n");
    let _ = writeln!(text, "rule_files: ['{}']", monitoring().join("rules.yaml").display());
    let list = |ports: Vec<u16>| {
        ports.iter().map(|port| format!("'127.0.0.1:{port}'")).collect::<Vec<_>>().join(", ")
    };
    let _ = writeln!(
        text,
        "scrape_configs:\n- job_name: shiage-scheduler\n  authorization: {{credentials: '{}'}}\n  static_configs: [{{targets: \
         [{}]}}]\n- job_name: shiage-worker\n  static_configs: [{{targets: [{}]}}]",
        Farm::token(),
        list(farm.schedulers.iter().map(e2e::SchedulerSlot::port).collect()),
        list(farm.workers.iter().map(|worker| worker.metrics).collect()),
    );
    text
}

/// The body of what is answered with 200.
pub async fn get(port: u16, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    let request = format!(
        "GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {}\r\n\r\n",
        Farm::token()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.contains(" 200 ") => Ok(body.to_owned()),
        _ => Err(format!("{path}: {answer}").into()),
    }
}

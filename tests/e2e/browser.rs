//! A real browser without a window.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use e2e::Process;
use fantoccini::actions::{InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;
use url::{ParseError, Url};

/// How long something on a page may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// A browser, ended when it is dropped.
pub struct Browser {
    pub client: Client,
    _driver: Process,
    _profile: TempDir,
}

/// What a page may look like.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub scheme: &'static str,
    pub width: u32,
}

impl Look {
    pub const ALL: [Self; 4] = [
        Self { scheme: "light", width: 1440 },
        Self { scheme: "dark", width: 1440 },
        Self { scheme: "light", width: 800 },
        Self { scheme: "dark", width: 800 },
    ];
}

impl Browser {
    pub async fn start() -> Self {
        let profile = TempDir::new().unwrap();
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}"));
        let driver = Process::start(command, &profile.path().join("driver.log"));
        let driver = driver
            .unwrap_or_else(|error| panic!("chromedriver does not start: {error}: tests/run installs it"));
        let address = format!("http://127.0.0.1:{port}");
        let begun = Instant::now();
        loop {
            match session(&address, profile.path()).await {
                Ok(client) => return Self { client, _driver: driver, _profile: profile },
                Err(error) if begun.elapsed() > Duration::from_secs(30) => panic!("no browser: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }

    pub async fn open(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    /// Waits until a script of the page gives something, and gives that.
    pub async fn until(&self, what: &str, script: &str) -> Value {
        let begun = Instant::now();
        loop {
            let found = self.run(script).await;
            if !matches!(found, Ok(Value::Null | Value::Bool(false))) {
                return found.unwrap_or_else(|error| panic!("{what}: {error}"));
            }
            if begun.elapsed() > PATIENCE {
                panic!("{what}: not within {PATIENCE:?}; the page: {}", self.text("body").await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn run(&self, script: &str) -> Result<Value, CmdError> {
        self.client.execute(script, Vec::new()).await
    }

    /// What a script of the page gives now.
    pub async fn now(&self, script: &str) -> Value {
        self.run(script).await.unwrap()
    }

    pub async fn text(&self, selector: &str) -> String {
        self.client.find(Locator::Css(selector)).await.unwrap().text().await.unwrap()
    }

    pub async fn click(&self, selector: &str) {
        self.client.find(Locator::Css(selector)).await.unwrap().click().await.unwrap();
    }

    /// Clicks at a place in an element, counted from its middle.
    pub async fn click_at(&self, selector: &str, (x, y): (f64, f64)) {
        let element = self.client.find(Locator::Css(selector)).await.unwrap();
        let to = PointerAction::MoveToElement { element, duration: None, x, y };
        let (down, up) = (
            PointerAction::Down { button: MOUSE_BUTTON_LEFT },
            PointerAction::Up { button: MOUSE_BUTTON_LEFT },
        );
        let mouse = MouseActions::new("mouse".to_owned()).then(to).then(down).then(up);
        self.client.perform_actions(mouse).await.unwrap();
    }

    /// Types into what has the focus.
    pub async fn keys(&self, keys: &str) {
        self.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    pub async fn looks_like(&self, look: Look) {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": look.scheme }] });
        self.developer("Emulation.setEmulatedMedia", media).await;
        let size = json!({ "width": look.width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.developer("Emulation.setDeviceMetricsOverride", size).await;
    }

    async fn developer(&self, command: &'static str, parameters: Value) {
        self.client.issue_cmd(Developer { command, parameters }).await.unwrap();
    }

    /// Keeps a picture of the page for people, as `target/screenshots/NAME.png`.
    pub async fn picture(&self, name: &str) {
        let folder = target().join("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        let png = self.client.screenshot().await.unwrap();
        std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
    }

    pub async fn close(self) {
        self.client.close().await.unwrap();
    }
}

/// The folder of everything that is built.
pub fn target() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_path_buf()
}

async fn session(address: &str, profile: &Path) -> Result<Client, fantoccini::error::NewSessionError> {
    let arguments = [
        "--headless=new".to_owned(),
        // In a container there is no sandbox to be had; the pages are our own.
        "--no-sandbox".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--disable-gpu".to_owned(),
        "--hide-scrollbars".to_owned(),
        format!("--user-data-dir={}", profile.join("profile").display()),
    ];
    let capabilities = json!({ "goog:chromeOptions": { "args": arguments } });
    let Value::Object(capabilities) = capabilities else { unreachable!("an object") };
    ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(address).await
}

/// A command that Chromium understands beside the standard.
#[derive(Debug)]
struct Developer {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Developer {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.command, "params": self.parameters }).to_string()))
    }
}

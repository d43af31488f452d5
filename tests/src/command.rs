//! `shiage` commands, as people type them.

use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use crate::Result;

/// What a command said and how it ended.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its exit code; -1 if a signal ended it.
    pub code: i32,
    /// What it printed as its result.
    pub stdout: String,
    /// What it said beside.
    pub stderr: String,
}

impl Output {
    /// The one JSON value on stdout.
    ///
    /// # Errors
    /// When there is none.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.stdout).map_err(|error| format!("{error} in {self:?}").into())
    }

    /// Itself, if the command ended with this code.
    ///
    /// # Errors
    /// When it did not.
    pub fn ended(self, code: i32) -> Result<Self> {
        if self.code == code { Ok(self) } else { Err(format!("expected exit {code}: {self:?}").into()) }
    }
}

/// Runs a command to its end.
///
/// # Errors
/// When it cannot be started.
pub(crate) async fn run(mut command: Command) -> Result<Output> {
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Output {
        code: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    })
}

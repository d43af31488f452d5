//! Who is told of what has come to its end, as command line and environment say.

use std::time::Duration;

use scheduler::hooks::{Pace, Secret, ShortSecret, Target};
use ureq::Agent;
use ureq::http::Uri;

use crate::args::SchedulerArgs;
use crate::client::tls;
use crate::exit::CliError;

/// The variable that says the secret.
const VARIABLE: &str = "SHIAGE_WEBHOOK_SECRET";
/// How long a receiver may take to answer.
const WHOLE: Duration = Duration::from_secs(10);

/// The receiver, if there is one.
pub fn target(args: &SchedulerArgs) -> Result<Option<Target>, CliError> {
    let Some(url) = &args.webhook else { return Ok(None) };
    let uri: Option<Uri> = url.parse().ok();
    let scheme = uri.as_ref().and_then(Uri::scheme_str).filter(|scheme| ["http", "https"].contains(scheme));
    let Some(scheme) = scheme else {
        let message = format!("{url:?}: expected http://HOST/PATH or https://HOST/PATH (--webhook)");
        return Err(CliError::Usage(message));
    };
    let config = Agent::config_builder()
        .timeout_global(Some(WHOLE))
        .tls_config(tls::config(scheme == "https"))
        // What is signed is for the receiver, not for whom it may name.
        .max_redirects(0)
        .http_status_as_error(false);
    let secret = secret(args)?;
    Ok(Some(Target { url: url.clone(), secret, agent: config.build().into(), pace: Pace::default() }))
}

/// The secret of the file, or else of the variable.
fn secret(args: &SchedulerArgs) -> Result<Secret, CliError> {
    if let Some(path) = &args.webhook_secret {
        let said = |error: String| CliError::Usage(format!("{}: {error}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| said(error.to_string()))?;
        return Secret::new(&text).map_err(|error| said(error.to_string()));
    }
    let Some(text) = std::env::var_os(VARIABLE) else {
        let message = format!("--webhook: no secret to sign with: give --webhook-secret FILE or {VARIABLE}");
        return Err(CliError::Usage(message));
    };
    let said = |error: ShortSecret| CliError::Usage(format!("{VARIABLE}: {error}"));
    Secret::new(&text.to_string_lossy()).map_err(said)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::{Cli, Command};

    fn target_of(extra: &[&str]) -> Result<Option<Target>, String> {
        let always = ["shiage", "scheduler", "--redis", "redis://127.0.0.1", "--store", "/tmp/store"];
        let Command::Scheduler(args) = Cli::try_parse_from(always.iter().chain(extra)).unwrap().command
        else {
            panic!("another command");
        };
        target(&args).map_err(|error| error.to_string())
    }

    #[test]
    fn a_receiver_needs_an_address_and_a_secret() {
        assert!(target_of(&[]).unwrap().is_none());
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        let file = path.to_str().unwrap();
        std::fs::write(&path, "0123456789abcdef\n").unwrap();
        let url = "http://127.0.0.1:1/hook";
        let found = target_of(&["--webhook", url, "--webhook-secret", file]).unwrap().unwrap();
        assert_eq!(found.url, url);
        let error = target_of(&["--webhook", "farm", "--webhook-secret", file]).unwrap_err();
        assert!(error.contains("\"farm\": expected http"), "{error}");
        std::fs::write(&path, "short").unwrap();
        let error = target_of(&["--webhook", url, "--webhook-secret", file]).unwrap_err();
        assert!(error.contains(file) && error.contains("5 bytes") && !error.contains("short"), "{error}");
    }
}

//! The log of a process that goes on until it is ended.

use tracing_subscriber::EnvFilter;

use crate::args::{LogArgs, LogFormat};
use crate::exit::CliError;

/// The variable that says what is logged.
const FILTER: &str = "SHIAGE_LOG";

/// Logs to stderr from here on.
pub fn start(args: LogArgs) -> Result<(), CliError> {
    let wanted = std::env::var(FILTER).unwrap_or_else(|_| "info".to_owned());
    let filter = EnvFilter::try_new(&wanted).map_err(|error| {
        CliError::Usage(format!("{FILTER}={wanted}: {error}; such as info or worker=debug"))
    })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match args.log_format {
        LogFormat::Text => log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| CliError::Start(std::io::Error::other(error)))
}

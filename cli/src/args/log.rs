//! How a process that goes on tells what it does.

use clap::{Args, ValueEnum};

/// Arguments of every command that goes on until it is ended.
#[derive(Clone, Copy, Debug, Args)]
pub struct LogArgs {
    /// How to log, on stderr. What to log is said by the environment variable SHIAGE_LOG, such as `info` or
    /// `worker=debug`.
    #[arg(long, value_enum, default_value_t, env = "SHIAGE_LOG_FORMAT")]
    pub log_format: LogFormat,
}

/// The formats of a log on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for the eye.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

//! Exit codes and the errors behind them.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for is done.
    Done = 0,
    /// Nothing could be done.
    Error = 1,
    /// The command line asks for something that makes no sense; `clap` uses the same code.
    Usage = 2,
    /// Done, but some drawings failed or, where that was asked for, need review.
    Incomplete = 3,
    /// The device of a worker does not paint any more: start it again, elsewhere if that does not help.
    Broken = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do its work, in one line that names the file and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The command line contradicts itself.
    #[error("{0}")]
    Usage(String),
    /// Nothing could be taken in.
    #[error(transparent)]
    Intake(#[from] scheduler::intake::IntakeError),
    /// A model cannot be loaded or imported.
    #[error(transparent)]
    Model(#[from] worker::model::ModelError),
    /// A GPU that was asked for cannot be used.
    #[error(transparent)]
    Device(#[from] worker::device::Unusable),
    /// A device has not the precision that was asked for.
    #[error(transparent)]
    Precision(#[from] worker::model::NoPrecision),
    /// A memory budget is too small.
    #[error(transparent)]
    Budget(#[from] worker::pipeline::TooSmall),
    /// A data set cannot be evaluated.
    #[error(transparent)]
    Eval(#[from] worker::eval::EvalError),
    /// The queue does not do what is asked.
    #[error(transparent)]
    Queue(#[from] common::queue::QueueError),
    /// The store does not do what is asked.
    #[error(transparent)]
    Store(#[from] common::store::StoreError),
    /// A worker cannot start or go on.
    #[error(transparent)]
    Farm(#[from] worker::farm::FarmError),
    /// A farm cannot be simulated.
    #[error(transparent)]
    Simulate(#[from] scheduler::simulate::SimulateError),
    /// A runtime or a temporary folder cannot be made.
    #[error("cannot start: {0}")]
    Start(#[source] std::io::Error),
    /// Nobody may listen there, or somebody does already.
    #[error("{address}: cannot listen: {source}; give another address")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The farm does not do what is asked.
    #[error(transparent)]
    Client(#[from] crate::client::ClientError),
    /// A file cannot be read.
    #[error("{}: cannot read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: std::path::PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A result cannot be written.
    #[error("{}: cannot write: {source}", path.display())]
    Unwritable {
        /// The file.
        path: std::path::PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl CliError {
    /// The exit code it ends in.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::Precision(_) | Self::Budget(_) => Exit::Usage,
            Self::Farm(worker::farm::FarmError::SelfTest { .. }) => Exit::Broken,
            Self::Intake(_)
            | Self::Model(_)
            | Self::Device(_)
            | Self::Eval(_)
            | Self::Queue(_)
            | Self::Store(_)
            | Self::Farm(_)
            | Self::Simulate(_)
            | Self::Start(_)
            | Self::Listen { .. }
            | Self::Client(_)
            | Self::Unreadable { .. }
            | Self::Unwritable { .. } => Exit::Error,
        }
    }
}

//! What asks a process to end.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::CliError;
use crate::farm;

/// What asks a process to end: SIGTERM, SIGINT, and, if it was started so, the end of its parent.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    with_parent: bool,
}

impl Signals {
    /// Listens from here on.
    pub fn new(with_parent: bool) -> Result<Self, CliError> {
        let listen = |kind| signal(kind).map_err(CliError::Start);
        let (terminate, interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
        Ok(Self { terminate, interrupt, with_parent })
    }

    /// Waits until the process is asked for the first time.
    pub async fn first(&mut self) {
        let with_parent = self.with_parent;
        let parent = async { if with_parent { farm::gone().await } else { std::future::pending().await } };
        tokio::select! {
            () = parent => {}
            () = self.again() => {}
        }
    }

    /// Waits until it is asked once more.
    pub async fn again(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

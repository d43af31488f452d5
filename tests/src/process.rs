//! A process that can be killed, stopped and continued.

use std::fs::OpenOptions;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use crate::Result;

/// A running process, killed when it is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pid: Pid,
}

impl Process {
    /// Starts a process; what it says goes to the end of a log.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(mut command: Command, log: &Path) -> Result<Self> {
        let log = OpenOptions::new().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).kill_on_drop(true);
        let child = command.spawn()?;
        let id = child.id().ok_or("ended at once")?;
        let pid = Pid::from_raw(i32::try_from(id)?).ok_or("no process id")?;
        Ok(Self { child, pid })
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Ends it at once, as when its machine fails.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(&mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Takes the processor from it, as when a machine hangs.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Gives the processor back.
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Errors
    /// When it does not within `patience`, or ends with a failure.
    pub async fn terminate(&mut self, patience: Duration) -> Result<()> {
        self.signal(Signal::TERM);
        let status =
            tokio::time::timeout(patience, self.child.wait()).await.map_err(|_| "does not end")??;
        if status.success() { Ok(()) } else { Err(format!("ended with {status}").into()) }
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn signal(&self, signal: Signal) {
        // One that has ended needs no signal.
        let _ = kill_process(self.pid, signal);
    }
}

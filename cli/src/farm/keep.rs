//! Keeps a process running until it is to stop.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::sync::watch;

use crate::terminal;

/// Wait before a process that ended is started again; doubled each time it ends soon, up to the longest.
const PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A process that ran so long is not ill.
const HEALTHY: Duration = Duration::from_secs(30);
/// How long a process may take to end when asked; a worker finishes its drawing within its own, shorter, grace.
const STOP: Duration = Duration::from_secs(40);

/// A process to keep.
pub struct Member {
    /// What it is, for messages.
    pub name: String,
    /// How it is started.
    pub command: Box<dyn Fn() -> std::io::Result<Command> + Send + Sync>,
    /// Where its process id is told; 0 while it does not run.
    pub pid: Arc<AtomicU32>,
}

/// Keeps a process running until `stop` says otherwise, then asks it to end and waits for that.
pub async fn keep(member: Member, mut stop: watch::Receiver<bool>) {
    let mut pause = PAUSE;
    loop {
        let began = Instant::now();
        match start(&member) {
            Ok(mut child) => {
                member.pid.store(child.id().unwrap_or(0), Ordering::SeqCst);
                // Waiting for a child would close it, and the child ends with it.
                let _stdin = child.stdin.take();
                tokio::select! {
                    status = child.wait() => {
                        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                        terminal::note(&format!("{} ended ({status}); it is started again", member.name));
                    }
                    () = asked(&mut stop) => return end(child).await,
                }
                member.pid.store(0, Ordering::SeqCst);
            }
            Err(error) => terminal::note(&format!("{}: cannot be started: {error}", member.name)),
        }
        pause = if began.elapsed() > HEALTHY { PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = asked(&mut stop) => return,
        }
    }
}

/// Comes back when a process is to stop, or nobody is left who could say so.
pub async fn asked(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|&stop| stop).await;
}

fn start(member: &Member) -> std::io::Result<Child> {
    // A group of its own: Ctrl-C is for the parent alone, which stops all in order. Stdin ends when the parent does.
    (member.command)()?.stdin(Stdio::piped()).process_group(0).kill_on_drop(true).spawn()
}

async fn end(mut child: Child) {
    let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    if let Some(pid) = pid {
        // It may have ended by itself just now.
        let _ = kill_process(pid, Signal::TERM);
    }
    if tokio::time::timeout(STOP, child.wait()).await.is_err() {
        let _ = child.kill().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_ends_is_started_again_and_what_is_stopped_is_not() {
        let pid = Arc::new(AtomicU32::new(0));
        let command = || {
            let mut command = Command::new("sleep");
            command.arg("60");
            Ok(command)
        };
        let member = Member { name: "sleep".into(), command: Box::new(command), pid: Arc::clone(&pid) };
        let (stop, stopped) = watch::channel(false);
        let keeping = tokio::spawn(keep(member, stopped));
        let next = async |before: u32| loop {
            let now = pid.load(Ordering::SeqCst);
            if now != 0 && now != before {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        let first = next(0).await;
        kill_process(Pid::from_raw(first as i32).unwrap(), Signal::KILL).unwrap();
        let second = next(first).await;
        stop.send(true).unwrap();
        keeping.await.unwrap();
        assert!(kill_process(Pid::from_raw(second as i32).unwrap(), Signal::TERM).is_err(), "it has ended");
    }
}

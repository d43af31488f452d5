//! The farm itself: workers, queue, dead jobs, events.

use std::time::{SystemTime, UNIX_EPOCH};

use scheduler::api::{DeadList, PoolView, QueueView, WorkerList, WorkerView};

use super::args::{ListArgs, QueueArgs, ServerOnly, WorkerArgs};
use super::http::Client;
use super::print_json;
use super::table::{duration, table};
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Runs `shiage workers`.
pub fn workers(args: &ServerOnly) -> Result<Exit, CliError> {
    let list: WorkerList = Client::new(&args.server)?.get("/workers")?;
    if args.server.json {
        print_json(&list);
        return Ok(Exit::Done);
    }
    let row = |worker: &WorkerView| {
        let models: Vec<String> = worker.info.models.iter().map(ToString::to_string).collect();
        vec![
            worker.id.to_string(),
            state(&worker.state, worker.blocked_until_ms, now()),
            worker.info.device.clone(),
            models.join(", "),
            worker.running.len().to_string(),
            ago(worker.beat_ms),
        ]
    };
    let rows: Vec<Vec<String>> = list.workers.iter().map(row).collect();
    terminal::result(&table(&["worker", "state", "device", "models", "jobs", "heard"], &rows));
    Ok(Exit::Done)
}

/// Runs `shiage drain`.
pub fn drain(args: &WorkerArgs) -> Result<Exit, CliError> {
    Client::new(&args.server)?.tell(&format!("/workers/{}/drain", args.worker)).map(|()| Exit::Done)
}

/// Runs `shiage forgive`.
pub fn forgive(args: &WorkerArgs) -> Result<Exit, CliError> {
    Client::new(&args.server)?.tell(&format!("/workers/{}/forgive", args.worker)).map(|()| Exit::Done)
}

/// Runs `shiage queue`.
pub fn queue(args: &QueueArgs) -> Result<Exit, CliError> {
    let client = Client::new(&args.server)?;
    let view: QueueView = match &args.change {
        None => client.get("/queue")?,
        Some(change) => client.post(&format!("/queue/{change}"), &())?,
    };
    if args.server.json {
        print_json(&view);
        return Ok(Exit::Done);
    }
    let paused = if view.paused { ", paused" } else { "" };
    let epoch = view.epoch.map_or_else(|| "being rebuilt".into(), |epoch| format!("epoch {epoch}"));
    terminal::result(&format!("{} jobs, {} dead{paused}, {epoch}", view.jobs, view.dead));
    let row = |pool: &PoolView| {
        let numbers = [pool.ready, pool.running, pool.delayed, pool.workers].map(|n| n.to_string());
        std::iter::once(pool.pool.to_string()).chain(numbers).collect()
    };
    let rows: Vec<Vec<String>> = view.pools.iter().map(row).collect();
    terminal::result(&table(&["pool", "ready", "running", "delayed", "workers"], &rows));
    Ok(Exit::Done)
}

/// Runs `shiage dead`.
pub fn dead(args: &ListArgs) -> Result<Exit, CliError> {
    let list: DeadList = Client::new(&args.server)?.get(&format!("/dead?limit={}", args.limit))?;
    if args.server.json {
        print_json(&list);
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = list
        .dead
        .iter()
        .map(|dead| vec![dead.key.to_string(), ago(dead.at_ms), dead.reason.clone()])
        .collect();
    terminal::result(&table(&["job", "died", "reason"], &rows));
    Ok(Exit::Done)
}

/// What a worker does, and whether it gets no jobs for what it failed.
fn state(state: &str, blocked_until_ms: u64, now_ms: u64) -> String {
    if blocked_until_ms > now_ms { format!("{state}, blocked") } else { state.to_owned() }
}

/// How long ago a time in milliseconds since 1970 is.
fn ago(ms: u64) -> String {
    format!("{} ago", duration(now().saturating_sub(ms) as f64 / 1_000.0))
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_is_blocked_for_a_while_and_drains_all_the_same() {
        assert_eq!(state("draining", 5, 4), "draining, blocked");
        assert_eq!(state("draining", 5, 5), "draining");
    }
}

//! What the queue accepts in one call. Both backends check it before they do anything.

use super::error::{QueueError, Result};
use super::lease::{ClaimRequest, Held};
use super::registry::NewWorker;
use crate::ids::WorkerId;

/// Pools a worker serves, at most.
pub const MAX_POOLS: usize = 16;
/// Bytes that a worker says of itself, at most.
pub const MAX_INFO: usize = 4_096;
/// Warm references that count in a claim; more are left out.
pub const MAX_WARM: usize = 512;
/// Leases in one heartbeat, at most.
pub const MAX_HELD: usize = 1_000;
/// Bytes of a checkpoint, at most.
pub const MAX_CHECKPOINT: usize = 2_048;
/// Milliseconds somebody can lead the scheduler's rounds without asking again: longer ones would outlive the dead.
pub const MAX_LEAD_MS: u64 = 600_000;
/// Bytes kept of a reason.
const MAX_REASON: usize = 1_000;

pub(super) fn check_worker(worker: &NewWorker) -> Result<()> {
    let what = || format!("worker {}", worker.id);
    if !(1..=MAX_POOLS).contains(&worker.pools.len()) {
        return Err(QueueError::refused(
            what(),
            format!("serves {} pools; 1 to {MAX_POOLS}", worker.pools.len()),
        ));
    }
    if worker.info.len() > MAX_INFO {
        return Err(QueueError::refused(
            what(),
            format!("info of {} bytes; at most {MAX_INFO}", worker.info.len()),
        ));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if worker.nonce.is_empty() || worker.nonce.len() > 64 || !worker.nonce.chars().all(plain) {
        let reason = format!("nonce {:?}; 1 to 64 letters, digits and hyphens", worker.nonce);
        return Err(QueueError::refused(what(), reason));
    }
    Ok(())
}

pub(super) fn check_claim(request: &ClaimRequest) -> Result<ClaimRequest> {
    if !(1..=MAX_POOLS).contains(&request.pools.len()) {
        let reason = format!("asks {} pools; 1 to {MAX_POOLS}", request.pools.len());
        return Err(QueueError::refused(format!("worker {}", request.worker), reason));
    }
    let mut request = request.clone();
    request.warm.truncate(MAX_WARM);
    Ok(request)
}

pub(super) fn check_held(held: &[Held]) -> Result<()> {
    if held.len() > MAX_HELD {
        return Err(QueueError::refused("heartbeat", format!("{} leases; at most {MAX_HELD}", held.len())));
    }
    Ok(())
}

pub(super) fn check_checkpoint(held: &Held, content: &str) -> Result<()> {
    if content.len() > MAX_CHECKPOINT {
        let reason = format!("a checkpoint of {} bytes; at most {MAX_CHECKPOINT}", content.len());
        return Err(QueueError::refused(format!("job {}", held.key), reason));
    }
    Ok(())
}

pub(super) fn check_lead(who: &str, for_ms: u64) -> Result<()> {
    if who.parse::<WorkerId>().is_err() {
        let reason = "cannot lead under this name; 1 to 96 lower-case letters, digits and hyphens";
        return Err(QueueError::refused(format!("scheduler {who:?}"), reason));
    }
    if for_ms > MAX_LEAD_MS {
        let reason = format!("asks to lead for {for_ms} ms; at most {MAX_LEAD_MS}");
        return Err(QueueError::refused(format!("scheduler {who}"), reason));
    }
    Ok(())
}

/// The beginning of a reason, if it is long.
pub(super) fn shorten(reason: &str) -> &str {
    &reason[..reason.floor_char_boundary(MAX_REASON)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reason_is_cut_between_letters() {
        let long = "仕".repeat(400);
        let short = shorten(&long);
        assert_eq!(short.len(), 999);
        assert!(long.starts_with(short));
    }

    #[test]
    fn a_worker_is_refused_with_what_is_wrong() {
        let worker = NewWorker {
            id: "w1".parse().unwrap(),
            nonce: "n".into(),
            pools: vec!["gpu".parse().unwrap()],
            info: String::new(),
        };
        assert!(check_worker(&worker).is_ok());
        let bad = [
            NewWorker { pools: Vec::new(), ..worker.clone() },
            NewWorker { info: "x".repeat(MAX_INFO + 1), ..worker.clone() },
            NewWorker { nonce: "a:b".into(), ..worker },
        ];
        let reasons = bad.map(|worker| check_worker(&worker).unwrap_err().to_string());
        assert!(reasons[0].contains("serves 0 pools"), "{}", reasons[0]);
        assert!(reasons[1].contains("info of 4097 bytes"), "{}", reasons[1]);
        assert!(reasons[2].contains("\"a:b\""), "{}", reasons[2]);
    }
}

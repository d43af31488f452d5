//! The numbers that decide how patient the queue is.

/// Limits and delays. All processes of a farm use the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long a lease lasts from the last heartbeat, in milliseconds.
    pub lease_ms: u64,
    /// Attempts after which a job that fails by a transient cause is dead.
    pub max_attempts: u32,
    /// Lost leases after which a job is dead: it may be what kills its workers.
    pub max_lost: u32,
    /// Failures for want of memory after which a job is dead.
    pub max_resource: u32,
    /// Wait before the second attempt, in milliseconds; doubled with each further one.
    pub backoff_ms: u64,
    /// Longest wait before another attempt, in milliseconds.
    pub backoff_cap_ms: u64,
    /// How long a job waits for another worker before one that failed it may have it again, in milliseconds.
    pub patience_ms: u64,
    /// Jobs a worker fails and others finish, without one that it finishes itself, until it gets no more.
    pub max_blame: u32,
    /// How long such a worker gets no jobs, in milliseconds.
    pub forgive_ms: u64,
    /// How far behind the first job one whose references a worker already holds may stand and still go first, in
    /// milliseconds of work at weight one.
    pub warm_bound: u64,
    /// Jobs the queue holds at most.
    pub max_jobs: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            lease_ms: 15_000,
            max_attempts: 8,
            max_lost: 3,
            max_resource: 5,
            backoff_ms: 1_000,
            backoff_cap_ms: 300_000,
            patience_ms: 60_000,
            max_blame: 3,
            forgive_ms: 600_000,
            warm_bound: 600_000,
            max_jobs: 5_000_000,
        }
    }
}

/// Heartbeats a worker may miss, in leases, before it is taken off the list.
pub(crate) const GHOST_LEASES: u64 = 4;

/// Wait before the attempt after `failures` failures: doubled each time up to the cap, then between half and all of
/// it, by `jitter` thousandths, so that what failed together does not come back together.
pub(crate) fn backoff(policy: &Policy, failures: u32, jitter: u32) -> u64 {
    let doubled = policy.backoff_ms.saturating_mul(1 << failures.saturating_sub(1).min(20));
    let whole = doubled.min(policy.backoff_cap_ms);
    let half = whole / 2;
    half + (whole - half) * u64::from(jitter.min(1000)) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_up_to_the_cap() {
        let policy = Policy::default();
        let waits: Vec<u64> = [1, 2, 3, 9, 10, 99].map(|n| backoff(&policy, n, 1000)).into();
        assert_eq!(waits, [1000, 2000, 4000, 256_000, 300_000, 300_000]);
        assert_eq!(backoff(&policy, 1, 0), 500);
        assert_eq!(backoff(&policy, 1, 500), 750);
    }
}

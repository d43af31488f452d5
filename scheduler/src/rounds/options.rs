//! How often the rounds come.

use std::time::Duration;

use crate::hooks::Hooks;
use crate::pods::Cluster;

/// How often the rounds come, and in whose name.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of this process among the schedulers, like a worker's: with a nonce of its start.
    pub who: String,
    /// How long a lease of the queue lasts.
    pub lease: Duration,
    /// Between looks at expired leases.
    pub reap: Duration,
    /// Between looks at the pulse of the queue.
    pub watch: Duration,
    /// Between comparisons of the queue with the store.
    pub reconcile: Duration,
    /// Between looks for results to publish.
    pub finish: Duration,
    /// Between looks at which workers are busy, for the cluster.
    pub pods: Duration,
    /// Between requests to lead.
    pub lead: Duration,
    /// How long a leader is waited for that is not heard any more.
    pub lead_for: Duration,
    /// How long the queue keeps an episode that is over.
    pub keep: Duration,
    /// Who is told of what has come to its end.
    pub hooks: Option<Hooks>,
    /// The cluster that is told which workers are busy.
    pub cluster: Option<Cluster>,
}

impl Options {
    /// The usual times.
    #[must_use]
    pub fn new(who: impl Into<String>, lease: Duration) -> Self {
        Self {
            who: who.into(),
            lease,
            // Well below half a lease, which is what a stall is told by.
            reap: (lease / 8).clamp(Duration::from_millis(20), Duration::from_secs(1)),
            watch: Duration::from_secs(1),
            reconcile: Duration::from_secs(60),
            finish: Duration::from_millis(500),
            pods: Duration::from_secs(5),
            lead: Duration::from_secs(3),
            lead_for: Duration::from_secs(10),
            keep: Duration::from_secs(3600),
            hooks: None,
            cluster: None,
        }
    }
}

//! All leases of a worker.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use common::ids::JobKey;
use common::queue::Grant;

use super::lease::{Lease, Verdict};

/// All leases of a worker.
#[derive(Debug, Default)]
pub(super) struct Leases(Mutex<BTreeMap<JobKey, Arc<Lease>>>);

impl Leases {
    /// Takes in what a claim has brought; gives back the lease if it is work that is new. A job that is being painted here
    /// already comes again when the queue has lost its memory, and then goes on under the new token.
    pub fn add(&self, grant: &Grant, sent: Instant, fence: Duration) -> Option<Arc<Lease>> {
        let lease = Arc::new(Lease::new(grant, sent, fence));
        let mut leases = self.lock();
        if let Some(there) = leases.get(&grant.key) {
            if there.verdict() < Verdict::Cancel && there.epoch() != lease.epoch() {
                there.reattached(grant, sent);
                return None;
            }
            there.tell(Verdict::Lost);
        }
        leases.insert(grant.key.clone(), Arc::clone(&lease));
        Some(lease)
    }

    /// Takes a lease off the list, unless the job has another one by now.
    pub fn remove(&self, lease: &Arc<Lease>) {
        let mut leases = self.lock();
        if leases.get(&lease.key()).is_some_and(|there| Arc::ptr_eq(there, lease)) {
            leases.remove(&lease.key());
        }
    }

    pub fn all(&self) -> Vec<Arc<Lease>> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobKey, Arc<Lease>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

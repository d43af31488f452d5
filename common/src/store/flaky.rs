//! A store that fails as stores do, the same way for the same seed.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use super::error::{Result, StoreError, StoreErrorKind};
use super::key::{StoreKey, StorePrefix};
use super::{Create, FrameStore, ObjectInfo, Page};
use crate::Digest;

/// What goes wrong, and how often: rates from 0 to 1.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// The same seed gives the same faults.
    pub seed: u64,
    /// Calls that fail: half of them before anything was done, half of them after all of it was.
    pub errors: f64,
    /// Calls that are delayed.
    pub delays: f64,
    /// How long they are delayed.
    pub delay: Duration,
    /// Reads that find something else than was written.
    pub torn: f64,
}

/// A store with faults.
///
/// Whether a call fails follows from the seed, the operation, the key and how often it was called with it, not from
/// the order in which tasks run.
#[derive(Debug)]
pub struct FlakyStore<S> {
    inner: S,
    faults: Faults,
    calls: Mutex<HashMap<(&'static str, String), u64>>,
    injected: AtomicU64,
}

/// What happens to one call.
struct Fate {
    fails_before: bool,
    fails_after: bool,
    is_torn: bool,
    is_late: bool,
}

impl Fate {
    /// Draws from the digits of a digest, which are as good as random and the same everywhere.
    fn of(faults: &Faults, operation: &str, key: &str, nth: u64) -> Self {
        let digest = Digest::of_parts([
            faults.seed.to_le_bytes().as_slice(),
            operation.as_bytes(),
            key.as_bytes(),
            &nth.to_le_bytes(),
        ]);
        let draw = |place: usize| {
            let digits = &digest.as_str()[place * 8..][..8];
            u32::from_str_radix(digits, 16).map_or(1.0, |number| f64::from(number) / 2_f64.powi(32))
        };
        let error = draw(0);
        Self {
            fails_before: error < faults.errors / 2.0,
            fails_after: (faults.errors / 2.0..faults.errors).contains(&error),
            is_torn: draw(1) < faults.torn,
            is_late: draw(2) < faults.delays,
        }
    }
}

impl<S: FrameStore> FlakyStore<S> {
    /// Puts faults before a store.
    pub fn new(inner: S, faults: Faults) -> Self {
        Self { inner, faults, calls: Mutex::default(), injected: AtomicU64::new(0) }
    }

    /// Faults so far, without delays.
    pub fn injected(&self) -> u64 {
        self.injected.load(Ordering::Relaxed)
    }

    fn fate(&self, operation: &'static str, key: &str) -> Fate {
        let mut calls = self.calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let nth = calls.entry((operation, key.to_owned())).or_default();
        *nth += 1;
        Fate::of(&self.faults, operation, key, *nth)
    }

    fn fault(&self, kind: StoreErrorKind, key: &str, reason: &str) -> StoreError {
        self.injected.fetch_add(1, Ordering::Relaxed);
        StoreError::new(kind, "flaky store", key, reason)
    }

    async fn call<T>(
        &self,
        operation: &'static str,
        key: &str,
        inner: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let fate = self.fate(operation, key);
        if fate.is_late {
            tokio::time::sleep(self.faults.delay).await;
        }
        if fate.fails_before {
            return Err(self.fault(StoreErrorKind::Unavailable, key, "injected before"));
        }
        let done = inner.await?;
        if fate.fails_after {
            return Err(self.fault(StoreErrorKind::Unavailable, key, "injected after"));
        }
        if fate.is_torn && operation == "get" {
            return Err(self.fault(StoreErrorKind::Corrupt, key, "injected: cut off"));
        }
        Ok(done)
    }
}

#[async_trait]
impl<S: FrameStore> FrameStore for FlakyStore<S> {
    async fn get(&self, key: &StoreKey) -> Result<Bytes> {
        self.call("get", key.as_str(), self.inner.get(key)).await
    }

    async fn put(&self, key: &StoreKey, content: Bytes) -> Result<Digest> {
        self.call("put", key.as_str(), self.inner.put(key, content)).await
    }

    async fn put_if_absent(&self, key: &StoreKey, content: Bytes) -> Result<Create> {
        self.call("put_if_absent", key.as_str(), self.inner.put_if_absent(key, content)).await
    }

    async fn head(&self, key: &StoreKey) -> Result<Option<ObjectInfo>> {
        self.call("head", key.as_str(), self.inner.head(key)).await
    }

    async fn copy(&self, from: &StoreKey, to: &StoreKey) -> Result<()> {
        self.call("copy", to.as_str(), self.inner.copy(from, to)).await
    }

    async fn list(&self, prefix: &StorePrefix, after: Option<&StoreKey>, limit: usize) -> Result<Page> {
        self.call("list", prefix.as_str(), self.inner.list(prefix, after, limit)).await
    }

    async fn delete(&self, key: &StoreKey) -> Result<()> {
        self.call("delete", key.as_str(), self.inner.delete(key)).await
    }

    async fn read_link(&self, key: &StoreKey, valid_for: Duration) -> Result<String> {
        self.inner.read_link(key, valid_for).await
    }

    fn create_is_atomic(&self) -> bool {
        self.inner.create_is_atomic()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(faults: &Faults) -> Vec<(bool, bool, bool, bool)> {
        let fates = (0..1000).map(|nth| Fate::of(faults, "get", "a/b", nth));
        fates.map(|fate| (fate.fails_before, fate.fails_after, fate.is_torn, fate.is_late)).collect()
    }

    #[test]
    fn a_seed_gives_the_same_faults_at_the_rates_asked_for() {
        let faults = Faults { seed: 7, errors: 0.4, torn: 0.1, delays: 0.3, delay: Duration::ZERO };
        let fates = failing(&faults);
        assert_eq!(fates, failing(&faults));
        assert_ne!(fates, failing(&Faults { seed: 8, ..faults }));
        let count = |wanted: fn(&&(bool, bool, bool, bool)) -> bool| fates.iter().filter(wanted).count();
        assert!((160..240).contains(&count(|fate| fate.0)));
        assert!((160..240).contains(&count(|fate| fate.1)));
        assert!((70..130).contains(&count(|fate| fate.2)));
        assert!((250..350).contains(&count(|fate| fate.3)));
    }

    #[test]
    fn a_rate_of_nothing_is_no_fault_and_one_of_one_is_always() {
        assert!(failing(&Faults::default()).iter().all(|fate| *fate == (false, false, false, false)));
        let always = Faults { errors: 1.0, torn: 1.0, delays: 1.0, ..Faults::default() };
        assert!(failing(&always).iter().all(|fate| (fate.0 != fate.1) && fate.2 && fate.3));
    }
}

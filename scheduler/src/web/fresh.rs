//! Things that may be a moment old.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How old they may be.
const LASTS: Duration = Duration::from_millis(900);
/// Things kept, at most.
const KEPT: usize = 256;

type Slot<V> = Arc<tokio::sync::Mutex<Option<(Instant, Arc<V>)>>>;

/// Values by key. Whoever asks while another one makes the value waits for it.
#[derive(Debug)]
pub struct Fresh<K, V> {
    slots: Mutex<HashMap<K, Slot<V>>>,
}

impl<K, V> Default for Fresh<K, V> {
    fn default() -> Self {
        Self { slots: Mutex::default() }
    }
}

impl<K: Clone + Eq + Hash, V> Fresh<K, V> {
    /// The value of a key: the one there is, or a new one. An error is not kept.
    pub async fn get<E>(&self, key: &K, make: impl Future<Output = Result<V, E>>) -> Result<Arc<V>, E> {
        let slot = self.slot(key);
        let mut slot = slot.lock().await;
        if let Some((made, value)) = &*slot
            && made.elapsed() < LASTS
        {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(make.await?);
        *slot = Some((Instant::now(), Arc::clone(&value)));
        Ok(value)
    }

    /// Forgets a value that has just been changed.
    pub fn forget(&self, key: &K) {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    fn slot(&self, key: &K) -> Slot<V> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= KEPT && !slots.contains_key(key) {
            slots.clear();
        }
        Arc::clone(slots.entry(key.clone()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    async fn ask(fresh: &Fresh<u32, u32>, value: u32) -> u32 {
        *fresh.get(&1, async { Ok::<_, Infallible>(value) }).await.unwrap()
    }

    #[tokio::test]
    async fn a_value_is_made_once_until_it_is_forgotten() {
        let fresh = Fresh::default();
        assert_eq!((ask(&fresh, 1).await, ask(&fresh, 2).await), (1, 1));
        fresh.forget(&1);
        assert_eq!(ask(&fresh, 3).await, 3);
    }

    #[tokio::test]
    async fn an_error_is_not_kept() {
        let fresh: Fresh<u32, u32> = Fresh::default();
        assert_eq!(fresh.get(&1, async { Err("no") }).await, Err("no"));
        assert_eq!(ask(&fresh, 4).await, 4);
    }
}

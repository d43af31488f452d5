//! What can go wrong, and how it is made to.

use std::time::Duration;

use rand::RngExt as _;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;

use crate::proxy::Weather;
use crate::{Farm, Result};

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// A worker is killed; another takes its place.
    KillWorker,
    /// A worker hangs for longer than its lease lasts, and then goes on.
    FreezeWorker,
    /// A worker's connections to the queue break.
    CutWorker,
    /// A worker does not reach the queue for longer than its lease lasts.
    IsolateWorker,
    /// A scheduler is killed; another takes its place.
    KillScheduler,
    /// A scheduler hangs for a while.
    FreezeScheduler,
    /// All connections to the store break.
    CutStore,
    /// The store answers that it is busy.
    BusyStore,
    /// The store does not answer for a while.
    StallStore,
    /// Redis is killed and starts again with what it had on disk.
    KillRedis,
    /// Redis forgets everything.
    EmptyRedis,
}

impl Fault {
    /// Every fault, the harmless ones oftener.
    const BAG: [(Self, u32); 11] = [
        (Self::KillWorker, 8),
        (Self::FreezeWorker, 2),
        (Self::CutWorker, 8),
        (Self::IsolateWorker, 2),
        (Self::KillScheduler, 3),
        (Self::FreezeScheduler, 2),
        (Self::CutStore, 6),
        (Self::BusyStore, 4),
        (Self::StallStore, 2),
        (Self::KillRedis, 2),
        (Self::EmptyRedis, 1),
    ];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::KillWorker => "kill-worker",
            Self::FreezeWorker => "freeze-worker",
            Self::CutWorker => "cut-worker",
            Self::IsolateWorker => "isolate-worker",
            Self::KillScheduler => "kill-scheduler",
            Self::FreezeScheduler => "freeze-scheduler",
            Self::CutStore => "cut-store",
            Self::BusyStore => "busy-store",
            Self::StallStore => "stall-store",
            Self::KillRedis => "kill-redis",
            Self::EmptyRedis => "empty-redis",
        }
    }

    /// Every fault.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::BAG.into_iter().map(|(fault, _)| fault)
    }

    /// Draws one.
    ///
    /// # Errors
    /// Never: the bag is not empty.
    pub fn any(chance: &mut SmallRng) -> Result<Self> {
        let (fault, _) = Self::BAG.choose_weighted(chance, |(_, weight)| *weight)?;
        Ok(*fault)
    }

    /// Makes it happen; comes back when it is over, though not what follows from it.
    ///
    /// # Errors
    /// When a process cannot be started again.
    pub async fn strike(self, farm: &mut Farm, chance: &mut SmallRng) -> Result<()> {
        let worker = chance.random_range(0..farm.workers.len());
        let scheduler = chance.random_range(0..farm.schedulers.len());
        let short = Duration::from_millis(chance.random_range(50..600));
        let long = farm.lease() + short;
        match self {
            Self::KillWorker => farm.replace_worker(worker).await?,
            Self::FreezeWorker => {
                farm.workers[worker].process.freeze();
                tokio::time::sleep(long).await;
                farm.workers[worker].process.thaw();
            }
            Self::CutWorker => farm.workers[worker].redis.blink(),
            Self::IsolateWorker => {
                farm.workers[worker].redis.set(Weather::Stalled);
                tokio::time::sleep(long).await;
                farm.workers[worker].redis.set(Weather::Fine);
            }
            Self::KillScheduler => farm.replace_scheduler(scheduler).await?,
            Self::FreezeScheduler => {
                farm.schedulers[scheduler].process.freeze();
                tokio::time::sleep(short * 4).await;
                farm.schedulers[scheduler].process.thaw();
            }
            Self::CutStore => farm.store_proxy.blink(),
            Self::BusyStore => farm.weather_of_store(Weather::Busy, short).await,
            Self::StallStore => farm.weather_of_store(Weather::Stalled, short * 2).await,
            Self::KillRedis => farm.redis.restart().await?,
            Self::EmptyRedis => farm.empty_redis().await?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn every_fault_is_drawn() {
        let mut chance = SmallRng::seed_from_u64(7);
        let drawn: BTreeSet<Fault> = (0..1_000).map(|_| Fault::any(&mut chance).unwrap()).collect();
        assert_eq!(drawn.len(), Fault::BAG.len());
    }
}

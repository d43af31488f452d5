//! What the farm page shows.

use common::queue::{JobState, StateCounts};
use futures::future::{join_all, try_join5};

use crate::api::{DeadView, QueueView, WorkerView};
use crate::service::{JobBrief, Recent};
use crate::web::fault::Result;
use crate::web::samples;
use crate::web::state::Web;

/// Episodes on a page.
pub const EPISODES: usize = 20;
/// Dead jobs shown.
const DEAD: u32 = 10;

/// What the farm page shows.
#[derive(Debug)]
pub struct FarmLook {
    /// What the queue holds.
    pub queue: QueueView,
    /// Jobs by state.
    pub counts: StateCounts,
    /// Workers with the jobs they hold.
    pub workers: Vec<(WorkerView, Vec<JobBrief>)>,
    /// A page of episodes.
    pub recent: Recent,
    /// Dead jobs.
    pub dead: Vec<DeadView>,
    /// Drawings a second, the oldest first.
    pub speeds: Vec<f64>,
    /// Bytes of memory of all workers, the oldest first.
    pub memory: Vec<f64>,
}

impl FarmLook {
    /// Looks at a page of the list of episodes, and at the rest.
    pub async fn new(web: &Web, page: u32) -> Result<Self> {
        let service = &web.service;
        let skip = page as usize * EPISODES;
        let (queue, counts, workers, recent, dead) = try_join5(
            service.queue(),
            service.job_counts(),
            service.workers(),
            service.recent(skip, EPISODES),
            service.dead(DEAD),
        )
        .await?;
        let briefs = workers.workers.into_iter().map(|worker| async move {
            let jobs = join_all(worker.running.iter().map(|key| service.brief(key))).await;
            (worker, jobs.into_iter().flatten().collect())
        });
        let workers = join_all(briefs).await;
        let (speeds, memory) = web.samples.all().iter().map(|sample| (sample.speed, sample.memory)).unzip();
        Ok(Self { queue, counts, workers, recent, dead: dead.dead, speeds, memory })
    }

    /// Jobs in a state.
    pub const fn jobs(&self, state: JobState) -> u32 {
        self.counts.of(state)
    }

    /// Drawings a second over the latest time.
    pub fn speed(&self, seconds: u64) -> f64 {
        samples::mean(&self.speeds, seconds)
    }
}

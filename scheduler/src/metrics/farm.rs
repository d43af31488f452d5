//! Every metric of the whole farm, by name. All replicas tell the same, but for speeds, which the one that leads knows.

use common::farm::WorkerInfo;
use common::label;
use common::metrics::{Bounded, Error, Label, Registry};
use common::queue::{EpisodeState, EpisodeStatus, JobState, QueueCounts, WorkerState, WorkerStatus};

use super::throughput::Speed;

/// Episodes whose ETA is told, at most: those that are painted first.
const ETAS: usize = 100;

label! {
    /// Why a job waits.
    enum Reason as "reason" {
        /// Other jobs of its episode come first.
        Dependency = "dependency",
        /// Its episode is being submitted.
        Loading = "loading",
        /// Its episode, or the whole queue, is paused.
        Paused = "paused",
        /// It has failed and waits for its next attempt.
        Retry = "retry",
        /// No worker serves its pool.
        NoWorker = "no-worker",
        /// Workers are busy with what goes first.
        Turn = "turn",
    }
}

label! {
    /// What a worker does.
    enum Doing as "state" {
        /// It has jobs.
        Busy = "busy",
        /// It could have some.
        Idle = "idle",
        /// It finishes what it has.
        Draining = "draining",
        /// It gets none for a while, since it fails what others finish.
        Blocked = "blocked",
    }
}

/// The farm at one time.
#[derive(Clone, Debug)]
pub struct View {
    /// The epoch of the queue.
    pub epoch: Option<u64>,
    /// What the queue holds.
    pub counts: QueueCounts,
    /// The episodes in it.
    pub episodes: Vec<EpisodeStatus>,
    /// The workers.
    pub workers: Vec<WorkerStatus>,
    /// When, in milliseconds since 1970.
    pub now_ms: u64,
    /// How fast it paints, where this is known.
    pub speeds: Option<Speed>,
}

/// The metrics of the farm; only that it cannot be seen, if there is no view.
pub(super) fn registry(view: Option<&View>, shows: &Bounded) -> Result<Registry, Error> {
    let farm = Gauges(Registry::default());
    farm.one("shiage_farm_queue_up", "1 if the queue answers, else 0.", u8::from(view.is_some()))?;
    if let Some(view) = view {
        farm.queue(view)?;
        farm.pools(view)?;
        farm.episodes(view, shows)?;
        farm.waiting(view)?;
        farm.workers(view)?;
        farm.speeds(view.speeds.as_ref(), shows)?;
    }
    Ok(farm.0)
}

struct Gauges(Registry);

impl Gauges {
    fn one(&self, name: &str, help: &str, value: impl Into<f64>) -> Result<(), Error> {
        self.0.gauge_vec(name, help, &[])?.with_label_values::<&str>(&[]).set(value.into());
        Ok(())
    }

    fn by<L: Label>(&self, name: &str, help: &str, value: impl Fn(L) -> f64) -> Result<(), Error> {
        let gauge = self.0.gauge_vec(name, help, &[L::LABEL])?;
        L::ALL.iter().for_each(|label| gauge.with_label_values(&[label.name()]).set(value(*label)));
        Ok(())
    }

    fn queue(&self, view: &View) -> Result<(), Error> {
        let QueueCounts { dead, stale, paused, .. } = view.counts;
        self.one(
            "shiage_farm_epoch",
            "Epoch of the queue; 0 while it is rebuilt.",
            view.epoch.unwrap_or(0) as f64,
        )?;
        self.one("shiage_farm_paused", "1 if nothing may be claimed, else 0.", u8::from(paused))?;
        self.one("shiage_farm_dead_jobs", "Dead jobs on the list of the queue.", dead as f64)?;
        let help = "Completions that came too late, since the epoch began.";
        self.one("shiage_farm_stale_completions", help, stale as f64)
    }

    fn pools(&self, view: &View) -> Result<(), Error> {
        let jobs = self.0.gauge_vec("shiage_farm_pool_jobs", "Jobs of a pool.", &["pool", "state"])?;
        let workers =
            self.0.gauge_vec("shiage_farm_pool_workers", "Workers that get jobs of a pool.", &["pool"])?;
        let oldest = self.0.gauge_vec(
            "shiage_farm_pool_oldest_ready_seconds",
            "Since when the job of a pool that goes next is ready.",
            &["pool"],
        )?;
        for pool in &view.counts.pools {
            let name = pool.pool.as_str();
            for (state, count) in [
                (JobState::Ready, pool.ready),
                (JobState::Running, pool.running),
                (JobState::Delayed, pool.delayed),
            ] {
                jobs.with_label_values(&[name, state.name()]).set(f64::from(count));
            }
            workers.with_label_values(&[name]).set(f64::from(pool.workers));
            oldest.with_label_values(&[name]).set(pool.head_age_ms as f64 / 1000.0);
        }
        Ok(())
    }

    fn episodes(&self, view: &View, shows: &Bounded) -> Result<(), Error> {
        let jobs = self.0.gauge_vec("shiage_farm_jobs", "Jobs of a show.", &["show", "state"])?;
        let episodes = self.0.gauge_vec("shiage_farm_episodes", "Episodes in the queue.", &["state"])?;
        EpisodeState::ALL.iter().for_each(|state| episodes.with_label_values(&[state.name()]).set(0.0));
        for episode in &view.episodes {
            let show = shows.of(episode.show.as_str());
            for state in JobState::ALL {
                jobs.with_label_values(&[show, state.name()]).add(f64::from(episode.counts.of(state)));
            }
            let state = if episode.is_finished() { "finished" } else { episode.state.name() };
            episodes.with_label_values(&[state]).inc();
        }
        Ok(())
    }

    fn waiting(&self, view: &View) -> Result<(), Error> {
        let reasons = reasons(view);
        let count = |reason: Reason| f64::from(reasons[reason.index()]);
        self.by("shiage_farm_waiting_jobs", "Jobs that wait, by why.", count)
    }

    fn workers(&self, view: &View) -> Result<(), Error> {
        let of =
            |doing| view.workers.iter().filter(|worker| self::doing(worker, view.now_ms) == doing).count();
        self.by("shiage_farm_workers", "Workers by what they do.", |doing: Doing| of(doing) as f64)?;
        let active = view.workers.iter().filter(|worker| worker.state == WorkerState::Active);
        let info = active.filter_map(|worker| serde_json::from_str::<WorkerInfo>(&worker.info).ok());
        let slots: u32 = info.map(|info| info.concurrency).sum();
        self.one("shiage_farm_slots", "Jobs that all workers together paint at a time.", slots)
    }

    fn speeds(&self, speeds: Option<&Speed>, shows: &Bounded) -> Result<(), Error> {
        let Some(Speed { shows: speeds, etas }) = speeds else { return Ok(()) };
        let fps = self.0.gauge_vec(
            "shiage_farm_frames_per_second",
            "Drawings a second in jobs that were done in the last minute, or ten.",
            &["show", "window"],
        )?;
        for (show, one, ten) in speeds {
            let show = shows.of(show.as_str());
            fps.with_label_values(&[show, "1m"]).add(*one);
            fps.with_label_values(&[show, "10m"]).add(*ten);
        }
        let eta = self.0.gauge_vec(
            "shiage_farm_episode_eta_seconds",
            "Seconds until an open episode is painted, at its speed of the last ten minutes.",
            &["show", "episode"],
        )?;
        let mut etas: Vec<_> = etas.iter().collect();
        etas.sort_by(|a, b| a.2.total_cmp(&b.2));
        for (episode, show, seconds) in etas.into_iter().take(ETAS) {
            eta.with_label_values(&[shows.of(show.as_str()), episode.as_str()]).set(*seconds);
        }
        Ok(())
    }
}

/// Jobs by why they wait.
fn reasons(view: &View) -> [u32; Reason::ALL.len()] {
    let mut counts = [0; Reason::ALL.len()];
    let mut add = |reason: Reason, jobs: u32| counts[reason.index()] += jobs;
    for episode in &view.episodes {
        add(Reason::Dependency, episode.counts.of(JobState::Blocked));
        let parked = if episode.state == EpisodeState::Loading { Reason::Loading } else { Reason::Paused };
        add(parked, episode.counts.of(JobState::Parked));
    }
    for pool in &view.counts.pools {
        add(Reason::Retry, pool.delayed);
        let ready = match (view.counts.paused, pool.workers) {
            (true, _) => Reason::Paused,
            (false, 0) => Reason::NoWorker,
            (false, _) => Reason::Turn,
        };
        add(ready, pool.ready);
    }
    counts
}

fn doing(worker: &WorkerStatus, now_ms: u64) -> Doing {
    match worker.state {
        WorkerState::Draining => Doing::Draining,
        WorkerState::Active if worker.blocked_until_ms > now_ms => Doing::Blocked,
        WorkerState::Active if worker.running.is_empty() => Doing::Idle,
        WorkerState::Active => Doing::Busy,
    }
}

#[cfg(test)]
mod tests;

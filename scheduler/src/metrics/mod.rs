//! Every metric of a scheduler, by name: what this process does. [`farm`] has those of the whole farm.

mod farm;
mod throughput;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use common::label;
use common::metrics::{Bounded, By, Error, HistogramVec, IntCounter, IntCounterVec, IntGauge, Registry};

use self::farm::View;
use self::throughput::Throughput;
use crate::service::Service;

/// Shows that are told apart, on this farm.
const SHOWS: usize = 50;
/// Bounds of the time of a round in seconds.
const ROUND: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];
/// How long what is known of the farm is told again: many may ask.
const FRESH: Duration = Duration::from_secs(1);
/// How long queue may take to tell of the farm.
const PATIENCE: Duration = Duration::from_secs(3);

label! {
    /// What the reconciler had to put right.
    pub(crate) enum Finding as "kind" {
        /// Counters and indexes of the queue.
        Counters = "counters",
        /// Commits that the queue did not know.
        Commits = "commits",
        /// Decisions of people that the queue did not know.
        Decisions = "decisions",
        /// Episodes that were not in the queue, or not wholly.
        Episodes = "episodes",
    }
}

label! {
    /// What became of a webhook.
    pub(crate) enum Webhook as "result" {
        /// It was taken.
        Delivered = "delivered",
        /// It was not, and is sent again.
        Retried = "retried",
        /// It was not taken however often it was sent.
        GivenUp = "given-up",
        /// Too many waited.
        Dropped = "dropped",
    }
}

/// The metrics of a scheduler.
pub(crate) struct Metrics {
    registry: Registry,
    round_seconds: HistogramVec,
    round_failures: IntCounterVec,
    pub expired_leases: IntCounter,
    pub findings: By<Finding, IntCounter>,
    pub webhooks: By<Webhook, IntCounter>,
    pub leads: IntGauge,
    shows: Bounded,
    throughput: Mutex<Throughput>,
    /// What was last told of the farm, and when.
    told: tokio::sync::Mutex<Option<(Instant, String)>>,
}

impl Metrics {
    /// The metrics of a process that begins.
    #[expect(clippy::expect_used, reason = "all names stand below, and a test makes them")]
    pub fn new() -> Self {
        Self::register().expect("metrics of the scheduler")
    }

    fn register() -> Result<Self, Error> {
        let registry = Registry::of_process(env!("CARGO_PKG_VERSION"))?;
        Ok(Self {
            round_seconds: registry.histogram_vec(
                "shiage_scheduler_round_seconds",
                "Time of a round of the scheduler.",
                &ROUND,
                &["round"],
            )?,
            round_failures: registry.counter_vec(
                "shiage_scheduler_round_failures_total",
                "Rounds of the scheduler that have failed.",
                &["round"],
            )?,
            expired_leases: registry.counter(
                "shiage_farm_expired_leases_total",
                "Leases that expired and that this scheduler has taken back.",
            )?,
            findings: registry.counters(
                "shiage_farm_reconciler_findings_total",
                "What this scheduler has put right between queue and store.",
            )?,
            webhooks: registry
                .counters("shiage_scheduler_webhooks_total", "Webhooks that this scheduler has sent.")?,
            leads: registry
                .gauge("shiage_scheduler_leads", "1 if this scheduler leads the rounds, else 0.")?,
            shows: Bounded::new(SHOWS),
            throughput: Mutex::default(),
            told: tokio::sync::Mutex::default(),
            registry,
        })
    }

    /// Notes how a round went.
    pub fn round(&self, name: &str, took: Duration, failed: bool) {
        self.round_seconds.with_label_values(&[name]).observe(took.as_secs_f64());
        let failures = self.round_failures.with_label_values(&[name]);
        if failed {
            failures.inc();
        }
    }

    /// What was painted of late, as far as this process has published it.
    pub fn throughput(&self) -> MutexGuard<'_, Throughput> {
        self.throughput.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    /// The metrics of this process and of the whole farm, as Prometheus reads them. The queue is asked at most once a second,
    /// however many ask, with four calls.
    ///
    /// # Errors
    /// Never: metrics were checked when they were made.
    pub async fn metrics(&self) -> Result<String, Error> {
        let mut told = self.metrics.told.lock().await;
        let farm = match told.as_ref().filter(|(at, _)| at.elapsed() < FRESH) {
            Some((_, text)) => text.clone(),
            None => {
                let view = tokio::time::timeout(PATIENCE, self.view()).await.ok().and_then(Result::ok);
                let text = farm::registry(view.as_ref(), &self.metrics.shows)?.text()?;
                told.insert((Instant::now(), text)).1.clone()
            }
        };
        Ok(self.metrics.registry.text()? + &farm)
    }

    /// Whether requests can be served: the queue is there and in an epoch, and the store answers.
    ///
    /// # Errors
    /// With what is missing.
    pub async fn ready(&self) -> Result<(), String> {
        let look = async {
            let pulse = self.queue.pulse().await.map_err(|error| error.to_string())?;
            pulse.epoch.ok_or("the queue has no epoch yet: it is being rebuilt")?;
            self.store.head(&common::farm::layout::epoch()).await.map_err(|error| error.to_string())?;
            Ok(())
        };
        let late = || format!("queue and store have not answered within {} s", PATIENCE.as_secs());
        tokio::time::timeout(PATIENCE, look).await.unwrap_or_else(|_| Err(late()))
    }

    async fn view(&self) -> crate::service::Result<View> {
        let (pulse, counts) = (self.queue.pulse().await?, self.queue.counts().await?);
        let (episodes, workers) = (self.queue.episodes().await?, self.queue.workers().await?);
        let now_ms = crate::clock::now_ms();
        let leads = self.metrics.leads.get() == 1;
        let speeds = leads.then(|| self.metrics.throughput().speeds(&episodes, now_ms));
        Ok(View { epoch: pulse.epoch, counts, episodes, workers, now_ms, speeds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_new() {
        let metrics = Metrics::new();
        metrics.round("reaper", Duration::from_millis(2), true);
        metrics.round("reaper", Duration::from_millis(2), false);
        metrics.findings.of(Finding::Commits).inc_by(2);
        let text = metrics.registry.text().unwrap();
        for line in [
            "shiage_scheduler_round_failures_total{round=\"reaper\"} 1",
            "shiage_scheduler_round_seconds_count{round=\"reaper\"} 2",
            "shiage_farm_reconciler_findings_total{kind=\"commits\"} 2",
            "shiage_farm_expired_leases_total 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}: {text}");
        }
    }
}

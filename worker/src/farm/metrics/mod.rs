//! Every metric of a worker, by name.

mod labels;

use std::sync::Arc;
use std::time::Duration;

use candle_core::Device;
use common::ids::Show;
use common::metrics::{
    Bounded, By, Error, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, Label, Registry,
    own_memory,
};

use self::labels::Cache;
pub(super) use self::labels::{Asked, Beat, Ending, Outcome, Renewal, Step};
use super::blobs::BlobCache;
use super::leases::Leases;
use super::options::Options;
use crate::device;
use crate::pipeline::{CacheUse, ReferenceCache, Stage, Watcher};

/// Shows that are told apart.
const SHOWS: usize = 50;
/// Bounds of the time of a stage in seconds: from half a millisecond to half a minute.
const STAGE: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
/// Bounds of the time of a call to the queue in seconds.
const CALL: [f64; 10] = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0];
/// Bounds of the time that a job waits in seconds.
const WAIT: [f64; 10] = [0.01, 0.05, 0.25, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];
/// Bounds of the segments of a drawing.
const SEGMENTS: [f64; 10] = [8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 4096.0, 16384.0];

/// The metrics of a worker.
#[derive(Debug)]
pub(super) struct Metrics {
    registry: Registry,
    shows: Bounded,
    drawings: IntCounterVec,
    stage_seconds: HistogramVec,
    batch_segments: HistogramVec,
    /// From a claim to the beginning of painting.
    pub queue_wait: Histogram,
    /// Time of a call that asks for a job.
    pub claim_seconds: Histogram,
    pub attempts: By<Ending, IntCounter>,
    pub claims: By<Asked, IntCounter>,
    pub heartbeats: By<Beat, IntCounter>,
    pub renewals: By<Renewal, IntCounter>,
    painting: IntGauge,
}

impl Metrics {
    /// The metrics of a worker that is told this.
    pub fn new(options: &Options) -> Result<Self, Error> {
        let registry = Registry::of_process(env!("CARGO_PKG_VERSION"))?;
        let slots = registry.gauge("shiage_worker_slots", "Jobs that the worker paints at a time.")?;
        slots.set(i64::try_from(options.concurrency).unwrap_or(i64::MAX));
        register_memory(&registry, &options.device)?;
        Ok(Self {
            shows: Bounded::new(SHOWS),
            drawings: registry.counter_vec(
                "shiage_worker_drawings_total",
                "Drawings that the worker has come to an end with.",
                &["show", "model", Outcome::LABEL],
            )?,
            stage_seconds: registry.histogram_vec(
                "shiage_worker_stage_seconds",
                "Time of each stage: of a drawing, or of a job for fetch and commit.",
                &STAGE,
                &["model", Step::LABEL],
            )?,
            batch_segments: registry.histogram_vec(
                "shiage_worker_batch_segments",
                "Segments that the model is given at a time.",
                &SEGMENTS,
                &["model"],
            )?,
            queue_wait: registry.histogram(
                "shiage_worker_queue_wait_seconds",
                "From the claim of a job to the beginning of its painting: fetching, and waiting for the job before.",
                &WAIT,
            )?,
            claim_seconds: registry.histogram(
                "shiage_worker_claim_seconds",
                "Time of a call that asks the queue for a job.",
                &CALL,
            )?,
            attempts: registry.counters("shiage_worker_attempts_total", "Attempts at jobs that have ended.")?,
            claims: registry
                .counters("shiage_worker_claims_total", "Calls that asked the queue for a job.")?,
            heartbeats: registry.counters("shiage_worker_heartbeats_total", "Heartbeats that were sent.")?,
            renewals: registry.counters(
                "shiage_worker_lease_renewals_total",
                "What heartbeats were told of the leases in hand.",
            )?,
            painting: registry.gauge("shiage_worker_painting", "Jobs that are being painted.")?,
            registry,
        })
    }

    /// Tells of what the worker holds, too.
    pub fn watch(
        &self,
        (references, drawings): (Arc<ReferenceCache>, BlobCache),
        leases: Arc<Leases>,
        options: &Options,
    ) -> Result<(), Error> {
        let budgets = By::new(|cache| match cache {
            Cache::References => options.reference_bytes,
            Cache::Drawings => options.blob_bytes,
        });
        let usage = move |cache| match cache {
            Cache::References => references.usage(),
            Cache::Drawings => drawings.usage(),
        };
        register_caches(&self.registry, usage, budgets)?;
        self.registry.pulled_gauge(
            "shiage_worker_leases",
            "Leases that the worker holds.",
            &[],
            move |gauge| {
                gauge.with_label_values::<&str>(&[]).set(leases.all().len() as f64);
            },
        )
    }

    /// Counts a drawing.
    pub fn drawing(&self, show: Option<&Show>, model: &str, outcome: Outcome) {
        let show = show.map_or("unknown", |show| self.shows.of(show.as_str()));
        self.drawings.with_label_values(&[show, model, outcome.name()]).inc();
    }

    /// Notes how long a step took.
    pub fn step(&self, model: &str, step: Step, time: Duration) {
        self.stage_seconds.with_label_values(&[model, step.name()]).observe(time.as_secs_f64());
    }

    /// Counts a job as being painted until the guard goes.
    pub fn painting(&self) -> Painting {
        self.painting.inc();
        Painting(self.painting.clone())
    }

    /// The watcher of a run that paints with this model.
    pub fn watcher(&self, model: &str) -> Arc<dyn Watcher> {
        let stage = |step: Step| self.stage_seconds.with_label_values(&[model, step.name()]);
        Arc::new(Watched {
            stages: By::new(stage),
            segments: self.batch_segments.with_label_values(&[model]),
        })
    }

    /// Everything, as Prometheus reads it.
    pub fn text(&self) -> Result<String, Error> {
        self.registry.text()
    }
}

/// A job that is being painted.
#[derive(Debug)]
pub(super) struct Painting(IntGauge);

impl Drop for Painting {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The histograms of one model.
#[derive(Debug)]
struct Watched {
    stages: By<Step, Histogram>,
    segments: Histogram,
}

impl Watcher for Watched {
    fn took(&self, stage: Stage, time: Duration) {
        self.stages.of(stage.into()).observe(time.as_secs_f64());
    }

    fn embeds(&self, segments: u32) {
        self.segments.observe(f64::from(segments));
    }
}

/// Memory of the device that paints: of a GPU what tensors take, of the processor what the process does.
fn register_memory(registry: &Registry, device: &Device) -> Result<(), Error> {
    type Bytes = fn(&Device) -> u64;
    let memory: [(_, _, Bytes); 3] = [
        ("used", "Memory of the device that the worker uses, in bytes.", |device| {
            device::used_bytes(device).unwrap_or_else(|| own_memory().used)
        }),
        ("peak", "Memory of the device that the worker used at most, in bytes.", |device| {
            device::peak_bytes(device).unwrap_or_else(|| own_memory().peak)
        }),
        ("total", "Memory of the device that the worker may use, in bytes.", |device| {
            device::total_bytes(device).unwrap_or_else(|| own_memory().total)
        }),
    ];
    for (what, help, bytes) in memory {
        let (metric, device) = (format!("shiage_worker_device_memory_{what}_bytes"), device.clone());
        let name = device::name(&device);
        registry.pulled_gauge(&metric, help, &["device"], move |gauge| {
            gauge.with_label_values(&[&name]).set(bytes(&device) as f64);
        })?;
    }
    Ok(())
}

fn register_caches(
    registry: &Registry,
    usage: impl Fn(Cache) -> CacheUse + Clone + Send + Sync + 'static,
    budgets: By<Cache, u64>,
) -> Result<(), Error> {
    let set = |gauge: &common::metrics::GaugeVec, value: &dyn Fn(Cache) -> u64| {
        for cache in Cache::ALL {
            gauge.with_label_values(&[cache.name()]).set(value(*cache) as f64);
        }
    };
    let held = usage.clone();
    registry.pulled_gauge(
        "shiage_worker_cache_bytes",
        "Bytes kept for later jobs.",
        &[Cache::LABEL],
        move |gauge| {
            set(gauge, &|cache| held(cache).bytes);
        },
    )?;
    let help = "Bytes that may be kept for later jobs.";
    registry.pulled_gauge("shiage_worker_cache_limit_bytes", help, &[Cache::LABEL], move |gauge| {
        set(gauge, &|cache| *budgets.of(cache));
    })?;
    let help = "Times that something was looked for that may be kept.";
    let labels = [Cache::LABEL, "result"];
    registry.pulled_counter("shiage_worker_cache_requests_total", help, &labels, move |counter| {
        for cache in Cache::ALL {
            let CacheUse { hits, misses, .. } = usage(*cache);
            for (result, now) in [("hit", hits), ("miss", misses)] {
                let counter = counter.with_label_values(&[cache.name(), result]);
                counter.inc_by(now.saturating_sub(counter.get()));
            }
        }
    })
}

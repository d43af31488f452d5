//! The metrics of a process.

use std::time::{SystemTime, UNIX_EPOCH};

use prometheus::core::Collector;
use prometheus::{
    Error, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts,
    TextEncoder,
};

use super::label::{By, Label};
use super::process::own_memory;
use super::pulled::Pulled;

/// What [`Registry::text`] is, as HTTP calls it.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

type Result<T> = std::result::Result<T, Error>;

/// The metrics of a process. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Registry(prometheus::Registry);

impl Registry {
    /// With what every process tells of itself.
    ///
    /// # Errors
    /// Never with this program's names: those of [`Error`] tell that two metrics are alike.
    pub fn of_process(version: &str) -> Result<Self> {
        let registry = Self::default();
        let memory: [(_, _, fn() -> u64); 2] = [
            ("resident", "Memory of the process that is resident, in bytes.", || own_memory().used),
            ("peak_resident", "Memory of the process that was resident at most, in bytes.", || {
                own_memory().peak
            }),
        ];
        for (what, help, bytes) in memory {
            let set = move |gauge: &GaugeVec| gauge.with_label_values::<&str>(&[]).set(bytes() as f64);
            registry.pulled_gauge(&format!("shiage_process_{what}_memory_bytes"), help, &[], set)?;
        }
        let build = registry.gauge_vec("shiage_build_info", "1; the version is a label.", &["version"])?;
        build.with_label_values(&[version]).set(1.0);
        let started = registry.gauge_vec(
            "shiage_process_start_time_seconds",
            "When the process started, since 1970.",
            &[],
        )?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        started.with_label_values::<&str>(&[]).set(now.as_secs_f64());
        Ok(registry)
    }

    /// A counter.
    ///
    /// # Errors
    /// When there is a metric of this name.
    pub fn counter(&self, name: &str, help: &str) -> Result<IntCounter> {
        self.add(IntCounter::new(name, help)?)
    }

    /// A counter for each value of a label.
    ///
    /// # Errors
    /// When there is a metric of this name.
    pub fn counters<L: Label>(&self, name: &str, help: &str) -> Result<By<L, IntCounter>> {
        let all = self.counter_vec(name, help, &[L::LABEL])?;
        Ok(By::new(|label: L| all.with_label_values(&[label.name()])))
    }

    /// Counters by several labels.
    ///
    /// # Errors
    /// When there is a metric of this name.
    pub fn counter_vec(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec> {
        self.add(IntCounterVec::new(Opts::new(name, help), labels)?)
    }

    /// A gauge.
    ///
    /// # Errors
    /// When there is a metric of this name.
    pub fn gauge(&self, name: &str, help: &str) -> Result<IntGauge> {
        self.add(IntGauge::new(name, help)?)
    }

    /// Gauges by several labels.
    ///
    /// # Errors
    /// When there is a metric of this name.
    pub fn gauge_vec(&self, name: &str, help: &str, labels: &[&str]) -> Result<GaugeVec> {
        self.add(GaugeVec::new(Opts::new(name, help), labels)?)
    }

    /// Gauges that `pull` sets whenever they are read.
    ///
    /// # Errors
    /// When there is a metric of this name.
    pub fn pulled_gauge(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
        pull: impl Fn(&GaugeVec) + Send + Sync + 'static,
    ) -> Result<()> {
        let metric = GaugeVec::new(Opts::new(name, help), labels)?;
        self.0.register(Box::new(Pulled { metric, pull: Box::new(pull) }))
    }

    /// Counters that `pull` brings up to date whenever they are read.
    ///
    /// # Errors
    /// When there is a metric of this name.
    pub fn pulled_counter(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
        pull: impl Fn(&IntCounterVec) + Send + Sync + 'static,
    ) -> Result<()> {
        let metric = IntCounterVec::new(Opts::new(name, help), labels)?;
        self.0.register(Box::new(Pulled { metric, pull: Box::new(pull) }))
    }

    /// A histogram with these upper bounds.
    ///
    /// # Errors
    /// When there is a metric of this name, or the bounds do not rise.
    pub fn histogram(&self, name: &str, help: &str, bounds: &[f64]) -> Result<Histogram> {
        self.add(Histogram::with_opts(HistogramOpts::new(name, help).buckets(bounds.to_vec()))?)
    }

    /// Histograms by several labels.
    ///
    /// # Errors
    /// When there is a metric of this name, or the bounds do not rise.
    pub fn histogram_vec(
        &self,
        name: &str,
        help: &str,
        bounds: &[f64],
        labels: &[&str],
    ) -> Result<HistogramVec> {
        self.add(HistogramVec::new(HistogramOpts::new(name, help).buckets(bounds.to_vec()), labels)?)
    }

    fn add<M: Collector + Clone + 'static>(&self, metric: M) -> Result<M> {
        self.0.register(Box::new(metric.clone()))?;
        Ok(metric)
    }

    /// Everything, as Prometheus reads it.
    ///
    /// # Errors
    /// Never: metrics were checked when they were made.
    pub fn text(&self) -> Result<String> {
        TextEncoder::new().encode_to_string(&self.0.gather())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::label! {
        enum Side as "side" { Left = "left", Right = "right" }
    }

    #[test]
    fn what_is_counted_is_told() {
        let registry = Registry::of_process("1.2.3").unwrap();
        let sides = registry.counters::<Side>("turns_total", "Turns.").unwrap();
        sides.of(Side::Right).inc_by(3);
        let set = |gauge: &GaugeVec| gauge.with_label_values(&["x"]).set(7.0);
        registry.pulled_gauge("depth", "Depth.", &["of"], set).unwrap();
        let text = registry.text().unwrap();
        let lines = [
            "turns_total{side=\"left\"} 0",
            "turns_total{side=\"right\"} 3",
            "depth{of=\"x\"} 7",
            "shiage_build_info{version=\"1.2.3\"} 1",
        ];
        assert!(lines.iter().all(|line| text.lines().any(|found| found == *line)), "{text}");
        let resident =
            text.lines().find_map(|line| line.strip_prefix("shiage_process_resident_memory_bytes "));
        assert!(resident.is_some_and(|bytes| bytes.parse::<f64>().unwrap() > 0.0), "{text}");
        assert!(registry.counter("turns_total", "Again.").is_err());
    }
}

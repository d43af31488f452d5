//! Metrics that are read when somebody asks for them.

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;

/// A metric that is brought up to date just before it is read.
pub(super) struct Pulled<M> {
    pub metric: M,
    pub pull: Box<dyn Fn(&M) + Send + Sync>,
}

impl<M: Collector> Collector for Pulled<M> {
    fn desc(&self) -> Vec<&Desc> {
        self.metric.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        (self.pull)(&self.metric);
        self.metric.collect()
    }
}

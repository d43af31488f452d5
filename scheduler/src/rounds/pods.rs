//! The cluster hears which workers are busy.

use std::collections::BTreeMap;
use std::time::Duration;

use super::pace::Round;
use super::shared::Shared;
use crate::pods::{Cluster, costs};
use crate::service::{Result, ServiceError};

/// Tells a cluster what it costs to take each worker away.
pub(super) struct Pods<'a> {
    shared: &'a Shared,
    cluster: &'a Cluster,
    /// What it was told last.
    told: BTreeMap<String, i32>,
}

impl<'a> Pods<'a> {
    pub const fn new(shared: &'a Shared, cluster: &'a Cluster) -> Self {
        Self { shared, cluster, told: BTreeMap::new() }
    }
}

impl Round for Pods<'_> {
    const NAME: &'static str = "pods";

    fn rest(&self) -> Duration {
        self.shared.options.pods
    }

    async fn round(&mut self) -> Result<()> {
        if !self.shared.is_in_charge() {
            self.told.clear();
            return Ok(());
        }
        let costs = costs(&self.shared.queue().workers().await?);
        self.told.retain(|pod, _| costs.contains_key(pod));
        for (pod, cost) in costs {
            if self.told.get(&pod) != Some(&cost) {
                self.cluster.tell(&pod, cost).await.map_err(ServiceError::Cluster)?;
                self.told.insert(pod, cost);
            }
        }
        Ok(())
    }
}

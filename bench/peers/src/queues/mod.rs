//! The queues that are measured.

mod apalis;
mod bullmq;
mod shiage;

use anyhow::Result;

use crate::work::Work;

/// One of the queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// The farm's own.
    Shiage,
    /// BullMQ's crate.
    BullMq,
    /// Apalis' storage on Redis, as it is by default.
    Apalis,
    /// The same without locks on jobs.
    ApalisUnlocked,
}

impl Queue {
    /// All of them, ours first.
    pub const ALL: [Self; 4] = [Self::Shiage, Self::BullMq, Self::Apalis, Self::ApalisUnlocked];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shiage => "shiage",
            Self::BullMq => "bullmq-official",
            Self::Apalis => "apalis-redis",
            Self::ApalisUnlocked => "apalis-redis, no locks",
        }
    }

    /// The package whose version is that of the queue.
    pub const fn package(self) -> &'static str {
        match self {
            Self::Shiage => "common",
            Self::BullMq => "bullmq-official",
            Self::Apalis | Self::ApalisUnlocked => "apalis-redis",
        }
    }

    /// Fills the empty server at this address with the jobs, then completes them all; gives jobs a second, without the
    /// time that filling took.
    pub async fn per_s(self, address: &str, work: Work) -> Result<f64> {
        match self {
            Self::Shiage => shiage::per_s(address, work).await,
            Self::BullMq => bullmq::per_s(address, work).await,
            Self::Apalis => apalis::per_s(address, work, true).await,
            Self::ApalisUnlocked => apalis::per_s(address, work, false).await,
        }
    }
}

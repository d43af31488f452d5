//! The cluster is told which pods of workers cost least to take away, so that it takes idle ones when it needs fewer.

mod cluster;
mod cost;

pub use self::cluster::Cluster;
pub(crate) use self::cost::costs;

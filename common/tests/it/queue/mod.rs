//! The queue in memory and on real Redis servers.

mod deployments;
mod faults;
mod fixture;
mod memory;
mod model;
mod proxy;
mod redis;

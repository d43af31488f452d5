//! The queue in memory and on real Redis servers.

mod fixture;
mod memory;
mod model;
mod redis;

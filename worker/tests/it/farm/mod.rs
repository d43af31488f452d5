//! The farm worker, with a queue in memory and a store in a folder.

mod engine;
mod faults;
mod field;
mod metrics;
mod recovery;
mod results;

//! Metrics: handles that are made once from enums, and the text that Prometheus reads.
//!
//! Each process names its metrics in one module, on a registry of its own. Names are in base units; values of labels come
//! from enums, or from a bounded set ([`Bounded`]), never from ids of jobs or drawings.

mod bounded;
mod label;
mod process;
mod pulled;
mod registry;

pub use prometheus::{Error, GaugeVec, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge};

pub use self::bounded::Bounded;
pub use self::label::{By, Label};
pub use self::process::{Memory, own_memory};
pub use self::registry::{CONTENT_TYPE, Registry};

//! The painter: engines and the pipeline from line drawing to painted drawing.

pub mod confidence;
pub mod engine;
pub mod eval;
pub mod farm;
pub mod matching;
pub mod model;
pub mod pipeline;
pub mod report;
pub mod scene;
pub mod sidecar;

mod files;
mod lru;

pub use self::files::write_whole;
pub use shiage_kernels::device;

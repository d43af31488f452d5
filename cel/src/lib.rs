//! Drawings: their pixels, their segments, their colours.
//!
//! No async, no network, no other crate of the workspace.

pub mod drawing;
pub mod labels;
pub mod rgba;

pub use drawing::{Drawing, FileFormat, Size};
pub use labels::Labels;
pub use rgba::Rgba;

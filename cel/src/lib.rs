//! Drawings: their pixels, their segments, their colours.
//!
//! No async, no network, no other crate of the workspace.

pub mod codec;
pub mod colours;
pub mod drawing;
pub mod labels;
pub mod metrics;
pub mod paint;
mod repeats;
pub mod research;
pub mod rgba;
pub mod segment;
pub mod thumbnail;

pub use codec::{DecodeError, EncodeError, FileKind, ReadError};
pub use colours::{SizeMismatch, painted_colours, segment_colours};
pub use drawing::{Drawing, FileFormat, Size};
pub use labels::Labels;
pub use paint::rules::{self, PaintRules};
pub use paint::{paint, repaint};
pub use rgba::Rgba;
pub use segment::{AlphaRule, segment};
pub use thumbnail::{thumbnail, thumbnail_size};

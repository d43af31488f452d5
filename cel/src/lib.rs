//! Drawings: their pixels, their segments, their colours.
//!
//! No async, no network, no other crate of the workspace.

pub mod codec;
pub mod colours;
pub mod derive;
pub mod drawing;
pub mod drawing_name;
pub mod flicker;
pub mod gaps;
pub mod holes;
pub mod inspect;
pub mod labels;
pub mod metrics;
mod neighbours;
pub mod paint;
pub mod palette;
mod rainbow;
mod repeats;
pub mod research;
pub mod rgba;
pub mod scene;
pub mod segment;
pub mod thumbnail;
pub mod timesheet;

pub use codec::{DecodeError, EncodeError, FileKind, ReadError};
pub use colours::{SizeMismatch, meant_colours, painted_colours, segment_colours};
pub use derive::derive_line;
pub use drawing::{Drawing, FileFormat, Size, TgaPixel};
pub use drawing_name::{DrawingName, DrawingNumber};
pub use flicker::{Colouring, Flicker, flicker};
pub use gaps::{Gap, Precedent, segment_as, segment_closed, segment_with};
pub use holes::{Hole, holes};
pub use labels::Labels;
pub use paint::rules::{self, PaintRules};
pub use paint::{Layers, layers, paint, repaint};
pub use palette::{OffPalette, Palette, off_palette};
pub use rainbow::rainbow;
pub use rgba::Rgba;
pub use scene::SceneColours;
pub use segment::{AlphaRule, segment};
pub use thumbnail::{thumbnail, thumbnail_size};
pub use timesheet::TimeSheet;

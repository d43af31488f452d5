//! How well an engine paints a data set whose true colours are known.
//!
//! Segments and colours are those of the data set's `seg` files, as the reference implementation's test takes them,
//! so that a figure tells of matching alone.

mod album;
mod data_set;
mod error;
mod protocol;
mod run;

pub use data_set::{Character, EvalDrawing, characters};
pub use error::EvalError;
pub use protocol::{Protocol, Setting, Target};
pub use run::{Decided, Figures, Result, evaluate};

//! Intake of drawings and the plan of which drawing is painted from what.

pub mod api;
pub mod episode;
pub mod intake;
pub mod plan;
mod runs;

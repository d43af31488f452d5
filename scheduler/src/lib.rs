//! Intake of drawings and the plan of which drawing is painted from what; how long that takes on a farm of some size.

pub mod episode;
pub mod intake;
pub mod plan;
mod runs;
pub mod simulate;

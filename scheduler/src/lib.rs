//! Intake of drawings and the plan of which drawing is painted from what.

pub mod intake;
pub mod plan;

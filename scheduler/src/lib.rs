//! The scheduler: intake of drawings, the plan of which drawing is painted from what, and the service over queue and
//! store that takes episodes in and tells how far they are.

pub mod api;
pub mod episode;
pub mod http;
pub mod intake;
pub mod plan;
pub mod rounds;
mod runs;
pub mod service;

//! The scheduler: intake of drawings, the plan of which drawing is painted from what, the service over queue and store that
//! takes episodes in and tells how far they are, and a farm that is only simulated.

pub mod api;
mod clock;
pub mod episode;
pub mod hooks;
pub mod http;
pub mod intake;
mod metrics;
pub mod plan;
pub mod pods;
pub mod rounds;
mod runs;
pub mod service;
pub mod simulate;
mod web;

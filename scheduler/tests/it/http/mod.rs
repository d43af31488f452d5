//! The scheduler over HTTP.

mod auth;
mod bodies;
mod document;
mod episodes;
mod errors;
mod farm;
mod serve;
pub mod site;

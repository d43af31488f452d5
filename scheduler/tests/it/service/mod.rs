//! The service: episodes come in, are corrected and controlled, and tell how far they are.

mod control;
mod correct;
pub mod farm;
mod formats;
mod read;
mod rival;
mod submit;

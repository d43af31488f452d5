//! The service: episodes come in, are corrected and controlled, and tell how far they are.

mod control;
mod correct;
mod farm;
mod read;
mod rival;
mod submit;

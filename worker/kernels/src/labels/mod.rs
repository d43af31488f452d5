//! The segments of a drawing, found on a GPU: the labels that `cel` finds, number for number.

#[cfg(feature = "cuda")]
mod cuda;
mod flow;
mod resolve;

#[cfg(feature = "cuda")]
pub use cuda::{Labelled, label};

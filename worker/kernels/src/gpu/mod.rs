//! Kernels on a GPU: their sources, how they are compiled, and how they are launched.
//!
//! An operation decides what is launched as a [`Call`], made of plain numbers. The same call runs on a device and, in
//! tests, in an emulator on the processor.

mod call;
#[cfg(feature = "launch")]
mod compile;
#[cfg(test)]
pub(crate) mod emulate;
#[cfg(feature = "launch")]
mod launch;
#[cfg(any(feature = "cuda", test))]
mod machine;
#[cfg(feature = "cuda")]
pub(crate) mod run;
mod source;

pub use call::{Call, Element, Pointer};
#[cfg(feature = "launch")]
pub use compile::compile;
#[cfg(feature = "launch")]
pub use launch::launch;
#[cfg(any(feature = "cuda", test))]
pub(crate) use machine::Machine;
pub use source::Source;

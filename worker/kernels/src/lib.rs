//! Operations that candle does not have, or has only in a slow form.
//!
//! Each is a plan made of plain numbers (which cells, which weights) and an application of it to a tensor.
//! Wherever a formula has a name in PyTorch, that name is given: the published model was trained with it.

mod attention;
mod axis;
mod conv;
mod cpu;
pub mod device;
mod elementwise;
#[cfg(any(feature = "launch", test))]
pub mod gpu;
#[cfg(any(feature = "cuda", test))]
pub mod labels;
mod norm;
mod pool;
mod resize;

pub use attention::Attention;
pub use axis::Corners;
pub use conv::Conv3x3;
pub use elementwise::{AddGelu, Softmax};
pub use norm::{InstanceNormRelu, MaxPool2};
#[cfg(feature = "cuda")]
pub use pool::ResidentPlan;
pub use pool::{LabelImage, PoolPlan, Pooling};
pub use resize::{DrawingInput, Resize};

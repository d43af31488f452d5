//! The networks of DACoN, in candle, and the files they come from.
//!
//! "DACoN: DINO for Anime Paint Bucket Colorization with Any Number of Reference Images" (arXiv 2509.14685): the
//! features of a DINOv2 backbone and of a U-Net are pooled over the segments of a drawing and fused. Other foundation
//! models can stand in for DINOv2, and each of them can be compared as it is.

mod attention;
pub mod backbone;
pub mod checkpoint;
pub mod config;
pub mod cost;
pub mod dacon;
mod dpt;
pub mod error;
pub mod heads;
pub mod import;
pub mod input;
mod inspect;
mod layers;
pub mod load;
pub mod matcher;
mod pooling;
pub mod precision;
pub mod random;
mod recognise;
mod source;
pub mod unet;
pub mod variant;
pub mod weights;

pub use backbone::BackboneConfig;
pub use candle_core::{Device, Tensor};
pub use config::{ModelConfig, UnetConfig, Version};
pub use cost::Needs;
pub use dacon::{Dacon, Embedding};
pub use error::ModelError;
pub use import::{ImportReport, import};
pub use inspect::{Inspected, inspect};
pub use load::{Loaded, builtin, load, zero_shot};
pub use matcher::{Matcher, MatcherConfig};
pub use precision::{NoPrecision, Place, Precision};
pub use variant::{AttentionConfig, Comparison, MultiLayerConfig, Reduction};
pub use weights::Weights;

//! What turns pooled features into the features of a segment.

use candle_core::{D, Module, Tensor};
use candle_nn::Linear;

use super::layers::linear;
use super::{ModelConfig, ModelError, Version, Weights};

/// Two linear layers with ReLU between them.
#[derive(Clone, Debug)]
pub struct Mlp {
    first: Linear,
    second: Linear,
}

impl Mlp {
    /// Takes `name.fc1` (`input → hidden`) and `name.fc2` (`hidden → output`).
    ///
    /// # Errors
    /// When a tensor is missing or has another shape.
    pub fn new(
        weights: &Weights,
        name: &str,
        [input, hidden, output]: [usize; 3],
    ) -> Result<Self, ModelError> {
        let first = linear(weights, &format!("{name}.fc1"), input, hidden)?;
        Ok(Self { first, second: linear(weights, &format!("{name}.fc2"), hidden, output)? })
    }

    /// `[rows, input]` to `[rows, output]`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn forward(&self, rows: &Tensor) -> candle_core::Result<Tensor> {
        self.second.forward(&self.first.forward(rows)?.relu()?)
    }
}

/// How the reduced features of the backbone and those of the U-Net become one.
#[derive(Clone, Debug)]
pub enum Fusion {
    /// Version 1.0: both side by side through an MLP.
    Network(Mlp),
    /// Version 1.1: the sum of both, each divided by its length (plus 1e-6).
    Sum,
}

/// The heads behind a backbone.
#[derive(Clone, Debug)]
pub struct Heads {
    reduce: Mlp,
    fusion: Fusion,
}

impl Heads {
    /// Takes the weights by the keys of the published checkpoints.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape.
    pub fn new(config: &ModelConfig, weights: &Weights) -> Result<Self, ModelError> {
        let ModelConfig { features, head_width: hidden, .. } = *config;
        let width = config.coarse_width().unwrap_or(0);
        let fusion = match config.version {
            Version::V1_0 => {
                Fusion::Network(Mlp::new(weights, "dino_unet_mlp", [2 * features, hidden, features])?)
            }
            Version::V1_1 => Fusion::Sum,
        };
        Ok(Self { reduce: Mlp::new(weights, "dino_mlp", [width, hidden, features])?, fusion })
    }

    /// Reduces pooled backbone features, `[segments, width]` to `[segments, features]`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn reduce(&self, pooled: &Tensor) -> candle_core::Result<Tensor> {
        self.reduce.forward(pooled)
    }

    /// Fuses reduced backbone features with the U-Net's, both `[segments, features]`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn fuse(&self, reduced: &Tensor, unet: &Tensor) -> candle_core::Result<Tensor> {
        match &self.fusion {
            Fusion::Network(mlp) => mlp.forward(&Tensor::cat(&[reduced, unet], 1)?),
            Fusion::Sum => divided(reduced)? + divided(unet)?,
        }
    }
}

fn divided(rows: &Tensor) -> candle_core::Result<Tensor> {
    rows.broadcast_div(&(lengths(rows)? + 1e-6)?)
}

/// Rows of length 1, `x / max(|x|, 1e-12)` (`F.normalize`).
///
/// # Errors
/// When the device fails.
pub fn normalised(rows: &Tensor) -> candle_core::Result<Tensor> {
    rows.broadcast_div(&lengths(rows)?.maximum(1e-12)?)
}

fn lengths(rows: &Tensor) -> candle_core::Result<Tensor> {
    rows.sqr()?.sum_keepdim(D::Minus1)?.sqrt()
}

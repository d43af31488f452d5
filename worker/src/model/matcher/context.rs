//! Attention among the segments of one drawing.

use candle_core::{D, Module, Result, Tensor};
use candle_nn::ops::softmax;
use candle_nn::{LayerNorm, Linear};

use super::relations;
use crate::model::heads::Mlp;
use crate::model::layers::{layer_norm, linear};
use crate::model::{ModelError, Weights};

/// Added to the variance in every layer norm: PyTorch's default.
pub const EPS: f64 = 1e-5;

/// Hidden width of what turns relations into scores.
const RELATION_WIDTH: usize = 16;

/// Attention among the segments of one drawing; how they lie to each other adds to the scores.
#[derive(Clone, Debug)]
pub struct SelfBlock {
    heads: usize,
    norm1: LayerNorm,
    qkv: Linear,
    bias: Mlp,
    out: Linear,
    norm2: LayerNorm,
    mlp: Mlp,
}

impl SelfBlock {
    /// Takes the weights under `name`.
    pub fn new(
        weights: &Weights,
        name: &str,
        width: usize,
        heads: usize,
    ) -> std::result::Result<Self, ModelError> {
        Ok(Self {
            heads,
            norm1: layer_norm(weights, &format!("{name}.norm1"), width, EPS)?,
            qkv: linear(weights, &format!("{name}.qkv"), width, 3 * width)?,
            bias: Mlp::new(weights, &format!("{name}.bias"), [relations::COUNT, RELATION_WIDTH, heads])?,
            out: linear(weights, &format!("{name}.out"), width, width)?,
            norm2: layer_norm(weights, &format!("{name}.norm2"), width, EPS)?,
            mlp: Mlp::new(weights, &format!("{name}.mlp"), [width, 2 * width, width])?,
        })
    }

    /// `rows` are `[segments, width]`, `relations` `[segments * segments, …]`.
    pub fn forward(&self, rows: &Tensor, relations: &Tensor) -> Result<Tensor> {
        let (count, width) = rows.dims2()?;
        let head = width / self.heads;
        let qkv = self.qkv.forward(&self.norm1.forward(rows)?)?;
        let part = |index| {
            let part = qkv.narrow(1, index * width, width)?.reshape((count, self.heads, head))?;
            part.transpose(0, 1)?.contiguous()
        };
        let (q, k, v) = (part(0)?, part(1)?, part(2)?);
        let bias = self.bias.forward(relations)?.reshape((count, count, self.heads))?.permute((2, 0, 1))?;
        let scores = ((q.matmul(&k.t()?)? / (head as f64).sqrt())? + bias)?;
        let mixed = softmax(&scores, D::Minus1)?.matmul(&v)?;
        let mixed = mixed.transpose(0, 1)?.contiguous()?.reshape((count, width))?;
        let rows = (rows + self.out.forward(&mixed)?)?;
        &rows + self.mlp.forward(&self.norm2.forward(&rows)?)?
    }
}

//! The passes that compare two drawings.

use candle_core::{D, Module, Result, Tensor};
use candle_nn::ops::{log_softmax, softmax};
use candle_nn::{LayerNorm, Linear};

use super::MatcherConfig;
use super::context::{EPS, SelfBlock};
use crate::model::heads::{Mlp, normalised};
use crate::model::layers::{layer_norm, linear};
use crate::model::{ModelError, Weights};

/// Numbers that a pass tells the next of each pair.
pub const BELIEFS: usize = 5;

/// Of cosines.
const TEMPERATURE: f64 = 0.1;

/// The score of every pair, from the segments' rows and from what is known of the pair.
#[derive(Clone, Debug)]
pub struct Score {
    norm: LayerNorm,
    query: Linear,
    key: Linear,
    pair: Mlp,
}

impl Score {
    /// Takes the weights of a pass under `name`.
    pub fn new(
        weights: &Weights,
        name: &str,
        config: &MatcherConfig,
        pass: usize,
    ) -> std::result::Result<Self, ModelError> {
        let width = config.width;
        Ok(Self {
            norm: layer_norm(weights, &format!("{name}.norm"), width, EPS)?,
            query: linear(weights, &format!("{name}.query"), width, width)?,
            key: linear(weights, &format!("{name}.key"), width, width)?,
            pair: Mlp::new(weights, &format!("{name}.pair"), [config.cues(pass), config.pair_width, 1])?,
        })
    }

    /// `[segments, reference segments]`.
    pub fn forward(&self, a: &Tensor, b: &Tensor, cues: &Tensor) -> Result<Tensor> {
        let query = normalised(&self.query.forward(&self.norm.forward(a)?)?)?;
        let key = normalised(&self.key.forward(&self.norm.forward(b)?)?)?;
        let alike = (query.matmul(&key.t()?)? / TEMPERATURE)?;
        alike + self.pair.forward(cues)?.reshape((a.dim(0)?, b.dim(0)?))?
    }
}

/// `[segments * reference segments, BELIEFS]`: beliefs by row and by column, mutual belief, and whether the
/// neighbours match, all of them and those across traces.
pub fn believe(scores: &Tensor, a: &[Tensor; 2], b: &[Tensor; 2]) -> Result<Tensor> {
    let rows = log_softmax(scores, D::Minus1)?;
    let columns = log_softmax(&scores.t()?.contiguous()?, D::Minus1)?.t()?;
    let mutual = ((&rows + &columns)? / 2.0)?.exp()?;
    let around = |a: &Tensor, b: &Tensor| a.matmul(&mutual)?.matmul(&b.t()?);
    let floor = |beliefs: &Tensor| beliefs.clamp(-8f32, f32::INFINITY)? / 4.0;
    let parts = [
        floor(&rows)?,
        floor(&columns.contiguous()?)?,
        mutual.clone(),
        around(&a[0], &b[0])?,
        around(&a[1], &b[1])?,
    ];
    Tensor::stack(&parts, 2)?.reshape((scores.elem_count(), BELIEFS))
}

/// Each segment asks its likely partners in the other drawing, then its own drawing.
#[derive(Clone, Debug)]
pub struct Cross {
    norm: LayerNorm,
    value: Linear,
    mlp: Mlp,
    own: SelfBlock,
}

impl Cross {
    /// Takes the weights under `name`.
    pub fn new(
        weights: &Weights,
        name: &str,
        width: usize,
        heads: usize,
    ) -> std::result::Result<Self, ModelError> {
        Ok(Self {
            norm: layer_norm(weights, &format!("{name}.norm"), width, EPS)?,
            value: linear(weights, &format!("{name}.value"), width, width)?,
            mlp: Mlp::new(weights, &format!("{name}.mlp"), [2 * width, 2 * width, width])?,
            own: SelfBlock::new(weights, &format!("{name}.own"), width, heads)?,
        })
    }

    /// The rows of both drawings after they have asked each other.
    pub fn forward(
        &self,
        [a, b]: [&Tensor; 2],
        scores: &Tensor,
        relations: [&Tensor; 2],
    ) -> Result<(Tensor, Tensor)> {
        let asked_a = self.ask(a, b, &softmax(scores, D::Minus1)?)?;
        let asked_b = self.ask(b, a, &softmax(&scores.t()?.contiguous()?, D::Minus1)?)?;
        Ok((self.own.forward(&asked_a, relations[0])?, self.own.forward(&asked_b, relations[1])?))
    }

    fn ask(&self, rows: &Tensor, other: &Tensor, attention: &Tensor) -> Result<Tensor> {
        let told = attention.matmul(&self.value.forward(&self.norm.forward(other)?)?)?;
        rows + self.mlp.forward(&Tensor::cat(&[&self.norm.forward(rows)?, &told], 1)?)?
    }
}

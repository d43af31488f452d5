//! Attention in the U-Net: among the pixels of a map, and to the words of the prompt.

use candle_core::{Module, Result, Tensor};
use candle_nn::{GroupNorm, LayerNorm};
use shiage_kernels::{AddGelu, Attention};

use super::GROUPS;
use crate::model::layers::{Dense, attend, layer_norm, times};
use crate::model::{ModelError, Weights};

/// Added to the variance in the group norm, and in the layer norms.
const EPS: (f64, f64) = (1e-6, 1e-5);
/// Hidden width of the MLP, in widths of the map.
const RATIO: usize = 4;

/// A transformer block on the pixels of a map, between two layers, added to the map.
#[derive(Debug)]
pub(super) struct Transformer {
    heads: usize,
    norm: GroupNorm,
    enter: Dense,
    norm1: LayerNorm,
    /// Queries, keys and values of the pixels, `[width, 3 · width]`.
    qkv: Tensor,
    project1: Dense,
    norm2: LayerNorm,
    /// Queries of the pixels, `[width, width]`; keys and values of the words, `[context, width]`.
    to_words: [Tensor; 3],
    project2: Dense,
    norm3: LayerNorm,
    /// The MLP's first layer: what comes through, and what decides how much of it.
    value: Dense,
    gate: Dense,
    contract: Dense,
    leave: Dense,
}

impl Transformer {
    pub fn new(
        weights: &Weights,
        name: &str,
        (width, context): (usize, usize),
        heads: usize,
    ) -> std::result::Result<Self, ModelError> {
        let block = format!("{name}.transformer_blocks.0");
        let part = |part: &str| format!("{block}.{part}");
        let bare = |part: &str, input: usize| -> std::result::Result<Tensor, ModelError> {
            Ok(weights.get(&format!("{block}.{part}.weight"), &[width, input])?.t()?)
        };
        let own = ["attn1.to_q", "attn1.to_k", "attn1.to_v"].map(|name| bare(name, width));
        let [query, key, value] = own;
        let norm = |part: &str| weights.get(&format!("{name}.norm.{part}"), &[width]);
        let layer = |index: usize| layer_norm(weights, &part(&format!("norm{index}")), width, EPS.1);
        let [value_half, gate_half] = Dense::halves(weights, &part("ff.net.0.proj"), width, RATIO * width)?;
        Ok(Self {
            heads,
            norm: GroupNorm::new(norm("weight")?, norm("bias")?, width, GROUPS, EPS.0)?,
            enter: Dense::new(weights, &format!("{name}.proj_in"), width, width)?,
            norm1: layer(1)?,
            qkv: Tensor::cat(&[query?, key?, value?], 1)?.contiguous()?,
            project1: Dense::new(weights, &part("attn1.to_out.0"), width, width)?,
            norm2: layer(2)?,
            to_words: [
                bare("attn2.to_q", width)?,
                bare("attn2.to_k", context)?,
                bare("attn2.to_v", context)?,
            ],
            project2: Dense::new(weights, &part("attn2.to_out.0"), width, width)?,
            norm3: layer(3)?,
            value: value_half,
            gate: gate_half,
            contract: Dense::new(weights, &part("ff.net.2"), RATIO * width, width)?,
            leave: Dense::new(weights, &format!("{name}.proj_out"), width, width)?,
        })
    }

    /// The map after it; `prompt` is `[1, tokens, context]`.
    pub fn forward(&self, map: &Tensor, prompt: &Tensor) -> Result<Tensor> {
        let (batch, channels, height, width) = map.dims4()?;
        let rows =
            self.norm.forward(map)?.permute((0, 2, 3, 1))?.reshape((batch, height * width, channels))?;
        let rows = self.enter.forward(&rows)?;
        let mixed = Attention { heads: self.heads }.apply(&times(&self.norm1.forward(&rows)?, &self.qkv)?)?;
        let rows = (rows + self.project1.forward(&mixed)?)?;
        let rows = (&rows + self.project2.forward(&self.read(&self.norm2.forward(&rows)?, prompt)?)?)?;
        let normed = self.norm3.forward(&rows)?;
        let gate = AddGelu.apply(self.gate.product(&normed)?, self.gate.bias())?;
        let rows = (rows + self.contract.forward(&(self.value.forward(&normed)? * gate)?)?)?;
        let change = self.leave.forward(&rows)?.reshape((batch, height, width, channels))?;
        map + change.permute((0, 3, 1, 2))?
    }

    /// What the pixels take from the words.
    fn read(&self, rows: &Tensor, prompt: &Tensor) -> Result<Tensor> {
        let [query, key, value] = &self.to_words;
        let (batch, _, _) = rows.dims3()?;
        let words = |weight: &Tensor| {
            let (_, tokens, _) = prompt.dims3()?;
            times(prompt, weight)?.expand((batch, tokens, weight.dim(1)?))
        };
        attend(&times(rows, query)?, &words(key)?, &words(value)?, self.heads)
    }
}

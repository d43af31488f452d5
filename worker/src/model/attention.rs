//! Attention between the segments of two drawings before they are compared, as in SuperGlue (Sarlin et al., 2020) and
//! the line-art models that follow it.

use candle_core::{Result, Tensor};
use candle_nn::{LayerNorm, Linear, Module};

use super::heads::Mlp;
use super::layers::{attend, layer_norm, linear};
use super::{AttentionConfig, Comparison, ModelError, Weights};

/// Added to the variance in every layer norm: PyTorch's default.
const EPS: f64 = 1e-5;

/// Layers of attention, and a last projection. Both drawings go through the same weights.
#[derive(Clone, Debug)]
pub struct Attention {
    layers: Vec<Layer>,
    project: Linear,
}

impl Attention {
    /// Takes the weights of a comparison, of features of `width`; there are none of the published one.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape.
    pub fn new(
        comparison: &Comparison,
        width: usize,
        weights: &Weights,
    ) -> std::result::Result<Option<Self>, ModelError> {
        let Some((prefix, config)) = comparison.attention() else { return Ok(None) };
        let own = matches!(comparison, Comparison::Multiplex(_));
        let layer = |index| {
            let block =
                |part: &str| Block::new(weights, &format!("{prefix}.layers.{index}.{part}"), width, config);
            let own = if own { Some(block("own")?) } else { None };
            Ok(Layer { own, other: block("other")? })
        };
        let layers = (0..config.layers).map(layer).collect::<std::result::Result<_, ModelError>>()?;
        let project = linear(weights, &format!("{prefix}.project"), width, width)?;
        Ok(Some(Self { layers, project }))
    }

    /// The features of the segments of two drawings, `[segments, width]` each, after they have asked each other.
    ///
    /// # Errors
    /// When the device fails.
    pub fn forward(&self, target: &Tensor, reference: &Tensor) -> Result<(Tensor, Tensor)> {
        let (mut a, mut b) = (target.unsqueeze(0)?, reference.unsqueeze(0)?);
        for Layer { own, other } in &self.layers {
            if let Some(own) = own {
                (a, b) = (own.forward(&a, &a)?, own.forward(&b, &b)?);
            }
            (a, b) = (other.forward(&a, &b)?, other.forward(&b, &a)?);
        }
        let last = |rows: Tensor| self.project.forward(&rows.squeeze(0)?);
        Ok((last(a)?, last(b)?))
    }
}

/// Segments ask those of their own drawing, in the multiplex transformer, and then those of the other.
#[derive(Clone, Debug)]
struct Layer {
    own: Option<Block>,
    other: Block,
}

/// One step of attention: `rows + mlp([norm(rows), message])`.
#[derive(Clone, Debug)]
struct Block {
    heads: usize,
    norm: LayerNorm,
    query: Linear,
    key: Linear,
    value: Linear,
    merge: Linear,
    mlp: Mlp,
}

impl Block {
    fn new(
        weights: &Weights,
        name: &str,
        width: usize,
        config: AttentionConfig,
    ) -> std::result::Result<Self, ModelError> {
        let square = |part: &str| linear(weights, &format!("{name}.{part}"), width, width);
        Ok(Self {
            heads: config.heads,
            norm: layer_norm(weights, &format!("{name}.norm"), width, EPS)?,
            query: square("query")?,
            key: square("key")?,
            value: square("value")?,
            merge: square("merge")?,
            mlp: Mlp::new(weights, &format!("{name}.mlp"), [2 * width, 2 * width, width])?,
        })
    }

    /// `rows` after asking `asked`, both `[1, segments, width]`.
    fn forward(&self, rows: &Tensor, asked: &Tensor) -> Result<Tensor> {
        let (own, asked) = (self.norm.forward(rows)?, self.norm.forward(asked)?);
        let (key, value) = (self.key.forward(&asked)?, self.value.forward(&asked)?);
        let message = attend(&self.query.forward(&own)?, &key, &value, self.heads)?;
        rows + self.mlp.forward(&Tensor::cat(&[&own, &self.merge.forward(&message)?], 2)?)?
    }
}

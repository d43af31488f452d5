//! A block of Hiera: attention in windows, or all over the map, and an MLP.

use candle_core::{Module, Result, Tensor};
use candle_nn::LayerNorm;
use shiage_kernels::{AddGelu, Attention};

use super::PREFIX;
use super::config::{Plan, RATIO};
use crate::model::layers::{Dense, attend, layer_norm};
use crate::model::{ModelError, Weights};

/// Added to the variance in every layer norm.
const EPS: f64 = 1e-6;

/// A transformer block on a map `[batch, height, width, channels]`.
#[derive(Clone, Debug)]
pub(super) struct Block {
    heads: usize,
    window: Option<usize>,
    pools: bool,
    norm1: LayerNorm,
    qkv: Dense,
    project: Dense,
    /// What brings the input to another width, where it changes.
    widen: Option<Dense>,
    norm2: LayerNorm,
    expand: Dense,
    contract: Dense,
}

impl Block {
    pub fn new(plan: &Plan, weights: &Weights, index: usize) -> std::result::Result<Self, ModelError> {
        let Plan { input, output, heads, window, pools } = *plan;
        let name = |part: &str| format!("{PREFIX}trunk.blocks.{index}.{part}");
        let dense = |part: &str, from: usize, to: usize| Dense::new(weights, &name(part), from, to);
        Ok(Self {
            heads,
            window,
            pools,
            norm1: layer_norm(weights, &name("norm1"), input, EPS)?,
            qkv: dense("attn.qkv", input, 3 * output)?,
            project: dense("attn.proj", output, output)?,
            widen: (input != output).then(|| dense("proj", input, output)).transpose()?,
            norm2: layer_norm(weights, &name("norm2"), output, EPS)?,
            expand: dense("mlp.layers.0", output, RATIO * output)?,
            contract: dense("mlp.layers.1", RATIO * output, output)?,
        })
    }

    /// The map after the block, half as high and wide if the block pools.
    pub fn forward(&self, map: &Tensor) -> Result<Tensor> {
        let normed = self.norm1.forward(&map.contiguous()?)?;
        let shortcut = match &self.widen {
            Some(widen) => self.pooled(&on_pixels(widen, &normed)?)?,
            None => map.clone(),
        };
        let map = (shortcut + self.mixed(&normed)?)?;
        let (batch, height, width, channels) = map.dims4()?;
        let rows = self.norm2.forward(&map)?.reshape((batch, height * width, channels))?;
        let hidden = AddGelu.apply(self.expand.product(&rows)?, self.expand.bias())?;
        map + self.contract.forward(&hidden)?.reshape((batch, height, width, channels))?
    }

    /// Attention within every window. What lies beyond the right and the lower border is zero before the layers.
    fn mixed(&self, map: &Tensor) -> Result<Tensor> {
        let (_, height, width, _) = map.dims4()?;
        let side = self.window.map_or((height, width), |side| (side, side));
        let rows = on_pixels(&self.qkv, &filled(map, side)?)?;
        let (batch, high, wide, channels) = rows.dims4()?;
        let output = channels / 3;
        let rows = apart(&rows, side)?;
        let shrunk = usize::from(self.pools) + 1;
        let mixed = if self.window.is_none() && !self.pools {
            Attention { heads: self.heads }.apply(&rows)?
        } else {
            let [query, key, value] = [0, 1, 2].map(|part| rows.narrow(2, part * output, output));
            let query = self.pooled(&query?.reshape(((), side.0, side.1, output))?)?;
            let query = query.reshape(((), side.0 * side.1 / (shrunk * shrunk), output))?;
            attend(&query, &key?, &value?, self.heads)?
        };
        let mixed =
            together(&mixed, (side.0 / shrunk, side.1 / shrunk), (batch, high / shrunk, wide / shrunk))?;
        let mixed = mixed.narrow(1, 0, height / shrunk)?.narrow(2, 0, width / shrunk)?;
        on_pixels(&self.project, &mixed.contiguous()?)
    }

    /// The largest of every 2×2 pixels, if the block pools.
    fn pooled(&self, map: &Tensor) -> Result<Tensor> {
        if !self.pools {
            return Ok(map.clone());
        }
        let (batch, height, width, channels) = map.dims4()?;
        map.reshape((batch, height / 2, 2, width / 2, 2, channels))?.max(4)?.max(2)
    }
}

/// A layer on every pixel of a map.
fn on_pixels(layer: &Dense, map: &Tensor) -> Result<Tensor> {
    let (batch, height, width, channels) = map.dims4()?;
    layer.forward(&map.reshape((batch, height * width, channels))?)?.reshape((batch, height, width, ()))
}

/// A map with zeros beyond the right and the lower border, so that windows fill it.
fn filled(map: &Tensor, side: (usize, usize)) -> Result<Tensor> {
    let (_, height, width, _) = map.dims4()?;
    map.pad_with_zeros(1, 0, height.next_multiple_of(side.0) - height)?.pad_with_zeros(
        2,
        0,
        width.next_multiple_of(side.1) - width,
    )
}

/// Windows of a map that they fill, `[batch · windows, pixels, channels]`.
fn apart(map: &Tensor, side: (usize, usize)) -> Result<Tensor> {
    let (batch, height, width, channels) = map.dims4()?;
    let (high, wide) = (height / side.0, width / side.1);
    map.reshape((batch, high, side.0, wide, side.1, channels))?.permute((0, 1, 3, 2, 4, 5))?.reshape((
        batch * high * wide,
        side.0 * side.1,
        channels,
    ))
}

/// The map that windows `[batch · windows, pixels, channels]` are of.
fn together(
    windows: &Tensor,
    side: (usize, usize),
    (batch, height, width): (usize, usize, usize),
) -> Result<Tensor> {
    let (_, _, channels) = windows.dims3()?;
    windows
        .reshape((batch, height / side.0, width / side.1, side.0, side.1, channels))?
        .permute((0, 1, 3, 2, 4, 5))?
        .reshape((batch, height, width, channels))
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    #[test]
    fn windows_put_together_are_the_map() -> Result<()> {
        let map = Tensor::arange(0f32, 2.0 * 7.0 * 5.0 * 3.0, &Device::Cpu)?.reshape((2, 7, 5, 3))?;
        let filled = filled(&map, (4, 4))?;
        assert_eq!(filled.dims(), [2, 8, 8, 3]);
        let windows = apart(&filled, (4, 4))?;
        assert_eq!(windows.dims(), [2 * 2 * 2, 16, 3]);
        let back = together(&windows, (4, 4), (2, 8, 8))?.narrow(1, 0, 7)?.narrow(2, 0, 5)?;
        let numbers = |map: &Tensor| map.flatten_all()?.to_vec1::<f32>();
        assert_eq!(numbers(&back)?, numbers(&map)?);
        Ok(())
    }
}

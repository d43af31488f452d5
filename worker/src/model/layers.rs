//! Layers that more than one network has.

use candle_core::{DType, Result, Tensor};
use candle_nn::{Conv2d, Conv2dConfig, LayerNorm, Linear};
use shiage_kernels::Softmax;

use super::{ModelError, Weights};

/// A linear layer with bias.
///
/// # Errors
/// When a tensor is missing or has another shape.
pub fn linear(
    weights: &Weights,
    name: &str,
    input: usize,
    output: usize,
) -> std::result::Result<Linear, ModelError> {
    let weight = weights.get(&format!("{name}.weight"), &[output, input])?;
    let bias = weights.get(&format!("{name}.bias"), &[output])?;
    Ok(Linear::new(weight, Some(bias)))
}

/// A layer norm; `eps` is added to the variance.
///
/// # Errors
/// When a tensor is missing or has another shape.
pub fn layer_norm(
    weights: &Weights,
    name: &str,
    width: usize,
    eps: f64,
) -> std::result::Result<LayerNorm, ModelError> {
    let weight = weights.get(&format!("{name}.weight"), &[width])?;
    let bias = weights.get(&format!("{name}.bias"), &[width])?;
    Ok(LayerNorm::new(weight, bias, eps))
}

/// A convolution with bias, of a kernel `[output, input of a group, height, width]`.
///
/// # Errors
/// When a tensor is missing or has another shape.
pub fn convolution(
    weights: &Weights,
    name: &str,
    kernel: [usize; 4],
    config: Conv2dConfig,
) -> std::result::Result<Conv2d, ModelError> {
    let weight = weights.get(&format!("{name}.weight"), &kernel)?;
    Ok(Conv2d::new(weight, Some(weights.get(&format!("{name}.bias"), &kernel[..1])?), config))
}

/// Softmax attention, `[batch, rows, width]`, of queries of that shape to keys and values `[batch, others, width]`;
/// scores are divided by the root of a head's width.
///
/// # Errors
/// When shapes do not fit, or the device fails.
pub fn attend(query: &Tensor, key: &Tensor, value: &Tensor, heads: usize) -> Result<Tensor> {
    let (batch, rows, width) = query.dims3()?;
    let head = width / heads;
    let split = |rows: &Tensor| rows.reshape((batch, (), heads, head))?.transpose(1, 2)?.contiguous();
    let scores = split(query)?.matmul(&split(key)?.transpose(2, 3)?)?;
    let shares = Softmax { scale: (head as f32).sqrt().recip() }.apply(scores)?;
    shares.matmul(&split(value)?)?.transpose(1, 2)?.reshape((batch, rows, width))
}

/// A linear layer on the tokens of a batch of images.
#[derive(Clone, Debug)]
pub struct Dense {
    /// `[input, output]`.
    weight: Tensor,
    /// `[output]`.
    bias: Tensor,
}

impl Dense {
    /// Takes `name.weight` and `name.bias`.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape.
    pub fn new(
        weights: &Weights,
        name: &str,
        input: usize,
        output: usize,
    ) -> std::result::Result<Self, ModelError> {
        let weight = weights.get(&format!("{name}.weight"), &[output, input])?.t()?;
        Ok(Self { weight, bias: weights.get(&format!("{name}.bias"), &[output])? })
    }

    /// Takes a layer of twice as many outputs as two layers, the first half and the second.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape.
    pub fn halves(
        weights: &Weights,
        name: &str,
        input: usize,
        output: usize,
    ) -> std::result::Result<[Self; 2], ModelError> {
        let weight = weights.get(&format!("{name}.weight"), &[2 * output, input])?;
        let bias = weights.get(&format!("{name}.bias"), &[2 * output])?;
        let half = |first: usize| -> Result<Self> {
            let part = |tensor: &Tensor| tensor.narrow(0, first, output);
            Ok(Self { weight: part(&weight)?.t()?, bias: part(&bias)? })
        };
        Ok([half(0)?, half(output)?])
    }

    /// Takes a transposed convolution without padding, `[width, width, side, side]`, whose stride is the side of its kernel:
    /// the layer from a cell to the `[width, side, side]` that it becomes.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape.
    pub fn cells(
        weights: &Weights,
        name: &str,
        width: usize,
        side: usize,
    ) -> std::result::Result<Self, ModelError> {
        let weight = weights.get(&format!("{name}.weight"), &[width, width, side, side])?;
        let bias = weights.get(&format!("{name}.bias"), &[width])?;
        let bias = bias.unsqueeze(1)?.broadcast_as((width, side * side))?.flatten_all()?;
        Ok(Self { weight: weight.flatten_from(1)?, bias })
    }

    /// The layer followed by a factor for each output, `[output]`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn scaled(self, factors: &Tensor) -> Result<Self> {
        let wide = |tensor: &Tensor| tensor.to_dtype(DType::F32);
        let times = |tensor: &Tensor| wide(tensor)?.broadcast_mul(&wide(factors)?)?.to_dtype(tensor.dtype());
        // Multiplied as it lies in memory, `[output, input]`, so that the product lies there the same way.
        let weight = wide(&self.weight.t()?)?.broadcast_mul(&wide(factors)?.unsqueeze(1)?)?;
        Ok(Self { weight: weight.to_dtype(self.weight.dtype())?.t()?, bias: times(&self.bias)? })
    }

    /// `[batch, count, input]` to `[batch, count, output]`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn forward(&self, rows: &Tensor) -> Result<Tensor> {
        self.product(rows)?.broadcast_add(&self.bias)
    }

    /// [`forward`](Self::forward) without the bias.
    ///
    /// # Errors
    /// When the device fails.
    pub fn product(&self, rows: &Tensor) -> Result<Tensor> {
        times(rows, &self.weight)
    }

    /// The bias, `[output]`.
    #[must_use]
    pub fn bias(&self) -> &Tensor {
        &self.bias
    }
}

/// Product of the rows of each image with a weight: `[batch, count, input]` and `[input, output]`.
///
/// On the CPU one image at a time: how a product rounds follows from its shape, and what comes out for a drawing must
/// not follow from what else is in its batch.
///
/// # Errors
/// When the device fails.
pub fn times(rows: &Tensor, weight: &Tensor) -> Result<Tensor> {
    let (batch, count, input) = rows.dims3()?;
    let product = |rows: &Tensor, images: usize| {
        rows.reshape((images * count, input))?.matmul(weight)?.reshape((images, count, ()))
    };
    if batch == 1 || !rows.device().is_cpu() {
        return product(rows, batch);
    }
    let images = (0..batch).map(|image| product(&rows.narrow(0, image, 1)?, 1));
    Tensor::cat(&images.collect::<Result<Vec<_>>>()?, 0)
}

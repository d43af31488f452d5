//! Layers that more than one network has.

use candle_core::{DType, Result, Tensor};
use candle_nn::{LayerNorm, Linear};

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

//! Layers that more than one network has.

use candle_nn::{LayerNorm, Linear};

use super::{ModelError, Weights};

/// A linear layer with bias.
///
/// # Errors
/// When a tensor is missing or has another shape.
pub fn linear(weights: &Weights, name: &str, input: usize, output: usize) -> Result<Linear, ModelError> {
    let weight = weights.get(&format!("{name}.weight"), &[output, input])?;
    let bias = weights.get(&format!("{name}.bias"), &[output])?;
    Ok(Linear::new(weight, Some(bias)))
}

/// A layer norm; `eps` is added to the variance.
///
/// # Errors
/// When a tensor is missing or has another shape.
pub fn layer_norm(weights: &Weights, name: &str, width: usize, eps: f64) -> Result<LayerNorm, ModelError> {
    let weight = weights.get(&format!("{name}.weight"), &[width])?;
    let bias = weights.get(&format!("{name}.bias"), &[width])?;
    Ok(LayerNorm::new(weight, bias, eps))
}

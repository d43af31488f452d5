//! The noise that is added to a latent.

use candle_core::{Device, Result, Tensor};

/// Steps of the process.
pub(super) const STEPS: usize = 1000;
/// Roots of the variances that the first and the last step add.
const FIRST: f64 = 0.000_85;
const LAST: f64 = 0.012;

/// The share of the signal's variance that is left after a step: the product of `1 - β` of all up to it, where the root
/// of β rises evenly.
pub(super) fn signal(step: usize) -> f64 {
    let (first, last) = (FIRST.sqrt(), LAST.sqrt());
    let beta = |step: usize| (first + (last - first) * step as f64 / (STEPS - 1) as f64).powi(2);
    (0..=step).map(|step| 1.0 - beta(step)).product()
}

/// Normal numbers, the same ones in every run and on every machine, since features must not differ.
pub(super) struct Noise(u64);

impl Noise {
    pub fn new() -> Self {
        Self(0)
    }

    /// A tensor of the type and on the device of another.
    pub fn tensor(&mut self, shape: (usize, usize, usize, usize), like: &Tensor) -> Result<Tensor> {
        let count = shape.0 * shape.1 * shape.2 * shape.3;
        let values: Vec<f32> = (0..count).map(|_| self.normal()).collect();
        Tensor::from_vec(values, shape, &Device::Cpu)?.to_dtype(like.dtype())?.to_device(like.device())
    }

    /// Box and Muller's transform of two even numbers.
    fn normal(&mut self) -> f32 {
        let (radius, angle) = (self.even(), self.even());
        ((-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()) as f32
    }

    /// A number above 0, up to 1, of `SplitMix64`.
    fn even(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11).wrapping_add(1) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_noise_is_normal_and_always_the_same() {
        let mut noise = Noise::new();
        let values: Vec<f64> = (0..40_000).map(|_| f64::from(noise.normal())).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let variance = values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
        assert_eq!(Noise::new().normal(), values[0] as f32);
    }

    #[test]
    fn the_signal_falls() {
        assert!((signal(0) - (1.0 - FIRST)).abs() < 1e-12);
        assert!(signal(261) < signal(260) && signal(999) < 0.01);
    }
}

//! Dimensions of the backbones.

use serde::{Deserialize, Serialize};

use super::{ConvNextConfig, DiffusionConfig, HieraConfig, VitConfig};

/// Most channels, blocks, heads or pixels of a side that any dimension says: far beyond all backbones that there are.
const MOST: usize = 1 << 14;

/// Kinds of backbones, with their dimensions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "config", rename_all = "lowercase")]
pub enum BackboneConfig {
    /// DINOv2.
    Dinov2(VitConfig),
    /// OpenCLIP's ConvNeXt.
    ConvNext(ConvNextConfig),
    /// The image encoder of SAM 2.
    Hiera(HieraConfig),
    /// Stable Diffusion 2.
    Diffusion(DiffusionConfig),
}

impl BackboneConfig {
    /// Its name in messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Dinov2(_) => "DINOv2",
            Self::ConvNext(_) => "OpenCLIP ConvNeXt",
            Self::Hiera(_) => "SAM 2 Hiera",
            Self::Diffusion(_) => "Stable Diffusion 2",
        }
    }

    /// Side of its square input in pixels.
    #[must_use]
    pub const fn input(&self) -> usize {
        match self {
            Self::Dinov2(config) => config.input,
            Self::ConvNext(config) => config.input,
            Self::Hiera(config) => config.input,
            Self::Diffusion(config) => config.input,
        }
    }

    /// Channels of its map.
    #[must_use]
    pub fn width(&self) -> usize {
        match self {
            Self::Dinov2(config) => config.width,
            Self::ConvNext(config) => config.width(),
            Self::Hiera(config) => config.neck,
            Self::Diffusion(config) => config.width(),
        }
    }

    /// Numbers that are there at a time for an image: an estimate from above.
    #[must_use]
    pub fn numbers(&self, on_cpu: bool) -> u64 {
        match self {
            Self::Dinov2(config) => config.numbers(on_cpu),
            Self::ConvNext(config) => config.numbers(),
            Self::Hiera(config) => config.numbers(on_cpu),
            Self::Diffusion(config) => config.numbers(),
        }
    }

    /// Whether the dimensions make a network.
    ///
    /// # Errors
    /// Says which one does not fit.
    pub fn check(&self) -> Result<(), String> {
        if let Some(odd) = self.dimensions().into_iter().find(|dimension| !(1..=MOST).contains(dimension)) {
            return Err(format!("{odd} is no dimension of a {} (1 to {MOST})", self.name()));
        }
        match self {
            Self::Dinov2(config) => config.check(),
            Self::ConvNext(config) => config.check(),
            Self::Hiera(config) => config.check(),
            Self::Diffusion(config) => config.check(),
        }
    }

    /// All numbers that say how large something is.
    fn dimensions(&self) -> Vec<usize> {
        match self {
            Self::Dinov2(VitConfig { width, depth, heads, mlp_width, patch, input }) => {
                vec![*width, *depth, *heads, *mlp_width, *patch, *input]
            }
            Self::ConvNext(ConvNextConfig { widths, depths, input }) => {
                [widths.as_slice(), depths, &[*input]].concat()
            }
            Self::Hiera(config) => {
                let HieraConfig { width, heads, depths, windows, global: _, position, neck, input } = config;
                let others = [*width, *heads, position.0, position.1, *neck, *input];
                [depths.as_slice(), windows, &others].concat()
            }
            Self::Diffusion(DiffusionConfig { latent, levels, layers, context, step, ensemble, input }) => {
                let levels = levels.iter().flat_map(|level| [level.width, level.heads]);
                let others = [latent.layers, latent.channels, *layers, *context, *step, *ensemble, *input];
                latent.widths.iter().copied().chain(levels).chain(others).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Small numbers, which may fit together, and numbers of any size.
    fn number() -> impl Strategy<Value = u64> {
        prop_oneof![0u64..20, Just(32), Just(64), Just(768), any::<u64>()]
    }

    fn numbers(most: usize) -> impl Strategy<Value = Vec<u64>> {
        prop::collection::vec(number(), 0..most)
    }

    proptest! {
        #[test]
        fn dimensions_of_any_numbers_fit_or_are_told(
            list in numbers(80), other in numbers(80), four in [number(), number(), number(), number()], n in [number(), number(), number(), number(), number(), number()],
        ) {
            let [a, b, c, d, e, f] = n;
            let levels: Vec<_> = list.iter().map(|width| serde_json::json!({ "width": width, "heads": a, "attends": true })).collect();
            let configs = [
                ("dinov2", serde_json::json!({ "width": a, "depth": b, "heads": c, "mlp_width": d, "patch": e, "input": f })),
                ("convnext", serde_json::json!({ "widths": list, "depths": other, "input": a })),
                ("hiera", serde_json::json!({ "width": a, "heads": b, "depths": four, "windows": four, "global": list,
                    "position": [c, d], "neck": e, "input": f })),
                ("diffusion", serde_json::json!({ "latent": { "widths": other, "layers": a, "channels": b }, "levels": levels,
                    "layers": c, "context": d, "step": e, "ensemble": 1, "input": f })),
            ];
            for (kind, config) in configs {
                let text = serde_json::json!({ "kind": kind, "config": config });
                let config: BackboneConfig = serde_json::from_value(text).unwrap();
                if let Err(reason) = config.check() {
                    prop_assert!(!reason.is_empty());
                } else {
                    prop_assert!(config.input() > 0 && config.width() > 0);
                }
            }
        }
    }
}

//! What a forward pass costs, by the dimensions of a model: parameters, arithmetic, memory.

use super::{BackboneConfig, ModelConfig, Precision, UnetConfig, Version};

/// Bytes that a process needs on a GPU before any tensor is there: context, kernels, work space of libraries.
const CONTEXT: u64 = 512 << 20;

/// Memory of a model in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Bytes for the weights and for what does not grow with the batch.
    pub fixed: u64,
    /// Bytes for each drawing of a batch.
    pub drawing: u64,
}

impl Needs {
    /// Those of models that are held together, one of them in use at a time.
    #[must_use]
    pub fn together(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter()
            .reduce(|a, b| Self { fixed: a.fixed.saturating_add(b.fixed), drawing: a.drawing.max(b.drawing) })
    }

    /// Bytes for a batch of `count` drawings.
    #[must_use]
    pub fn of(&self, count: usize) -> u64 {
        self.fixed.saturating_add(self.drawing.saturating_mul(count as u64))
    }

    /// The most drawings that `budget` bytes have room for; 0 if not even one fits.
    #[must_use]
    pub fn fitting(&self, budget: u64) -> usize {
        let room = budget.saturating_sub(self.fixed);
        usize::try_from(room / self.drawing.max(1)).unwrap_or(usize::MAX)
    }
}

impl ModelConfig {
    /// Number of weights.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        let heads = |backbone: &BackboneConfig| {
            let (hidden, features) = (backbone.head_width, self.features);
            let fusion = match self.version {
                Version::V1_0 => mlp(2 * features, hidden, features),
                Version::V1_1 => 0,
            };
            mlp(backbone.width, hidden, features) + fusion
        };
        let backbone = self.backbone.as_ref().map_or(0, |part| vit_parameters(part) + heads(part));
        let first = self.unet.widths.first().copied().unwrap_or(3);
        backbone + unet_parameters(&self.unet) + layer(first, self.features)
    }

    /// Floating-point operations of backbone and U-Net for a drawing, a multiplication and an addition counting as two;
    /// convolutions as if computed directly.
    #[must_use]
    pub fn operations(&self) -> u64 {
        let backbone = self.backbone.as_ref().map_or(0, vit_products);
        let convolutions = convolutions(&self.unet).into_iter();
        2 * (backbone + convolutions.map(|part| part.products()).sum::<u64>())
    }

    /// Memory on a GPU, or in that of the process on a CPU: an estimate from above.
    #[must_use]
    pub fn needs(&self, precision: Precision, on_cpu: bool) -> Needs {
        let each = precision.bytes();
        let backbone = self.backbone.as_ref().map_or(0, |part| vit_numbers(part, on_cpu));
        // Resized inputs and pooled maps are f32; the drawing itself is resized alone, then let go.
        let ends = 4 * (3 * 2 * 600 * 600 + 3 * 4096 * 2304);
        let transformed = convolutions(&self.unet).iter().map(|part| part.weights() * 7 / 9).sum::<u64>();
        let fixed = match on_cpu {
            // Weights of a convolution become 16 numbers from 9.
            true => (self.parameters() + transformed) * each,
            false => self.parameters() * each + CONTEXT,
        };
        Needs { fixed, drawing: backbone.max(unet_numbers(&self.unet)) * each + ends }
    }
}

/// Weights and bias.
fn layer(input: usize, output: usize) -> u64 {
    (input * output + output) as u64
}

fn mlp(input: usize, hidden: usize, output: usize) -> u64 {
    layer(input, hidden) + layer(hidden, output)
}

fn tokens(config: &BackboneConfig) -> usize {
    1 + config.grid() * config.grid()
}

fn vit_parameters(config: &BackboneConfig) -> u64 {
    let BackboneConfig { width, depth, mlp_width, patch, .. } = *config;
    let norms_and_scales = 6 * width as u64;
    let block =
        layer(width, 3 * width) + layer(width, width) + mlp(width, mlp_width, width) + norms_and_scales;
    let ends = layer(3 * patch * patch, width) + (width * (1 + tokens(config) + 2)) as u64;
    block * depth as u64 + ends
}

/// Multiplications of a pass of the backbone.
fn vit_products(config: &BackboneConfig) -> u64 {
    let BackboneConfig { width, depth, mlp_width, patch, .. } = *config;
    let tokens = tokens(config);
    let block = tokens * (4 * width * width + 2 * width * mlp_width) + 2 * tokens * tokens * width;
    (block * depth + (tokens - 1) * 3 * patch * patch * width) as u64
}

/// Numbers that are there at a time inside a block.
fn vit_numbers(config: &BackboneConfig, on_cpu: bool) -> u64 {
    let BackboneConfig { width, mlp_width, heads, .. } = *config;
    let tokens = tokens(config);
    // A CPU holds the scores of one head at a time.
    let scores = if on_cpu { tokens * tokens } else { heads * tokens * tokens };
    (tokens * (6 * width + (2 * mlp_width).max(3 * width)) + 2 * scores) as u64
}

/// A 3×3 convolution of a U-Net.
struct Convolution {
    input: usize,
    output: usize,
    side: usize,
}

impl Convolution {
    fn weights(&self) -> u64 {
        (9 * self.input * self.output) as u64
    }

    fn products(&self) -> u64 {
        self.weights() * (self.side * self.side) as u64
    }
}

fn convolutions(config: &UnetConfig) -> Vec<Convolution> {
    let mut all = Vec::new();
    let mut double = |input, output, side| {
        all.extend([Convolution { input, output, side }, Convolution { input: output, output, side }]);
    };
    let (mut input, mut side) = (3, config.input);
    for &width in &config.widths {
        double(input, width, side);
        double(2 * width, width, side);
        (input, side) = (width, side / 2);
    }
    double(input, 2 * input, side);
    let enlarged = config.widths.iter().enumerate();
    all.extend(enlarged.map(|(level, &width)| Convolution {
        input: 2 * width,
        output: width,
        side: config.input >> level,
    }));
    all
}

fn unet_parameters(config: &UnetConfig) -> u64 {
    convolutions(config).iter().map(|part| part.weights() + part.output as u64).sum()
}

/// Numbers that are there at a time at the last, largest level: what was skipped, both halves side by side, and two
/// results.
fn unet_numbers(config: &UnetConfig) -> u64 {
    let map = |level: usize, width: usize| width * (config.input >> level).pow(2);
    let skipped: usize = config.widths.iter().enumerate().map(|(level, &width)| map(level, width)).sum();
    let first = config.widths.first().map_or(0, |&width| map(0, width));
    (skipped + 5 * first) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::random;
    use super::*;

    fn small(version: Version) -> ModelConfig {
        let mut config = ModelConfig::published(version);
        let backbone = config.backbone.as_mut().unwrap();
        (backbone.width, backbone.depth, backbone.heads, backbone.mlp_width) = (48, 3, 4, 96);
        config.unet = UnetConfig { widths: vec![4, 6, 10], input: 32 };
        config
    }

    #[test]
    fn the_parameters_are_those_of_the_tensors() {
        for version in [Version::V1_0, Version::V1_1] {
            let config = small(version);
            let (main, backbone) = random::weights(&config).unwrap();
            let tensors = main.tensors().values().chain(backbone.as_ref().unwrap().tensors().values());
            let count: usize = tensors.map(candle_core::Tensor::elem_count).sum();
            assert_eq!(config.parameters(), count as u64, "{version}");
        }
    }

    #[test]
    fn the_published_model_is_as_large_as_its_authors_say() {
        let config = ModelConfig::published(Version::V1_1);
        assert!((config.parameters() as f64 / 339.85e6 - 1.0).abs() < 0.002, "{}", config.parameters());
        let flop = config.operations() as f64 / 1e12;
        assert!((1.4..1.7).contains(&flop), "{flop}");
    }

    #[test]
    fn half_the_bytes_make_room_for_more() {
        let config = ModelConfig::published(Version::V1_1);
        let [f32, bf16] = [Precision::F32, Precision::Bf16].map(|precision| config.needs(precision, false));
        assert!(f32.of(1) > 1 << 30 && f32.of(1) < 3 << 30, "{f32:?}");
        assert!(bf16.fitting(8 << 30) > f32.fitting(8 << 30));
        assert_eq!(f32.fitting(1 << 30), 0, "the weights alone are larger");
        assert!(config.needs(Precision::F32, true).of(1) < 5 << 29, "within 2.5 GB on a CPU");
    }

    #[test]
    fn models_held_together_share_the_room_for_a_batch() {
        let [a, b] = [Needs { fixed: 10, drawing: 7 }, Needs { fixed: 5, drawing: 9 }];
        assert_eq!(Needs::together([a, b]), Some(Needs { fixed: 15, drawing: 9 }));
        assert_eq!(Needs::together([]), None);
    }

    proptest! {
        #[test]
        fn a_batch_that_fits_is_the_largest_that_fits(
            fixed in 0u64..1 << 40, drawing in 1u64..1 << 33, budget in any::<u64>(),
        ) {
            let needs = Needs { fixed, drawing };
            let count = needs.fitting(budget);
            prop_assert!(count == 0 || needs.of(count) <= budget);
            prop_assert!(needs.of(count.saturating_add(1)) > budget || needs.of(count) == u64::MAX);
        }
    }
}

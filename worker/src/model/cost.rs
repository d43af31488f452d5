//! What a forward pass costs, by the dimensions of a model: arithmetic and memory.

use super::backbone::VitConfig;
use super::{BackboneConfig, ModelConfig, MultiLayerConfig, Precision, Reduction, UnetConfig};

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
    /// Floating-point operations of backbone and U-Net for a drawing, a multiplication and an addition counting as two;
    /// convolutions as if computed directly. Not known of backbones other than DINOv2, and of a reduction of its layers.
    #[must_use]
    pub fn operations(&self) -> Option<u64> {
        let backbone = match &self.backbone {
            None => 0,
            Some(BackboneConfig::Dinov2(part)) if self.reduction.is_published() => vit_products(part),
            Some(_) => return None,
        };
        let unet = self.unet.iter().flat_map(convolutions);
        Some(2 * (backbone + unet.map(|part| part.products()).sum::<u64>()))
    }

    /// Memory that a model of so many weights needs on a GPU, or in that of the process on a CPU: an estimate from above.
    #[must_use]
    pub fn needs(&self, parameters: u64, precision: Precision, on_cpu: bool) -> Needs {
        let each = precision.bytes();
        let backbone = self.backbone.as_ref().map_or(0, |part| part.numbers(on_cpu));
        // Resized inputs and pooled maps are f32; the drawing itself is resized alone, then let go.
        let ends = 4 * (3 * 2 * 600 * 600 + 3 * 4096 * 2304);
        let unet = self.unet.iter().flat_map(convolutions);
        let (working, kept, kernels) = self.reduced();
        let transformed = unet.map(|part| part.weights() * 7 / 9).sum::<u64>() + kernels * 7 / 9;
        let fixed = match on_cpu {
            // Weights of a convolution become 16 numbers from 9.
            true => (parameters + transformed) * each,
            false => parameters * each + CONTEXT,
        };
        let unet = self.unet.as_ref().map_or(0, unet_numbers);
        Needs { fixed, drawing: backbone.max(working).max(unet + kept) * each + ends }
    }

    /// Numbers that are there at a time when layers are reduced to one map, those of that map, and weights of the 3×3
    /// convolutions that do it.
    fn reduced(&self) -> (u64, u64, u64) {
        let (Some(BackboneConfig::Dinov2(backbone)), Reduction::MultiLayer(config)) =
            (&self.backbone, &self.reduction)
        else {
            return (0, 0, 0);
        };
        let MultiLayerConfig { widths, features, .. } = config;
        let grid = backbone.grid();
        let (fine, kept) = ((4 * grid).pow(2), features * (8 * grid).pow(2));
        let layers = 4 * backbone.width * grid * grid;
        // The finest level twice, five maps of its size, and the result.
        let working = layers + fine * (2 * widths[0] + 5 * features) + kept;
        let kernels = 9 * features * (widths.iter().sum::<usize>() + 14 * features);
        (working as u64, kept as u64, kernels as u64)
    }
}

impl VitConfig {
    fn tokens(&self) -> usize {
        1 + self.grid() * self.grid()
    }

    /// Numbers that are there at a time inside a block.
    pub(super) fn numbers(&self, on_cpu: bool) -> u64 {
        let Self { width, mlp_width, heads, .. } = *self;
        let tokens = self.tokens();
        // A CPU holds the scores of one head at a time.
        let scores = if on_cpu { tokens * tokens } else { heads * tokens * tokens };
        (tokens * (6 * width + (2 * mlp_width).max(3 * width)) + 2 * scores) as u64
    }
}

/// Multiplications of a pass of the backbone.
fn vit_products(config: &VitConfig) -> u64 {
    let VitConfig { width, depth, mlp_width, patch, .. } = *config;
    let tokens = config.tokens();
    let block = tokens * (4 * width * width + 2 * width * mlp_width) + 2 * tokens * tokens * width;
    (block * depth + (tokens - 1) * 3 * patch * patch * width) as u64
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

    use super::super::{Version, random};
    use super::*;

    #[test]
    fn the_published_model_is_as_large_as_its_authors_say() {
        let mut config = ModelConfig::published(Version::V1_1);
        let flop = config.operations().unwrap() as f64 / 1e12;
        assert!((1.4..1.7).contains(&flop), "{flop}");
        // The backbone's weights, a gigabyte, are not made for this: 304.4 million by its authors' count.
        config.backbone = None;
        let (main, _) = random::weights(&config).unwrap();
        let heads = 1024 * 512 + 512 + 512 * 128 + 128;
        let all = main.parameters() as f64 + f64::from(heads) + 304.37e6;
        assert!((all / 339.85e6 - 1.0).abs() < 0.002, "{all}");
    }

    #[test]
    fn half_the_bytes_make_room_for_more() {
        let config = ModelConfig::published(Version::V1_1);
        let needs = |precision, on_cpu| config.needs(339_850_000, precision, on_cpu);
        let [f32, bf16] = [Precision::F32, Precision::Bf16].map(|precision| needs(precision, false));
        assert!(f32.of(1) > 1 << 30 && f32.of(1) < 3 << 30, "{f32:?}");
        assert!(bf16.fitting(8 << 30) > f32.fitting(8 << 30));
        assert_eq!(f32.fitting(1 << 30), 0, "the weights alone are larger");
        assert!(needs(Precision::F32, true).of(1) < 5 << 29, "within 2.5 GB on a CPU");
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

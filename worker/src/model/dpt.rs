//! The multi-layer reduction: four layers of a vision transformer brought together as in DPT ("Vision Transformers for
//! Dense Prediction", Ranftl et al., 2021).

use candle_core::{Result, Tensor};
use candle_nn::{Conv2d, Conv2dConfig, Module};
use shiage_kernels::{Conv3x3, Corners, Resize};

use super::layers::{Dense, convolution};
use super::{ModelError, MultiLayerConfig, Weights};

/// How many times as fine as the backbone's map the first two levels are; the third is as it is, the fourth is half.
const ENLARGED: [usize; 2] = [4, 2];

/// From the maps of four layers, `[batch, width, grid, grid]` each, to one, `[batch, features, 8 · grid, 8 · grid]`.
#[derive(Clone, Debug)]
pub struct MultiLayer {
    levels: [Level; 4],
    /// From the finest level to the coarsest; they are gone through the other way.
    fusions: [Fusion; 4],
}

impl MultiLayer {
    /// Takes the weights under `dpt.`; `width` is that of the backbone.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape.
    pub fn new(
        config: &MultiLayerConfig,
        width: usize,
        weights: &Weights,
    ) -> std::result::Result<Self, ModelError> {
        let level = |index| Level::new(config, width, weights, index);
        let fusion = |index| Fusion::new(config.features, weights, index);
        Ok(Self {
            levels: [level(0)?, level(1)?, level(2)?, level(3)?],
            fusions: [fusion(0)?, fusion(1)?, fusion(2)?, fusion(3)?],
        })
    }

    /// The map that the layers make together. There are as many as there are levels.
    ///
    /// # Errors
    /// When there are not, or the device fails.
    pub fn forward(&self, layers: &[Tensor]) -> Result<Tensor> {
        let mut above: Option<Tensor> = None;
        if layers.len() != self.levels.len() {
            candle_core::bail!("{} layers for the {} levels of a reduction", layers.len(), self.levels.len());
        }
        for ((level, fusion), layer) in self.levels.iter().zip(&self.fusions).zip(layers).rev() {
            let map = level.forward(layer)?;
            let (_, _, height, width) = map.dims4()?;
            let enlarged = |above: Tensor| Resize { height, width, corners: Corners::Aligned }.apply(&above);
            above = Some(fusion.forward(map, above.map(enlarged).transpose()?)?);
        }
        let Some(map) = above else { candle_core::bail!("a reduction without levels") };
        let (_, _, height, width) = map.dims4()?;
        Resize { height: 2 * height, width: 2 * width, corners: Corners::Aligned }.apply(&map)
    }
}

/// One layer brought to the size and the channels of its level.
#[derive(Clone, Debug)]
struct Level {
    project: Dense,
    scale: Scale,
    even: Conv3x3,
}

/// How a map comes to the size of its level.
#[derive(Clone, Debug)]
enum Scale {
    /// A transposed convolution whose kernel is as large as its stride: the layer from a cell to all cells of its square.
    Enlarge {
        times: usize,
        cells: Dense,
    },
    Keep,
    /// A 3×3 convolution of stride 2.
    Halve(Conv2d),
}

impl Level {
    fn new(
        config: &MultiLayerConfig,
        width: usize,
        weights: &Weights,
        index: usize,
    ) -> std::result::Result<Self, ModelError> {
        let own = config.widths[index];
        let scale = match index {
            0 | 1 => {
                let times = ENLARGED[index];
                let cells = Dense::cells(weights, &format!("dpt.enlarge.{index}"), own, times)?;
                Scale::Enlarge { times, cells }
            }
            2 => Scale::Keep,
            _ => {
                let stride = Conv2dConfig { stride: 2, padding: 1, ..Conv2dConfig::default() };
                Scale::Halve(convolution(weights, "dpt.halve", [own, own, 3, 3], stride)?)
            }
        };
        let even = weights.get(&format!("dpt.even.{index}.weight"), &[config.features, own, 3, 3])?;
        Ok(Self {
            project: Dense::new(weights, &format!("dpt.project.{index}"), width, own)?,
            scale,
            even: Conv3x3::new(&even)?,
        })
    }

    fn forward(&self, layer: &Tensor) -> Result<Tensor> {
        let (_, _, height, width) = layer.dims4()?;
        let cells = self.project.forward(&layer.flatten_from(2)?.transpose(1, 2)?.contiguous()?)?;
        let map = |cells: Tensor, times: usize| {
            let (batch, _, channels) = cells.dims3()?;
            let channels = channels / (times * times);
            let squares = cells.reshape((batch, height, width, channels, times, times))?;
            let squares = squares.permute((0, 3, 1, 4, 2, 5))?;
            squares.reshape((batch, channels, times * height, times * width))
        };
        let map = match &self.scale {
            Scale::Enlarge { times, cells: enlarge } => map(enlarge.forward(&cells)?, *times)?,
            Scale::Keep => map(cells, 1)?,
            Scale::Halve(halve) => halve.forward(&map(cells, 1)?)?,
        };
        self.even.forward(&[&map.contiguous()?])
    }
}

/// A level joined with what comes from the coarser ones.
#[derive(Clone, Debug)]
struct Fusion {
    /// The coarsest level has nothing to be joined with.
    skip: Option<Residual>,
    out: Residual,
    project: Conv2d,
}

impl Fusion {
    fn new(features: usize, weights: &Weights, index: usize) -> std::result::Result<Self, ModelError> {
        let name = |part: &str| format!("dpt.fuse.{index}.{part}");
        let residual = |part: &str| Residual::new(features, weights, &name(part));
        let kernel = [features, features, 1, 1];
        Ok(Self {
            skip: if index < 3 { Some(residual("skip")?) } else { None },
            out: residual("out")?,
            project: convolution(weights, &name("project"), kernel, Conv2dConfig::default())?,
        })
    }

    fn forward(&self, level: Tensor, above: Option<Tensor>) -> Result<Tensor> {
        let joined = match (&self.skip, above) {
            (Some(skip), Some(above)) => (above + skip.forward(&level)?)?,
            _ => level,
        };
        self.project.forward(&self.out.forward(&joined)?)
    }
}

/// Two 3×3 convolutions, each after a ReLU, added to what they are of.
#[derive(Clone, Debug)]
struct Residual {
    first: Biased,
    second: Biased,
}

impl Residual {
    fn new(features: usize, weights: &Weights, name: &str) -> std::result::Result<Self, ModelError> {
        let part = |part: &str| Biased::new(features, weights, &format!("{name}.{part}"));
        Ok(Self { first: part("conv1")?, second: part("conv2")? })
    }

    fn forward(&self, map: &Tensor) -> Result<Tensor> {
        map + self.second.forward(&self.first.forward(&map.relu()?)?.relu()?)?
    }
}

/// A 3×3 convolution with its bias.
#[derive(Clone, Debug)]
struct Biased {
    convolution: Conv3x3,
    /// `[features, 1, 1]`.
    bias: Tensor,
}

impl Biased {
    fn new(features: usize, weights: &Weights, name: &str) -> std::result::Result<Self, ModelError> {
        let weight = weights.get(&format!("{name}.weight"), &[features, features, 3, 3])?;
        let bias = weights.get(&format!("{name}.bias"), &[features])?.reshape((features, 1, 1))?;
        Ok(Self { convolution: Conv3x3::new(&weight)?, bias })
    }

    fn forward(&self, map: &Tensor) -> Result<Tensor> {
        self.convolution.forward(&[map])?.broadcast_add(&self.bias)
    }
}

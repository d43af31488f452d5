//! Segment pooling where the maps are.

use candle_core::{Device, Result, Tensor};
use cel::Labels;
#[cfg(feature = "cuda")]
use shiage_kernels::ResidentPlan;
use shiage_kernels::{LabelImage, PoolPlan, Pooling};

/// The label image of a drawing on the device of the maps.
pub(super) enum Segments<'a> {
    /// In the memory of the process.
    Host(LabelImage<'a>),
    /// On a GPU: `[height, width]` u32, and the number of segments.
    #[cfg(feature = "cuda")]
    Resident(Tensor, usize),
}

/// Features of a map pooled over the segments of a drawing.
pub(super) struct Pooled {
    /// `[segments, channels]` f32.
    pub rows: Tensor,
    /// Whether each segment has any cell: 1 or 0.
    pub occupied: Vec<f32>,
}

impl<'a> Segments<'a> {
    /// The labels of a drawing, brought to `device`.
    pub fn new(labels: &'a Labels, device: &Device) -> Result<Self> {
        let width = labels.size.width as usize;
        let segments = labels.count as usize;
        match device {
            #[cfg(feature = "cuda")]
            Device::Cuda(_) => {
                let image = Tensor::from_slice(&labels.labels, ((), width), device)?;
                Ok(Self::Resident(image, segments))
            }
            _ => Ok(Self::Host(LabelImage { labels: &labels.labels, width, segments })),
        }
    }

    /// Means of the enlarged map over the segments. The map is `[channels, height, width]`.
    pub fn pool(&self, map: &Tensor, pooling: Pooling) -> Result<Pooled> {
        let (_, height, width) = map.dims3()?;
        match self {
            Self::Host(image) => {
                let plan = PoolPlan::new(image, (height, width), pooling)?;
                Ok(Pooled { rows: plan.apply(map)?, occupied: plan.occupied() })
            }
            #[cfg(feature = "cuda")]
            Self::Resident(labels, segments) => {
                let plan = ResidentPlan::new(labels, *segments, (height, width), pooling)?;
                Ok(Pooled { rows: plan.apply(map)?, occupied: plan.occupied().to_vec() })
            }
        }
    }
}

//! What the network is told of one drawing.

use candle_core::Result;
use cel::{Drawing, Labels};
use shiage_kernels::PoolPlan;

use super::bare::bare;
use super::crop::Crop;
use crate::engine::ShapeFeatures;

/// What the network is told of one drawing.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Geometry of the segments.
    pub shapes: ShapeFeatures,
    /// `[3, input, input]`: the ink around the figure.
    pub ink: Vec<f32>,
    /// Pooling of the maps of the U-Net's decoder over the segments, the largest map first.
    pub plans: Vec<PoolPlan>,
}

impl Inputs {
    /// Looks at a drawing. `input` is the side of the ink image, `grids` the sides of the decoder's maps.
    ///
    /// # Errors
    /// When a grid has no cells.
    pub fn new(drawing: &Drawing, labels: &Labels, input: usize, grids: &[usize]) -> Result<Self> {
        let labels = bare(drawing, labels);
        let shapes = ShapeFeatures::new(drawing, &labels);
        let (centre, longer) = shapes.figure();
        let crop = Crop::around(centre, longer);
        Ok(Self { ink: crop.ink(drawing, input), plans: crop.plans(&labels, grids)?, shapes })
    }
}

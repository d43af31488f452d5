//! What DACoN's networks see of a drawing: a frozen backbone's maps, the U-Net's input, and how maps are pooled.

use std::path::PathBuf;
use std::sync::Arc;

use candle_core::{DType, Device, Result, Tensor};
use cel::{AlphaRule, Drawing};
use numpy::ndarray::{Array3, Array4};
use numpy::{IntoPyArray, PyArray3, PyArray4, PyReadonlyArray2, PyReadonlyArray3};
use pyo3::prelude::*;
use shiage_kernels::{LabelImage, PoolPlan, Pooling, device};
use worker::model::BackboneConfig;
use worker::model::backbone::{self, published};
use worker::model::input::{to_square, to_tensor};

use crate::{Plan, arrays, picture, refused};

/// A foundation model as its authors publish it, on a device.
#[pyclass(frozen)]
pub struct Backbone {
    backbone: Arc<dyn backbone::Backbone>,
    device: Device,
    depth: usize,
}

#[pymethods]
impl Backbone {
    /// Reads a checkpoint, or the folder that has it. `device` is `cpu`, `cuda`, `cuda:N` or `auto`.
    #[new]
    #[pyo3(signature = (path, heads=None, device="cpu"))]
    fn new(py: Python<'_>, path: PathBuf, heads: Option<usize>, device: &str) -> PyResult<Self> {
        let choice = device.parse().map_err(refused)?;
        py.detach(|| {
            let device = device::open(choice).map_err(refused)?.device;
            let read = published::read(&path, heads).map_err(refused)?;
            let weights = read.weights.to(&device, DType::F32).map_err(refused)?;
            let backbone = backbone::assemble(&read.config, &weights).map_err(refused)?;
            let depth = if let BackboneConfig::Dinov2(config) = &read.config { config.depth } else { 0 };
            Ok(Self { backbone, device, depth })
        })
    }

    /// Channels of its map.
    #[getter]
    fn width(&self) -> usize {
        self.backbone.shape().width
    }

    /// Blocks that `layers` can take the maps of; 0 if none.
    #[getter]
    fn depth(&self) -> usize {
        self.depth
    }

    /// `[width, height, width of the map]` of a line drawing, RGBA bytes.
    fn features<'py>(
        &self,
        py: Python<'py>,
        line: PyReadonlyArray3<'_, u8>,
    ) -> PyResult<Bound<'py, PyArray3<f32>>> {
        let picture = picture(&line)?;
        let map = py.detach(|| self.backbone.features(&self.square(&picture)?)?.squeeze(0));
        cube(py, &map.map_err(refused)?)
    }

    /// `[layers, width, height, width of the map]` after each of some blocks, counted from 1 and in order.
    fn layers<'py>(
        &self,
        py: Python<'py>,
        line: PyReadonlyArray3<'_, u8>,
        layers: Vec<usize>,
    ) -> PyResult<Bound<'py, PyArray4<f32>>> {
        let picture = picture(&line)?;
        let maps = py.detach(|| Tensor::cat(&self.backbone.layers(&self.square(&picture)?, &layers)?, 0));
        let maps = maps.map_err(refused)?;
        let shape = maps.dims4().map_err(refused)?;
        let numbers = numbers(&maps).map_err(refused)?;
        Ok(Array4::from_shape_vec(shape, numbers).map_err(refused)?.into_pyarray(py))
    }
}

impl Backbone {
    fn square(&self, picture: &Drawing) -> Result<Tensor> {
        square_of(picture, self.backbone.shape().input, &self.device)
    }
}

/// The input of the U-Net, `[3, side, side]`, of a line drawing, RGBA bytes.
#[pyfunction]
pub fn square<'py>(
    py: Python<'py>,
    line: PyReadonlyArray3<'_, u8>,
    side: usize,
) -> PyResult<Bound<'py, PyArray3<f32>>> {
    let picture = picture(&line)?;
    let square = py.detach(|| square_of(&picture, side, &Device::Cpu)?.squeeze(0));
    cube(py, &square.map_err(refused)?)
}

/// Offsets, cells and weights of the pooling of a map of `grid` (height, width) over `count` segments: at the size of the
/// labels, or of masks that are pooled to `pool`.
#[pyfunction]
#[pyo3(signature = (labels, count, grid, pool=None))]
pub fn pooling<'py>(
    py: Python<'py>,
    labels: PyReadonlyArray2<'_, u32>,
    count: usize,
    grid: (usize, usize),
    pool: Option<(usize, usize)>,
) -> PyResult<Plan<'py>> {
    let (labels, width) = (labels.as_array(), labels.as_array().dim().1);
    let labels: Vec<u32> = labels.iter().copied().collect();
    let pooling = pool.map_or(Pooling::FullSize, |pool| Pooling::MaxPooled { pool });
    let image = LabelImage { labels: &labels, width, segments: count };
    let plan = py.detach(|| PoolPlan::new(&image, grid, pooling)).map_err(refused)?;
    Ok(arrays(py, &plan))
}

fn square_of(picture: &Drawing, side: usize, device: &Device) -> Result<Tensor> {
    to_square(&to_tensor(picture, device)?, side, AlphaRule::Composite, DType::F32)
}

fn numbers(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}

fn cube<'py>(py: Python<'py>, tensor: &Tensor) -> PyResult<Bound<'py, PyArray3<f32>>> {
    let shape = tensor.dims3().map_err(refused)?;
    let numbers = numbers(tensor).map_err(refused)?;
    Ok(Array3::from_shape_vec(shape, numbers).map_err(refused)?.into_pyarray(py))
}

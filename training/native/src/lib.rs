//! What the painter measures of drawings, for Python: training sees exactly what painting sees.

mod backbone;

use cel::{Drawing as Picture, FileFormat, Labels, Rgba, Size};
use numpy::ndarray::{Array2, Array3};
use numpy::{IntoPyArray, PyArray1, PyArray2, PyArray3, PyReadonlyArray2, PyReadonlyArray3};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use shiage_kernels::PoolPlan;
use worker::engine::matcher::Inputs;
use worker::engine::{DESCRIPTION, PAIR_CUES};

/// A drawing as the network is told of it.
#[pyclass(frozen)]
struct Drawing {
    inputs: Inputs,
    input: usize,
}

fn refused(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// Offsets, cells and weights of the pooling of a map.
type Plan<'py> = (Bound<'py, PyArray1<u32>>, Bound<'py, PyArray1<u32>>, Bound<'py, PyArray1<f32>>);

fn arrays<'py>(py: Python<'py>, plan: &PoolPlan) -> Plan<'py> {
    (
        plan.offsets().to_vec().into_pyarray(py),
        plan.cells().to_vec().into_pyarray(py),
        plan.weights().to_vec().into_pyarray(py),
    )
}

/// A line drawing of (height, width, RGBA bytes).
fn picture(line: &PyReadonlyArray3<'_, u8>) -> PyResult<Picture> {
    let line = line.as_array();
    let (height, width, channels) = line.dim();
    if channels != 4 {
        return Err(refused(format!("a drawing of {channels} channels: four are needed, RGBA")));
    }
    let size = Size { width: width as u32, height: height as u32 };
    let bytes: Vec<u8> = line.iter().copied().collect();
    let pixels = bytes.chunks_exact(4).map(|p| Rgba([p[0], p[1], p[2], p[3]])).collect();
    Ok(Picture { size, pixels, has_alpha: true, format: FileFormat::Png { sixteen_bit: false } })
}

#[pymethods]
impl Drawing {
    /// Looks at `line` (height, width, RGBA bytes) with its `labels` (height, width; 0 is line, segments from 1).
    #[new]
    #[pyo3(signature = (line, labels, count, input, grids))]
    fn new(
        py: Python<'_>,
        line: PyReadonlyArray3<'_, u8>,
        labels: PyReadonlyArray2<'_, u32>,
        count: u32,
        input: usize,
        grids: Vec<usize>,
    ) -> PyResult<Self> {
        let (picture, labels) = (picture(&line)?, labels.as_array());
        let (height, width) = labels.dim();
        let size = Size { width: width as u32, height: height as u32 };
        if picture.size != size || labels.iter().any(|&label| label > count) {
            return Err(refused(format!("a drawing of {} with labels of {size}", picture.size)));
        }
        let labels = Labels { size, count, labels: labels.iter().copied().collect() };
        let inputs = py.detach(|| Inputs::new(&picture, &labels, input, &grids)).map_err(refused)?;
        Ok(Self { inputs, input })
    }

    /// `[3, input, input]`: the ink around the figure.
    fn ink<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray3<f32>>> {
        let shape = (3, self.input, self.input);
        Ok(Array3::from_shape_vec(shape, self.inputs.ink.clone()).map_err(refused)?.into_pyarray(py))
    }

    /// For each map of the decoder, the largest first: offsets, cells and weights of the pooling.
    fn pooling<'py>(&self, py: Python<'py>) -> Vec<Plan<'py>> {
        self.inputs.plans.iter().map(|plan| arrays(py, plan)).collect()
    }

    /// `[segments, DESCRIPTION]`.
    fn description<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let shape = (self.inputs.shapes.count(), DESCRIPTION);
        Ok(Array2::from_shape_vec(shape, self.inputs.shapes.describe()).map_err(refused)?.into_pyarray(py))
    }

    /// `[2, segments, segments]`: contact, and contact across traces.
    fn relations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray3<f32>>> {
        let count = self.inputs.shapes.count();
        let relations = self.inputs.shapes.relations();
        Ok(Array3::from_shape_vec((2, count, count), relations).map_err(refused)?.into_pyarray(py))
    }

    /// `[segments, reference segments, PAIR_CUES]`.
    fn pair_cues<'py>(
        &self,
        py: Python<'py>,
        reference: &Bound<'py, Drawing>,
    ) -> PyResult<Bound<'py, PyArray3<f32>>> {
        let reference = reference.get();
        let shape = (self.inputs.shapes.count(), reference.inputs.shapes.count(), PAIR_CUES);
        let cues = py.detach(|| self.inputs.shapes.pair_cues(&reference.inputs.shapes));
        Ok(Array3::from_shape_vec(shape, cues).map_err(refused)?.into_pyarray(py))
    }
}

#[pymodule]
fn shiage_native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("DESCRIPTION", DESCRIPTION)?;
    module.add("PAIR_CUES", PAIR_CUES)?;
    module.add_function(wrap_pyfunction!(backbone::square, module)?)?;
    module.add_function(wrap_pyfunction!(backbone::pooling, module)?)?;
    module.add_class::<backbone::Backbone>()?;
    module.add_class::<Drawing>()
}

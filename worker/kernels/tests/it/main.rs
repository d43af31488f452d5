//! The operations against naive formulas.

#[cfg(feature = "cuda")]
mod cuda;
mod operations;
mod pooling;

use candle_core::{DType, Result, Tensor};

/// The largest absolute difference.
fn worst(found: &Tensor, expected: &Tensor) -> Result<f64> {
    assert_eq!(found.dims(), expected.dims());
    (found.to_dtype(DType::F64)? - expected.to_dtype(DType::F64)?)?.abs()?.max_all()?.to_scalar()
}

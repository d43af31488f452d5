//! What the CPU bodies of the operations share.

use candle_core::{CpuStorage, Layout, Result, bail};

/// The elements of a contiguous f32 tensor.
pub(crate) fn contiguous<'a>(storage: &'a CpuStorage, layout: &Layout, op: &str) -> Result<&'a [f32]> {
    let Some((start, end)) = layout.contiguous_offsets() else {
        bail!("{op}: the tensor is not contiguous");
    };
    Ok(&storage.as_slice::<f32>()?[start..end])
}

/// Runs `body` with the widest vector instructions this processor has.
///
/// The compiler vectorises loops inside `body` for them, as long as everything in it is inlined.
pub(crate) fn vectorised<R>(body: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(body)
}

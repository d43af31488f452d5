//! What the CPU bodies of the operations share.

use candle_core::{CpuStorage, Layout, Result, bail};

/// The elements of a contiguous f32 tensor.
pub(crate) fn contiguous<'a>(storage: &'a CpuStorage, layout: &Layout, op: &str) -> Result<&'a [f32]> {
    let Some((start, end)) = layout.contiguous_offsets() else {
        bail!("{op}: the tensor is not contiguous");
    };
    Ok(&storage.as_slice::<f32>()?[start..end])
}

/// Defines a function whose loops are compiled for the widest vector instructions the processor has.
///
/// A closure would do if it were sure to be inlined; one that is not is compiled for the oldest processors.
macro_rules! vectorised {
    ($(#[$doc:meta])* $vis:vis fn $name:ident<$life:lifetime>($($arg:ident: $type:ty),* $(,)?) $body:block) => {
        $(#[$doc])*
        $vis fn $name<$life>($($arg: $type),*) {
            struct Kernel<$life> {
                $($arg: $type),*
            }
            impl<$life> pulp::NullaryFnOnce for Kernel<$life> {
                type Output = ();
                #[inline(always)]
                fn call(self) {
                    let Self { $($arg),* } = self;
                    $body
                }
            }
            pulp::Arch::new().dispatch(Kernel { $($arg),* });
        }
    };
}
pub(crate) use vectorised;

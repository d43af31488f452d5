//! Memory of a device.

use candle_core::Device;

/// Bytes of a GPU that nobody uses; `None` for the processor.
#[must_use]
pub fn free_bytes(device: &Device) -> Option<u64> {
    match device {
        #[cfg(feature = "cuda")]
        Device::Cuda(cuda) => Some(cuda.cuda_stream().context().mem_get_info().ok()?.0 as u64),
        _ => None,
    }
}

/// Bytes of a GPU in all; `None` for the processor.
#[must_use]
pub fn total_bytes(device: &Device) -> Option<u64> {
    match device {
        #[cfg(feature = "cuda")]
        Device::Cuda(cuda) => Some(cuda.cuda_stream().context().mem_get_info().ok()?.1 as u64),
        _ => None,
    }
}

/// Bytes of a GPU that tensors of this process take now; `None` for the processor.
#[must_use]
pub fn used_bytes(device: &Device) -> Option<u64> {
    match device {
        #[cfg(feature = "cuda")]
        Device::Cuda(cuda) => pool::used(cuda.cuda_stream().context()),
        _ => None,
    }
}

/// The most bytes of a GPU that tensors of this process have taken at a time since it started; `None` for the processor.
#[must_use]
pub fn peak_bytes(device: &Device) -> Option<u64> {
    match device {
        #[cfg(feature = "cuda")]
        Device::Cuda(cuda) => pool::peak(cuda.cuda_stream().context()),
        _ => None,
    }
}

/// Name of a device for people, such as `NVIDIA H100` or `cpu`.
#[must_use]
pub fn name(device: &Device) -> String {
    match device {
        #[cfg(feature = "cuda")]
        Device::Cuda(cuda) => {
            let context = cuda.cuda_stream().context().clone();
            context.name().unwrap_or_else(|_| format!("cuda:{}", context.ordinal()))
        }
        other => format!("{:?}", other.location()).to_lowercase(),
    }
}

#[cfg(feature = "cuda")]
mod pool {
    use std::mem::MaybeUninit;

    use cudarc::driver::{CudaContext, sys};

    /// What the pool that tensors come from has given out.
    pub(super) fn used(context: &CudaContext) -> Option<u64> {
        ask(context, sys::CUmemPool_attribute::CU_MEMPOOL_ATTR_USED_MEM_CURRENT)
    }

    /// Its high-water mark.
    pub(super) fn peak(context: &CudaContext) -> Option<u64> {
        ask(context, sys::CUmemPool_attribute::CU_MEMPOOL_ATTR_USED_MEM_HIGH)
    }

    /// One of the two attributes above.
    #[allow(unsafe_code)]
    fn ask(context: &CudaContext, attribute: sys::CUmemPool_attribute) -> Option<u64> {
        let mut pool = MaybeUninit::uninit();
        let mut bytes = 0u64;
        // SAFETY: the driver writes the pool's handle before it is read, and the attribute is a number of 64 bits.
        unsafe {
            sys::cuDeviceGetMemPool(pool.as_mut_ptr(), context.cu_device()).result().ok()?;
            let value = std::ptr::from_mut(&mut bytes).cast();
            sys::cuMemPoolGetAttribute(pool.assume_init(), attribute, value).result().ok()?;
        }
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_has_no_memory_of_its_own() {
        for bytes in [free_bytes, total_bytes, used_bytes, peak_bytes] {
            assert_eq!(bytes(&Device::Cpu), None);
        }
        assert_eq!(name(&Device::Cpu), "cpu");
    }
}

//! Runs calls on candle's devices.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use candle_core::backend::BackendDevice as _;
use candle_core::cuda_backend::{CudaDevice, CudaStorage, CudaStorageSlice, WrapErr as _};
use candle_core::{DType, Result, Shape, bail};
use cudarc::driver::sys::CUdevice_attribute;
use cudarc::driver::{CudaSlice, CudaStream, DevicePtr, DevicePtrMut, SyncOnDrop};

use super::{Call, Element, Machine, Pointer, Source, compile, launch};
use crate::device::{Capability, nearest_target};

/// Compiles and loads every kernel for a device, so that none has to be when a drawing waits.
///
/// # Errors
/// When the compiler or the driver refuses one.
pub(crate) fn prepare(device: &CudaDevice) -> Result<()> {
    for source in Source::ALL {
        for kernel in source.kernels() {
            device.get_or_load_custom_func(&kernel, source.file(), &ptx(device, source)?)?;
        }
    }
    Ok(())
}

/// Starts a call on the device's stream.
///
/// # Safety
/// Every pointer among the arguments is one to memory of the device with as many elements as the kernel's comment says,
/// from operands that live until this returns.
///
/// # Errors
/// When the driver refuses.
#[allow(unsafe_code)]
pub(crate) unsafe fn start(device: &CudaDevice, call: &Call) -> Result<()> {
    let text = ptx(device, call.source)?;
    let function = device.get_or_load_custom_func(&call.kernel, call.source.file(), &text)?;
    // SAFETY: the function is the call's; the rest is passed on to the caller.
    unsafe { launch(&device.cuda_stream(), &function, call) }.w()
}

type Compiled = HashMap<(Source, Capability), Arc<str>>;

/// A file compiled for a device, once in a process for each kind of device.
fn ptx(device: &CudaDevice, source: Source) -> Result<Arc<str>> {
    static COMPILED: LazyLock<Mutex<Compiled>> = LazyLock::new(Mutex::default);
    let target = target(device)?;
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(text) = compiled.get(&(source, target)) {
        return Ok(Arc::clone(text));
    }
    let text: Arc<str> = compile(source, target).w()?.into();
    compiled.insert((source, target), Arc::clone(&text));
    Ok(text)
}

fn target(device: &CudaDevice) -> Result<Capability> {
    let stream = device.cuda_stream();
    let ask = |attribute| stream.context().attribute(attribute).w();
    let capability = Capability {
        major: ask(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)? as u32,
        minor: ask(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)? as u32,
    };
    match nearest_target(capability) {
        Some(target) => Ok(target),
        None => bail!("the compiler of kernels knows nothing for GPUs of capability {capability}"),
    }
}

/// Elements on a device, from some offset on. Others wait for them as long as it lives.
pub(crate) struct Operand<'a> {
    pub(crate) element: Element,
    pub(crate) pointer: Pointer,
    _order: SyncOnDrop<'a>,
}

/// The elements of a tensor that kernels read, from `start` on.
pub(crate) fn input<'a>(
    storage: &'a CudaStorage,
    start: usize,
    stream: &'a CudaStream,
) -> Result<Operand<'a>> {
    Ok(match &storage.slice {
        CudaStorageSlice::F32(slice) => read(slice, Element::F32, start, stream),
        CudaStorageSlice::F16(slice) => read(slice, Element::F16, start, stream),
        CudaStorageSlice::BF16(slice) => read(slice, Element::Bf16, start, stream),
        _ => bail!("kernels know maps of f32, f16 and bf16, none of {:?}", storage_type(storage)),
    })
}

/// The elements of a tensor that kernels write, from `start` on.
pub(crate) fn output<'a>(
    storage: &'a mut CudaStorage,
    start: usize,
    stream: &'a CudaStream,
) -> Result<Operand<'a>> {
    let dtype = storage_type(storage);
    Ok(match &mut storage.slice {
        CudaStorageSlice::F32(slice) => write(slice, Element::F32, start, stream),
        CudaStorageSlice::F16(slice) => write(slice, Element::F16, start, stream),
        CudaStorageSlice::BF16(slice) => write(slice, Element::Bf16, start, stream),
        _ => bail!("kernels know maps of f32, f16 and bf16, none of {dtype:?}"),
    })
}

fn storage_type(storage: &CudaStorage) -> DType {
    candle_core::backend::BackendStorage::dtype(storage)
}

fn read<'a, T>(
    slice: &'a CudaSlice<T>,
    element: Element,
    start: usize,
    stream: &'a CudaStream,
) -> Operand<'a> {
    let (address, order) = slice.device_ptr(stream);
    Operand { element, pointer: Pointer(address + (start * size_of::<T>()) as u64), _order: order }
}

fn write<'a, T>(
    slice: &'a mut CudaSlice<T>,
    element: Element,
    start: usize,
    stream: &'a CudaStream,
) -> Operand<'a> {
    let (address, order) = slice.device_ptr_mut(stream);
    Operand { element, pointer: Pointer(address + (start * size_of::<T>()) as u64), _order: order }
}

/// Memory for a result, with anything in it.
///
/// # Safety
/// Every element must be written before it is read.
#[allow(unsafe_code)]
pub(crate) unsafe fn room(device: &CudaDevice, shape: &Shape, dtype: DType) -> Result<CudaStorage> {
    // SAFETY: passed on to the caller.
    unsafe { device.alloc_uninit(shape, dtype) }
}

/// Memory that only calls on the device's own stream use, so that nobody has to wait for anybody.
impl Machine for CudaDevice {
    type Words = CudaSlice<u32>;

    fn filled(&self, count: usize, value: u32) -> Result<Self::Words> {
        match value {
            0 => self.alloc_zeros(count),
            value => self.upload(&vec![value; count]),
        }
    }

    fn upload(&self, words: &[u32]) -> Result<Self::Words> {
        self.cuda_stream().clone_htod(words).w()
    }

    fn download(&self, words: &Self::Words) -> Result<Vec<u32>> {
        self.cuda_stream().clone_dtoh(words).w()
    }

    fn pointer(&self, words: &Self::Words) -> Pointer {
        Pointer(words.device_ptr(&self.cuda_stream()).0)
    }

    #[allow(unsafe_code)]
    unsafe fn run(&self, call: &Call) -> Result<()> {
        // SAFETY: passed on to the caller.
        unsafe { start(self, call) }
    }
}

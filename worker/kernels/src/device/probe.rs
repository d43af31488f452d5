//! Asks the driver and the compiler of kernels what is there. Neither has to be.

use std::ffi::c_int;
use std::sync::OnceLock;

use libloading::{Library, Symbol};

use super::{Capability, Compiler, Facts, Gpu, Release};

const SUCCESS: c_int = 0;
/// `CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR` and `…_MINOR`.
const CAPABILITY: [c_int; 2] = [75, 76];
/// Names of the compiler's library: that of a toolkit first, then by release.
const COMPILERS: [&str; 3] = ["libnvrtc.so", "libnvrtc.so.13", "libnvrtc.so.12"];

type Ask = unsafe extern "C" fn(*mut c_int) -> c_int;

/// Looks at this machine.
#[must_use]
pub fn probe() -> Facts {
    let (driver, gpus) = open("libcuda.so.1").and_then(driver).unwrap_or_default();
    let built_for = option_env!("CUDA_COMPUTE_CAP").and_then(|number| number.parse().ok());
    Facts { driver, gpus, compiler: compiler(), built_for: built_for.map(Capability::from_number) }
}

/// What the compiler of this machine is to be asked for so that its output runs on a GPU.
#[must_use]
pub fn nearest_target(gpu: Capability) -> Option<Capability> {
    static COMPILER: OnceLock<Option<Compiler>> = OnceLock::new();
    COMPILER.get_or_init(compiler).as_ref()?.target(gpu)
}

/// Loads a library for good: those of NVIDIA keep threads of their own.
#[allow(unsafe_code)]
fn open(name: &str) -> Option<&'static Library> {
    // SAFETY: what they run when loaded asks nothing of this process.
    let library = unsafe { Library::new(name) }.ok()?;
    Some(Box::leak(Box::new(library)))
}

/// # Safety
/// The function of that name has the type `T`.
#[allow(unsafe_code)]
unsafe fn function<T>(library: &'static Library, name: &str) -> Option<Symbol<'static, T>> {
    // SAFETY: passed on to the caller.
    unsafe { library.get(name) }.ok()
}

/// The driver's release and GPUs. A driver that finds no GPU has none.
#[allow(unsafe_code)]
fn driver(library: &'static Library) -> Option<(Option<Release>, Vec<Gpu>)> {
    // SAFETY: the types are those in cuda.h.
    let version: Symbol<'_, Ask> = unsafe { function(library, "cuDriverGetVersion") }?;
    // SAFETY: as above.
    let init: Symbol<'_, unsafe extern "C" fn(u32) -> c_int> = unsafe { function(library, "cuInit") }?;
    // SAFETY: as above.
    let count: Symbol<'_, Ask> = unsafe { function(library, "cuDeviceGetCount") }?;
    let release = Release::from_number(number(*version)?);
    // SAFETY: the flags must be 0.
    if unsafe { init(0) } != SUCCESS {
        return Some((Some(release), Vec::new()));
    }
    let gpus = (0..number(*count).unwrap_or(0) as c_int).map_while(|ordinal| gpu(library, ordinal));
    Some((Some(release), gpus.collect()))
}

#[allow(unsafe_code)]
fn gpu(library: &'static Library, ordinal: c_int) -> Option<Gpu> {
    type Attribute = unsafe extern "C" fn(*mut c_int, c_int, c_int) -> c_int;
    // SAFETY: the types are those in cuda.h.
    let get: Symbol<'_, unsafe extern "C" fn(*mut c_int, c_int) -> c_int> =
        unsafe { function(library, "cuDeviceGet") }?;
    // SAFETY: as above.
    let attribute: Symbol<'_, Attribute> = unsafe { function(library, "cuDeviceGetAttribute") }?;
    let mut device = 0;
    // SAFETY: writes one number to where it is told.
    if unsafe { get(&raw mut device, ordinal) } != SUCCESS {
        return None;
    }
    let [major, minor] = CAPABILITY.map(|which| {
        let mut value = 0;
        // SAFETY: writes one number to where it is told, for a device that was found.
        let status = unsafe { attribute(&raw mut value, which, device) };
        if status == SUCCESS { u32::try_from(value).ok() } else { None }
    });
    Some(Gpu { capability: Capability { major: major?, minor: minor? } })
}

#[allow(unsafe_code)]
fn compiler() -> Option<Compiler> {
    let library = COMPILERS.into_iter().find_map(open)?;
    // SAFETY: the types are those in nvrtc.h.
    let version: Symbol<'_, unsafe extern "C" fn(*mut c_int, *mut c_int) -> c_int> =
        unsafe { function(library, "nvrtcVersion") }?;
    let (mut major, mut minor) = (0, 0);
    // SAFETY: writes one number to each.
    if unsafe { version(&raw mut major, &raw mut minor) } != SUCCESS {
        return None;
    }
    let release = Release { major: u32::try_from(major).ok()?, minor: u32::try_from(minor).ok()? };
    Some(Compiler { release, targets: targets(library)? })
}

#[allow(unsafe_code)]
fn targets(library: &'static Library) -> Option<Vec<Capability>> {
    // SAFETY: the types are those in nvrtc.h.
    let count: Symbol<'_, Ask> = unsafe { function(library, "nvrtcGetNumSupportedArchs") }?;
    // SAFETY: as above.
    let list: Symbol<'_, Ask> = unsafe { function(library, "nvrtcGetSupportedArchs") }?;
    let mut numbers: Vec<c_int> = vec![0; number(*count)? as usize];
    // SAFETY: writes as many numbers as the count above says.
    if unsafe { list(numbers.as_mut_ptr()) } != SUCCESS {
        return None;
    }
    Some(numbers.into_iter().filter_map(|n| u32::try_from(n).ok()).map(Capability::from_number).collect())
}

/// What a function that writes one number says.
#[allow(unsafe_code)]
fn number(ask: Ask) -> Option<u32> {
    let mut value = 0;
    // SAFETY: such a function writes one number to where it is told.
    if unsafe { ask(&raw mut value) } != SUCCESS {
        return None;
    }
    u32::try_from(value).ok()
}

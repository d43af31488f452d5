//! Runs calls on the processor: the kernels compiled as C++, their threads one after the other.
//!
//! This shows that indices, sums and the order of arguments are right, not what happens when threads race.

use std::cell::Cell;
use std::ffi::CString;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};

use libloading::{Library, Symbol};

use candle_core::{DType, Result, Tensor};
use half::{bf16, f16};

use super::source::TYPES;
use super::{Call, Machine, Pointer, Source};

type Run = unsafe extern "C" fn(*const std::ffi::c_char, *const u32, u32, *const u64) -> i32;

/// Runs a call. Its pointers are to host memory.
///
/// # Safety
/// As for a launch on a device.
#[allow(unsafe_code)]
pub(crate) unsafe fn run(call: &Call) {
    static LIBRARIES: [OnceLock<Library>; Source::ALL.len()] = [const { OnceLock::new() }; Source::ALL.len()];
    // Threads, blocks and shared memory are static variables there.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let library = LIBRARIES[call.source as usize].get_or_init(|| build(call.source));
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let kernel = CString::new(call.kernel.as_str()).unwrap();
    // SAFETY: `emulate` is defined with this type in the text below.
    let run: Symbol<'_, Run> = unsafe { library.get("emulate") }.unwrap();
    // SAFETY: passed on to the caller.
    let status = unsafe { run(kernel.as_ptr(), call.grid.as_ptr(), call.block, call.arguments.as_ptr()) };
    assert_eq!(
        status, 0,
        "{}: {status}, 1 for an unknown name, 2 for a barrier not all threads come to",
        call.kernel
    );
}

/// Compiles the kernels of a file into a library.
fn build(source: Source) -> Library {
    let folder = tempfile::tempdir().unwrap();
    let (text, library) = (folder.path().join("kernels.cc"), folder.path().join("kernels.so"));
    std::fs::write(&text, program(source)).unwrap();
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    let output = Command::new(&compiler)
        .args(["-std=c++17", "-O1", "-w", "-ffp-contract=off", "-shared", "-fPIC", "-o"])
        .args([&library, &text])
        .output()
        .unwrap_or_else(|error| panic!("{compiler}: {error}; the tests of the kernels need a C++ compiler"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    load(&library)
}

#[allow(unsafe_code)]
fn load(path: &Path) -> Library {
    // SAFETY: it is compiled from the text below, which runs nothing when loaded.
    unsafe { Library::new(path) }.unwrap()
}

fn program(source: Source) -> String {
    let parts = [include_str!("shim.h"), TYPES, include_str!("units.h"), source.units(), source.body()];
    let mut text = parts.join("\n");
    text.push_str(
        "extern \"C\" int emulate(const char *name, const u32 *grid, u32 block, const u64 *words) {\n",
    );
    for kernel in source.kernels() {
        writeln!(text, "if (!strcmp(name, \"{kernel}\")) return start({kernel}, grid, block, words);")
            .unwrap();
    }
    text.push_str("return 1;\n}\n");
    text
}

/// The emulator as a machine.
pub(crate) struct Emulator;

/// Words of the host, in pairs so that they are aligned as on a device; kernels write them behind a shared reference.
pub(crate) struct Words {
    pairs: Vec<Cell<u64>>,
    count: usize,
}

impl Machine for Emulator {
    type Words = Words;

    fn filled(&self, count: usize, value: u32) -> Result<Words> {
        let pair = u64::from(value) << 32 | u64::from(value);
        Ok(Words { pairs: vec![Cell::new(pair); count.div_ceil(2)], count })
    }

    fn upload(&self, words: &[u32]) -> Result<Words> {
        let pair =
            |pair: &[u32]| Cell::new(pair.iter().rev().fold(0, |high, &low| high << 32 | u64::from(low)));
        Ok(Words { pairs: words.chunks(2).map(pair).collect(), count: words.len() })
    }

    fn download(&self, words: &Words) -> Result<Vec<u32>> {
        let pairs = words.pairs.iter().map(Cell::get);
        Ok(pairs.flat_map(|pair| [pair as u32, (pair >> 32) as u32]).take(words.count).collect())
    }

    fn pointer(&self, words: &Words) -> Pointer {
        read(&words.pairs)
    }

    #[allow(unsafe_code)]
    unsafe fn run(&self, call: &Call) -> Result<()> {
        if !call.is_empty() {
            // SAFETY: passed on to the caller.
            unsafe { run(call) };
        }
        Ok(())
    }
}

/// The address of host memory that a kernel reads.
pub(crate) fn read<T>(slice: &[T]) -> Pointer {
    Pointer(slice.as_ptr() as u64)
}

/// The address of host memory that a kernel writes.
pub(crate) fn write<T>(slice: &mut [T]) -> Pointer {
    Pointer(slice.as_mut_ptr() as u64)
}

/// The elements of a tensor as they lie in memory.
pub(crate) fn bytes_of(tensor: &Tensor) -> Result<Vec<u8>> {
    let tensor = tensor.flatten_all()?;
    Ok(match tensor.dtype() {
        DType::F32 => tensor.to_vec1::<f32>()?.iter().flat_map(|x| x.to_ne_bytes()).collect(),
        DType::F16 => tensor.to_vec1::<f16>()?.iter().flat_map(|x| x.to_ne_bytes()).collect(),
        DType::BF16 => tensor.to_vec1::<bf16>()?.iter().flat_map(|x| x.to_ne_bytes()).collect(),
        other => candle_core::bail!("no map of {other:?}"),
    })
}

/// What [`bytes_of`] took apart.
pub(crate) fn values(dtype: DType, bytes: &[u8]) -> Vec<f32> {
    match dtype {
        DType::F16 => bytes.as_chunks().0.iter().map(|&x| f16::from_ne_bytes(x).to_f32()).collect(),
        DType::BF16 => bytes.as_chunks().0.iter().map(|&x| bf16::from_ne_bytes(x).to_f32()).collect(),
        _ => bytes.as_chunks().0.iter().map(|&x| f32::from_ne_bytes(x)).collect(),
    }
}

/// The largest absolute difference; NaN where one is NaN.
pub(crate) fn worst(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let differences = found.iter().zip(expected).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, |worst, x| if x > worst || x.is_nan() { x } else { worst })
}

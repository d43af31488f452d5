//! Reading checkpoints: `.safetensors`, and `.pth` as PyTorch writes it.
//!
//! A `.pth` holds a pickle, which is a program. It is parsed here as data: only what describes tensors is known, all
//! else is refused, and nothing is allocated that the file does not have the bytes for.

mod pickle;
mod pth;
mod safetensors;
mod unpickle;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

use candle_core::{DType, Device, Tensor};

use super::{ModelError, Weights};

/// What is read of a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// Keys, shapes and numbers.
    Whole,
    /// Keys and shapes.
    Outline,
}

/// Reads a checkpoint; what kind it is shows in its first bytes. Floating-point tensors become f32, others are left
/// out, and a leading `module.` (of a model trained on several devices) is taken off the keys.
///
/// # Errors
/// When the file cannot be read, is truncated or damaged, is no checkpoint, or its pickle asks for anything but
/// tensors.
pub fn read(path: &Path) -> Result<Weights, ModelError> {
    parse(path, Depth::Whole)
}

/// The tensors of a checkpoint by key and shape, every number of them zero: quick, and of no size.
///
/// # Errors
/// As [`read`], as far as it shows without the numbers.
pub fn outline(path: &Path) -> Result<Weights, ModelError> {
    parse(path, Depth::Outline)
}

fn parse(path: &Path, depth: Depth) -> Result<Weights, ModelError> {
    let mut file = File::open(path).map_err(ModelError::io(path))?;
    let mut start = Vec::with_capacity(4);
    (&mut file).take(4).read_to_end(&mut start).map_err(ModelError::io(path))?;
    file.rewind().map_err(ModelError::io(path))?;
    let tensors = match start.as_slice() {
        b"PK\x03\x04" => pth::read(path, file, depth)?,
        [0x80, 0x02, ..] => {
            let reason =
                "it is a checkpoint of PyTorch before 1.6; load it in a newer PyTorch and save it again";
            return Err(ModelError::unsuitable(path, reason));
        }
        _ => {
            let length = file.metadata().map_err(ModelError::io(path))?.len();
            safetensors::read(path, BufReader::new(file), length, depth)?
        }
    };
    let strip =
        |(key, tensor): (String, Tensor)| (key.strip_prefix("module.").unwrap_or(&key).to_owned(), tensor);
    Ok(Weights::new(path, tensors.into_iter().map(strip).collect()))
}

/// Reads a `.safetensors` file that is already in memory; errors call it `path`.
///
/// # Errors
/// When it is damaged.
pub fn read_bytes(path: &Path, bytes: &[u8]) -> Result<Weights, ModelError> {
    let tensors = safetensors::read(path, Cursor::new(bytes), bytes.len() as u64, Depth::Whole)?;
    Ok(Weights::new(path, tensors))
}

type Tensors = BTreeMap<String, Tensor>;

/// The number formats of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    F16,
    BF16,
    F32,
    F64,
    /// Whole numbers or truth values of so many bytes: counters, never weights.
    Whole(usize),
}

impl Number {
    /// Bytes of one number.
    fn size(self) -> usize {
        match self {
            Self::F16 | Self::BF16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
            Self::Whole(size) => size,
        }
    }

    /// Little-endian bytes as f32; none for whole numbers.
    fn decode(self, bytes: &[u8]) -> Option<Vec<f32>> {
        use half::{bf16, f16};
        fn each<const N: usize>(bytes: &[u8], decode: impl Fn([u8; N]) -> f32) -> Option<Vec<f32>> {
            Some(bytes.as_chunks::<N>().0.iter().map(|&number| decode(number)).collect())
        }
        match self {
            Self::F16 => each(bytes, |number| f16::from_le_bytes(number).to_f32()),
            Self::BF16 => each(bytes, |number| bf16::from_le_bytes(number).to_f32()),
            Self::F32 => each(bytes, f32::from_le_bytes),
            Self::F64 => each(bytes, |number| f64::from_le_bytes(number) as f32),
            Self::Whole(_) => None,
        }
    }
}

/// The number of elements of a shape, if it can be counted.
fn elements(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size))
}

/// Reads exactly `length` bytes, which the caller has checked against the file, without trusting it for the buffer.
fn read_exactly(reader: &mut impl Read, length: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length.min(1 << 20));
    reader.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

fn tensor(values: Vec<f32>, shape: &[usize]) -> candle_core::Result<Tensor> {
    Tensor::from_vec(values, shape, &Device::Cpu)
}

/// A tensor of zeros that takes no room, whatever its shape.
fn blank(shape: &[usize]) -> candle_core::Result<Tensor> {
    Tensor::zeros((), DType::F32, &Device::Cpu)?.broadcast_as(shape)
}

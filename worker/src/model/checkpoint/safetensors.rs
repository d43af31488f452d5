//! The safetensors format: a JSON header with the place of each tensor, then the bytes.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use serde::Deserialize;

use super::{Depth, Number, Tensors, blank, elements, read_exactly, tensor};
use crate::model::ModelError;

/// Longest header read; that of the largest DINOv2 has 60 kB.
const MAX_HEADER: u64 = 16 << 20;

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (u64, u64),
}

pub(super) fn read(
    path: &Path,
    mut reader: impl Read + Seek,
    length: u64,
    depth: Depth,
) -> Result<Tensors, ModelError> {
    let (header, start) = header(path, &mut reader, length)?;
    let mut tensors = Tensors::new();
    for (name, entry) in header {
        let bad = |reason: &str| ModelError::checkpoint(path, format!("tensor \"{name}\" {reason}"));
        let number =
            number(&entry.dtype).ok_or_else(|| bad(&format!("has the unknown type {}", entry.dtype)))?;
        let bytes = elements(&entry.shape).and_then(|count| count.checked_mul(number.size()));
        let (begin, end) = entry.data_offsets;
        if end > length - start {
            return Err(bad("lies past the end: the file is truncated, download it again"));
        }
        let size = end.checked_sub(begin).and_then(|size| usize::try_from(size).ok());
        let (Some(size), true) = (size, size == bytes) else {
            return Err(bad("has a shape that does not fit its size"));
        };
        if matches!(number, Number::Whole(_)) {
            continue;
        }
        if depth == Depth::Outline {
            tensors.insert(name, blank(&entry.shape)?);
            continue;
        }
        reader.seek(SeekFrom::Start(start + begin)).map_err(ModelError::io(path))?;
        let data = read_exactly(&mut reader, size).map_err(ModelError::io(path))?;
        if let Some(values) = number.decode(&data) {
            let tensor = tensor(values, &entry.shape)?;
            tensors.insert(name, tensor);
        }
    }
    Ok(tensors)
}

/// The entries of the header, which do not overlap, and where the bytes start.
fn header(
    path: &Path,
    reader: &mut impl Read,
    length: u64,
) -> Result<(BTreeMap<String, Entry>, u64), ModelError> {
    let not_one = || ModelError::checkpoint(path, "it is neither a .safetensors nor a PyTorch .pth file");
    let size =
        read_exactly(reader, 8).ok().and_then(|bytes| Some(u64::from_le_bytes(bytes.try_into().ok()?)));
    let size = size.filter(|&size| size >= 2).ok_or_else(not_one)?;
    if size > MAX_HEADER {
        return Err(not_one());
    }
    if size > length.saturating_sub(8) {
        return Err(ModelError::checkpoint(path, "its header is truncated: download the file again"));
    }
    let bytes = read_exactly(reader, size as usize).map_err(ModelError::io(path))?;
    let mut values: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(&bytes).map_err(|_| not_one())?;
    values.remove("__metadata__");
    let mut entries = BTreeMap::new();
    let mut total = 0u64;
    for (name, value) in values {
        let entry: Entry = serde_json::from_value(value)
            .map_err(|error| ModelError::checkpoint(path, format!("header of tensor \"{name}\": {error}")))?;
        total = total.saturating_add(entry.data_offsets.1.saturating_sub(entry.data_offsets.0));
        entries.insert(name, entry);
    }
    let start = 8 + size;
    // Tensors that overlap could ask for any amount of memory.
    if total > length - start {
        return Err(ModelError::checkpoint(
            path,
            "its tensors overlap or it is truncated: download the file again",
        ));
    }
    Ok((entries, start))
}

fn number(dtype: &str) -> Option<Number> {
    Some(match dtype {
        "F16" => Number::F16,
        "BF16" => Number::BF16,
        "F32" => Number::F32,
        "F64" => Number::F64,
        "BOOL" | "U8" | "I8" => Number::Whole(1),
        "U16" | "I16" => Number::Whole(2),
        "U32" | "I32" => Number::Whole(4),
        "U64" | "I64" => Number::Whole(8),
        _ => return None,
    })
}

//! PyTorch's zip format: `data.pkl` describes the tensors, `data/KEY` holds the bytes of each storage.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use zip::ZipArchive;

use super::pickle::{Heap, TensorRef, Value};
use super::unpickle::{Problem, unpickle};
use super::{Depth, Number, Tensors, blank, elements, read_exactly, tensor};
use crate::model::ModelError;

/// Longest pickle read; that of the largest DINOv2 has some 100 kB.
const MAX_PICKLE: u64 = 4 << 20;

/// How much longer than its compressed form an entry can be: the limit of deflate, rounded up.
const MAX_RATIO: u64 = 1100;

/// How many times over the tensors of a checkpoint use its numbers at most.
const MAX_VIEWS: u64 = 4;

type Archive = ZipArchive<BufReader<File>>;

pub(super) fn read(path: &Path, file: File, depth: Depth) -> Result<Tensors, ModelError> {
    let damaged = |reason: String| ModelError::checkpoint(path, reason);
    let length = file.metadata().map_err(ModelError::io(path))?.len();
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| {
        damaged(format!("{error}: it is truncated or no PyTorch file; download it again"))
    })?;
    let root = root(&archive).ok_or_else(|| damaged("it is a zip archive without data.pkl".into()))?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
    match entry(&mut archive, &format!("{root}byteorder"), 16).map(text) {
        Ok(order) if order != "little" => return Err(damaged(format!("its numbers are {order}-endian"))),
        // Archives of PyTorch before 2.1 have no such entry, and are little-endian.
        _ => {}
    }
    let pickle = entry(&mut archive, &format!("{root}data.pkl"), MAX_PICKLE).map_err(damaged)?;
    let (heap, value) = unpickle(&pickle).map_err(|problem| match problem {
        Problem::Asks(what) => ModelError::Refused { path: path.to_owned(), what },
        Problem::Broken(reason) => ModelError::checkpoint(path, reason),
    })?;
    let found = match depth {
        Depth::Whole => {
            tensors(&heap, value, |key, bytes| entry(&mut archive, &format!("{root}data/{key}"), bytes))
        }
        Depth::Outline => outlines(&heap, value, length.saturating_mul(MAX_RATIO * MAX_VIEWS)),
    };
    found.map_err(damaged)
}

/// The folder of `data.pkl` inside the archive.
fn root(archive: &Archive) -> Option<String> {
    archive.file_names().find_map(|name| {
        let name = name.ok()?;
        let root = name.strip_suffix("data.pkl")?;
        (root.is_empty() || root.ends_with('/')).then(|| root.to_owned())
    })
}

/// The bytes of an entry, which must not be more than `limit` and not more than its compressed form allows.
fn entry(archive: &mut Archive, name: &str, limit: u64) -> Result<Vec<u8>, String> {
    let mut entry = archive.by_name(name).map_err(|error| format!("entry {name}: {error}"))?;
    let size = entry.size();
    if size > limit || size / MAX_RATIO > entry.compressed_size() {
        return Err(format!("entry {name} claims {size} bytes"));
    }
    read_exactly(&mut entry, size as usize)
        .map_err(|error| format!("entry {name}: {error}; download the file again"))
}

const NO_DICTIONARY: &str = "its pickle is not a dictionary of tensors";

/// The shapes of the tensors of the state dict, which together have at most `limit` numbers.
fn outlines(heap: &Heap, root: Value, limit: u64) -> Result<Tensors, String> {
    let mut total = 0u64;
    let mut tensors = Tensors::new();
    for (name, view) in heap.state_dict(root).ok_or(NO_DICTIONARY)? {
        if matches!(heap.storages[view.storage].number, Number::Whole(_)) {
            continue;
        }
        total = total.saturating_add(elements(&view.shape).map_or(u64::MAX, |count| count as u64));
        if total > limit {
            return Err(format!("tensor \"{name}\" claims more than the file has: download it again"));
        }
        tensors.insert(name.to_owned(), blank(&view.shape).map_err(|error| error.to_string())?);
    }
    Ok(tensors)
}

/// The tensors of the state dict. Each storage is read once, whatever views there are of it.
fn tensors(
    heap: &Heap,
    root: Value,
    mut read: impl FnMut(&str, u64) -> Result<Vec<u8>, String>,
) -> Result<Tensors, String> {
    let all = heap.state_dict(root).ok_or(NO_DICTIONARY)?;
    let mut by_storage: BTreeMap<(&str, usize), Vec<(&str, &TensorRef)>> = BTreeMap::new();
    for (name, tensor) in all {
        let storage = &heap.storages[tensor.storage];
        if !matches!(storage.number, Number::Whole(_)) {
            by_storage
                .entry((heap.texts[storage.key].as_str(), storage.number.size()))
                .or_default()
                .push((name, tensor));
        }
    }
    let mut tensors = Tensors::new();
    for ((key, _), views) in by_storage {
        let Some((_, first)) = views.first() else { continue };
        let storage = &heap.storages[first.storage];
        let wanted: u128 =
            views.iter().map(|(_, view)| elements(&view.shape).unwrap_or(usize::MAX) as u128).sum();
        let bytes = read(key, storage.count.saturating_mul(storage.number.size()) as u64)?;
        let numbers = storage.number.decode(&bytes).unwrap_or_default();
        if wanted > u128::from(MAX_VIEWS) * numbers.len() as u128 {
            return Err(format!("its tensors use storage {key} many times over, or the file is damaged"));
        }
        for (name, view) in views {
            let values = gather(&numbers, view).ok_or_else(|| {
                format!("tensor \"{name}\" lies past the end of its storage: the file is damaged, download it again")
            })?;
            let tensor = tensor(values, &view.shape).map_err(|error| error.to_string())?;
            tensors.insert(name.to_owned(), tensor);
        }
    }
    Ok(tensors)
}

/// The numbers of a view, row by row; none if it reaches past the storage.
fn gather(numbers: &[f32], view: &TensorRef) -> Option<Vec<f32>> {
    let count = elements(&view.shape)?;
    let mut values = Vec::with_capacity(count.min(numbers.len()));
    if count == 0 {
        return Some(values);
    }
    let reach =
        view.shape.iter().zip(&view.strides).try_fold(view.offset, |reach, (&size, &stride)| {
            reach.checked_add(stride.checked_mul(size - 1)?)
        })?;
    if reach >= numbers.len() || count > numbers.len() {
        return None;
    }
    if view.strides == contiguous(&view.shape) {
        values.extend_from_slice(&numbers[view.offset..view.offset + count]);
        return Some(values);
    }
    for index in 0..count {
        let axes = view.shape.iter().zip(&view.strides).rev();
        let (at, _) = axes.fold((view.offset, index), |(at, rest), (&size, &stride)| {
            (at + rest % size * stride, rest / size)
        });
        values.push(numbers[at]);
    }
    Some(values)
}

/// The strides of a tensor whose numbers lie one after the other.
fn contiguous(shape: &[usize]) -> Vec<usize> {
    let mut strides: Vec<usize> = shape
        .iter()
        .rev()
        .scan(1usize, |next, &size| {
            let stride = *next;
            *next = next.saturating_mul(size);
            Some(stride)
        })
        .collect();
    strides.reverse();
    strides
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(offset: usize, shape: &[usize], strides: &[usize]) -> TensorRef {
        TensorRef { storage: 0, offset, shape: shape.to_vec(), strides: strides.to_vec() }
    }

    #[test]
    fn gathers_any_strides() {
        let numbers: Vec<f32> = (0u8..7).map(f32::from).collect();
        assert_eq!(gather(&numbers, &view(1, &[2, 3], &[3, 1])).unwrap(), [1., 2., 3., 4., 5., 6.]);
        assert_eq!(gather(&numbers, &view(1, &[3, 2], &[1, 3])).unwrap(), [1., 4., 2., 5., 3., 6.]);
        assert_eq!(gather(&numbers, &view(0, &[0], &[1])).unwrap(), [0f32; 0]);
        assert_eq!(gather(&numbers, &view(6, &[], &[])).unwrap(), [6.]);
    }

    #[test]
    fn refuses_to_reach_past_the_end() {
        let numbers = [0.0; 7];
        assert!(gather(&numbers, &view(2, &[2, 3], &[3, 1])).is_none());
        assert!(gather(&numbers, &view(7, &[], &[])).is_none());
        assert!(gather(&numbers, &view(0, &[2], &[usize::MAX])).is_none());
        assert!(gather(&numbers, &view(0, &[usize::MAX, 3], &[0, 0])).is_none());
    }
}

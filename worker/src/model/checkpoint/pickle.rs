//! What a pickle of tensors can hold.

use super::Number;

/// One value. Compound values are indices into the [`Heap`], so that values are cheap to copy, shared values stay
/// shared, and nothing is ever dropped or walked recursively.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    None,
    Bool,
    Float,
    Int(i64),
    Text(usize),
    /// A tuple or list.
    Sequence(usize),
    Dict(usize),
    Global(Known),
    Storage(usize),
    Tensor(usize),
}

/// The Python objects a checkpoint may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    Storage(Number),
}

impl Known {
    pub(super) fn find(module: &str, name: &str) -> Option<Self> {
        let storage = |number| Some(Self::Storage(number));
        match (module, name) {
            ("collections", "OrderedDict") => Some(Self::OrderedDict),
            ("torch._utils", "_rebuild_tensor_v2") => Some(Self::RebuildTensor),
            ("torch._utils", "_rebuild_parameter") => Some(Self::RebuildParameter),
            ("torch", "FloatStorage") => storage(Number::F32),
            ("torch", "HalfStorage") => storage(Number::F16),
            ("torch", "BFloat16Storage") => storage(Number::BF16),
            ("torch", "DoubleStorage") => storage(Number::F64),
            ("torch", "BoolStorage" | "ByteStorage" | "CharStorage") => storage(Number::Whole(1)),
            ("torch", "ShortStorage") => storage(Number::Whole(2)),
            ("torch", "IntStorage") => storage(Number::Whole(4)),
            ("torch", "LongStorage") => storage(Number::Whole(8)),
            _ => None,
        }
    }
}

/// A block of numbers in the archive.
#[derive(Clone, Debug)]
pub(super) struct StorageRef {
    /// Name of its entry below `data/`: an index into [`Heap::texts`].
    pub(super) key: usize,
    pub(super) number: Number,
    /// How many numbers it has.
    pub(super) count: usize,
}

/// A view of a storage, in numbers.
#[derive(Clone, Debug)]
pub(super) struct TensorRef {
    /// Index into [`Heap::storages`].
    pub(super) storage: usize,
    pub(super) offset: usize,
    pub(super) shape: Vec<usize>,
    pub(super) strides: Vec<usize>,
}

/// The compound values of a pickle.
#[derive(Debug, Default)]
pub(super) struct Heap {
    pub(super) texts: Vec<String>,
    pub(super) sequences: Vec<Vec<Value>>,
    pub(super) dicts: Vec<Vec<(Value, Value)>>,
    pub(super) storages: Vec<StorageRef>,
    pub(super) tensors: Vec<TensorRef>,
}

/// Most dimensions of a tensor.
const MAX_DIMENSIONS: usize = 8;

/// Keys under which a training script may keep the weights, in the order they are looked for.
const NESTS: [&str; 4] = ["model", "state_dict", "model_state_dict", "teacher"];

impl Heap {
    /// The tensors of a dictionary by key, or else of the first dictionary in it that usually holds weights.
    pub(super) fn state_dict(&self, root: Value) -> Option<Vec<(&str, &TensorRef)>> {
        let tensors = self.tensors_of(root)?;
        if !tensors.is_empty() {
            return Some(tensors);
        }
        let inner = |name: &&str| self.entries(root)?.find(|(key, _)| key == name).map(|(_, value)| value);
        NESTS
            .iter()
            .filter_map(inner)
            .filter_map(|value| self.tensors_of(value))
            .find(|found| !found.is_empty())
    }

    fn tensors_of(&self, value: Value) -> Option<Vec<(&str, &TensorRef)>> {
        let tensor = |(key, value)| match value {
            Value::Tensor(index) => Some((key, &self.tensors[index])),
            _ => None,
        };
        Some(self.entries(value)?.filter_map(tensor).collect())
    }

    fn entries(&self, value: Value) -> Option<impl Iterator<Item = (&str, Value)>> {
        let Value::Dict(index) = value else { return None };
        Some(self.dicts[index].iter().filter_map(|&(key, value)| Some((self.text(key)?, value))))
    }

    pub(super) fn text(&self, value: Value) -> Option<&str> {
        match value {
            Value::Text(index) => Some(&self.texts[index]),
            _ => None,
        }
    }

    pub(super) fn sequence(&self, value: Value) -> Option<&[Value]> {
        match value {
            Value::Sequence(index) => Some(&self.sequences[index]),
            _ => None,
        }
    }

    /// A sequence of whole numbers from 0, one for each dimension of a tensor. A longer one is none: copied for every
    /// tensor that shares it, it would be more than the pickle has bytes for.
    pub(super) fn sizes(&self, value: Value) -> Option<Vec<usize>> {
        let sizes = self.sequence(value).filter(|sizes| sizes.len() <= MAX_DIMENSIONS)?;
        sizes.iter().map(|&value| size(value)).collect()
    }
}

/// A whole number from 0.
pub(super) fn size(value: Value) -> Option<usize> {
    match value {
        Value::Int(number) => usize::try_from(number).ok(),
        _ => None,
    }
}

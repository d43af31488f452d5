//! Named tensors of one file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};

use super::ModelError;

/// Named f32 tensors and the file they come from.
#[derive(Clone, Debug)]
pub struct Weights {
    path: PathBuf,
    tensors: BTreeMap<String, Tensor>,
}

impl Weights {
    /// The tensors of the file at `path`, which is named in errors.
    #[must_use]
    pub fn new(path: &Path, tensors: BTreeMap<String, Tensor>) -> Self {
        Self { path: path.to_owned(), tensors }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The tensors by key.
    #[must_use]
    pub fn tensors(&self) -> &BTreeMap<String, Tensor> {
        &self.tensors
    }

    /// How many numbers they are.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.tensors.values().map(|tensor| tensor.elem_count() as u64).sum()
    }

    /// Whether a key begins with `prefix`.
    #[must_use]
    pub fn has(&self, prefix: &str) -> bool {
        self.tensors.range(prefix.to_owned()..).next().is_some_and(|(key, _)| key.starts_with(prefix))
    }

    /// The tensors whose keys begin with `prefix`, without it.
    #[must_use]
    pub fn under(&self, prefix: &str) -> Self {
        let strip =
            |(key, tensor): (&String, &Tensor)| Some((key.strip_prefix(prefix)?.to_owned(), tensor.clone()));
        Self::new(&self.path, self.tensors.iter().filter_map(strip).collect())
    }

    /// The tensors whose keys pass `keep`.
    #[must_use]
    pub fn filter(&self, keep: impl Fn(&str) -> bool) -> Self {
        let kept = self.tensors.iter().filter(|(key, _)| keep(key));
        Self::new(&self.path, kept.map(|(key, tensor)| (key.clone(), tensor.clone())).collect())
    }

    /// The same tensors on a device, in numbers of a type.
    ///
    /// # Errors
    /// When the device has no room for them.
    pub fn to(&self, device: &Device, dtype: DType) -> Result<Self, ModelError> {
        // Narrowed before they travel.
        let moved = |tensor: &Tensor| tensor.to_dtype(dtype)?.to_device(device);
        let moved = self.tensors.iter().map(|(key, tensor)| Ok((key.clone(), moved(tensor)?)));
        Ok(Self::new(&self.path, moved.collect::<Result<_, ModelError>>()?))
    }

    /// The tensor `name` of exactly this shape.
    ///
    /// # Errors
    /// When it is missing or has another shape.
    pub fn get(&self, name: &str, shape: &[usize]) -> Result<Tensor, ModelError> {
        let tensor = self.find(name, || format!("{shape:?}"))?;
        if tensor.dims() == shape {
            Ok(tensor.clone())
        } else {
            Err(self.wrong(name, tensor, format!("{shape:?}")))
        }
    }

    /// The shape of tensor `name`, which must have `N` dimensions called `names`.
    ///
    /// # Errors
    /// When it is missing or has another rank.
    pub fn shape<const N: usize>(&self, name: &str, names: &str) -> Result<[usize; N], ModelError> {
        let tensor = self.find(name, || names.to_owned())?;
        tensor.dims().try_into().map_err(|_| self.wrong(name, tensor, names.to_owned()))
    }

    fn find(&self, name: &str, expected: impl FnOnce() -> String) -> Result<&Tensor, ModelError> {
        self.tensors.get(name).ok_or_else(|| ModelError::MissingTensor {
            path: self.path.clone(),
            name: name.to_owned(),
            expected: expected(),
        })
    }

    fn wrong(&self, name: &str, tensor: &Tensor, expected: String) -> ModelError {
        ModelError::WrongShape {
            path: self.path.clone(),
            name: name.to_owned(),
            found: tensor.dims().to_vec(),
            expected,
        }
    }
}

//! Reading files of a store.

use std::fs::File;
use std::io::Read;

use bytes::Bytes;

use super::super::error::Result;
use super::super::{ObjectInfo, StoreKey};
use super::{Root, error};
use crate::Digest;

impl Root {
    pub(super) fn read(&self, key: &StoreKey) -> Result<Bytes> {
        let content = std::fs::read(self.file_of(key)?).map_err(self.failed(key))?;
        Ok(Bytes::from(content))
    }

    /// The digest is that of the file as it is: nothing stands beside it that could be out of date.
    pub(super) fn head(&self, key: &StoreKey) -> Result<Option<ObjectInfo>> {
        let path = self.file_of(key)?;
        let info = || {
            let file = File::open(&path)?;
            let known = file.metadata()?;
            if !known.is_file() {
                return Ok(None);
            }
            // A file that grows under its reader would be told with a digest that is not of its size.
            let digest = Digest::of_reader(file.take(known.len()))?;
            Ok(Some(ObjectInfo { size: known.len(), digest: Some(digest), modified: known.modified()? }))
        };
        match info() {
            Err(error) if error::is_absent(&error) => Ok(None),
            result => result.map_err(self.failed(key)),
        }
    }
}

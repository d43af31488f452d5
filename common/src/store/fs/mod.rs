//! A store in a folder.
//!
//! The parts of a key are folders and a file. Symbolic links below the root are not followed, so nothing outside it is
//! read or written.

mod error;
mod read;
mod walk;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use super::error::{Result, StoreError, StoreErrorKind};
use super::key::{StoreKey, StorePrefix};
use super::{Create, FrameStore, ObjectInfo, Page};
use crate::Digest;
use write::Source;

/// A store in a folder of this machine or of a network file system.
#[derive(Clone, Debug)]
pub struct FsStore {
    root: Arc<Root>,
}

/// The folder and its name in messages.
#[derive(Debug)]
struct Root {
    path: PathBuf,
    name: String,
}

impl FsStore {
    /// Opens the store in a folder, which is made if there is none, and removes what interrupted writes left behind
    /// more than a day ago.
    ///
    /// # Errors
    /// When the folder cannot be made or written to.
    pub async fn open(root: impl Into<PathBuf>) -> Result<Self> {
        let path = root.into();
        let opened = blocking(move || Root::open(&path)).await?;
        Ok(Self { root: Arc::new(opened) })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Root) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let root = Arc::clone(&self.root);
        blocking(move || work(&root)).await
    }
}

impl Root {
    fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let failed = |error: std::io::Error| error::opening(&name, &error);
        std::fs::create_dir_all(path).map_err(failed)?;
        let path = path.canonicalize().map_err(failed)?;
        let root = Self { name: format!("file://{}", path.display()), path };
        root.prepare_temporary().map_err(failed)?;
        Ok(root)
    }

    /// The file of a key, once no folder on the way to it, nor itself, is a symbolic link.
    fn file_of(&self, key: &StoreKey) -> Result<PathBuf> {
        let mut path = self.path.clone();
        for part in key.parts() {
            path.push(part);
            match path.symlink_metadata() {
                Ok(found) if found.is_symlink() => {
                    let reason = format!("{} is a symbolic link, which is not followed", path.display());
                    return Err(StoreError::new(StoreErrorKind::Denied, &self.name, key, reason));
                }
                Ok(_) => {}
                // Nothing lies here, so nothing can lie below either.
                Err(_) => break,
            }
        }
        Ok(key.parts().fold(self.path.clone(), |path, part| path.join(part)))
    }

    fn failed(&self, key: &StoreKey) -> impl Fn(std::io::Error) -> StoreError {
        let (name, key) = (self.name.clone(), key.clone());
        move |error| error::reading(&name, &key, &error)
    }
}

/// Runs work on files off the threads of the runtime.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(StoreError::new(
            StoreErrorKind::Unavailable,
            "the store",
            "",
            format!("interrupted: {error}"),
        )),
    }
}

#[async_trait]
impl FrameStore for FsStore {
    async fn get(&self, key: &StoreKey) -> Result<Bytes> {
        let key = key.clone();
        self.run(move |root| root.read(&key)).await
    }

    async fn put(&self, key: &StoreKey, content: Bytes) -> Result<Digest> {
        let key = key.clone();
        self.run(move |root| {
            root.replace(&key, &Source::Bytes(&content))?;
            Ok(Digest::of(&content))
        })
        .await
    }

    async fn put_if_absent(&self, key: &StoreKey, content: Bytes) -> Result<Create> {
        let key = key.clone();
        self.run(move |root| root.create(&key, &content)).await
    }

    async fn head(&self, key: &StoreKey) -> Result<Option<ObjectInfo>> {
        let key = key.clone();
        self.run(move |root| root.head(&key)).await
    }

    async fn copy(&self, from: &StoreKey, to: &StoreKey) -> Result<()> {
        let (from, to) = (from.clone(), to.clone());
        self.run(move |root| root.copy(&from, &to)).await
    }

    async fn list(&self, prefix: &StorePrefix, after: Option<&StoreKey>, limit: usize) -> Result<Page> {
        let (prefix, after) = (prefix.clone(), after.cloned());
        self.run(move |root| walk::list(root, &prefix, after.as_ref(), limit)).await
    }

    async fn delete(&self, key: &StoreKey) -> Result<()> {
        let key = key.clone();
        self.run(move |root| root.delete(&key)).await
    }

    async fn read_link(&self, key: &StoreKey, _valid_for: Duration) -> Result<String> {
        let path = self.root.file_of(key)?;
        url::Url::from_file_path(path).map(String::from).map_err(|()| {
            StoreError::new(StoreErrorKind::BadKey, &self.root.name, key, "it cannot be written as a link")
        })
    }

    fn create_is_atomic(&self) -> bool {
        true
    }
}

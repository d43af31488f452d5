//! The folder that a worker works in.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::FarmError;

/// A folder that no other process uses while this exists. Fetched drawings lie below `blobs`, what a job reads and writes
/// below `jobs`; both are emptied at the start, and nothing else is touched.
#[derive(Debug)]
pub(super) struct WorkDir {
    root: PathBuf,
    /// Locked as long as it is open.
    _lock: File,
}

impl WorkDir {
    pub fn open(root: &Path) -> Result<Self, FarmError> {
        let of = |source| FarmError::WorkDir { path: root.to_path_buf(), source };
        std::fs::create_dir_all(root).map_err(of)?;
        let lock = File::create(root.join("lock")).map_err(of)?;
        lock.try_lock().map_err(|error| of(taken(error)))?;
        let dir = Self { root: root.to_path_buf(), _lock: lock };
        for folder in [dir.blobs(), dir.jobs()] {
            empty(&folder).map_err(of)?;
        }
        Ok(dir)
    }

    pub fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    /// A folder for one attempt, removed when it is dropped.
    pub fn job(&self) -> io::Result<TempDir> {
        TempDir::new_in(self.jobs())
    }

    fn jobs(&self) -> PathBuf {
        self.root.join("jobs")
    }
}

fn taken(error: TryLockError) -> io::Error {
    match error {
        TryLockError::WouldBlock => io::Error::other("another worker uses it"),
        TryLockError::Error(error) => error,
    }
}

fn empty(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_emptied_and_taken() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("jobs/old")).unwrap();
        std::fs::write(root.path().join("precious"), "x").unwrap();
        let dir = WorkDir::open(root.path()).unwrap();
        assert!(!root.path().join("jobs/old").exists() && root.path().join("precious").exists());
        let job = dir.job().unwrap();
        let error = WorkDir::open(root.path()).unwrap_err().to_string();
        assert!(error.contains("another worker uses it"), "{error}");
        assert!(job.path().exists());
        drop(dir);
        assert!(WorkDir::open(root.path()).is_ok());
    }
}

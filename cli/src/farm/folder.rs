//! The folder of a farm: data, logs, and the keys that its processes share.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::{Deserialize, Serialize};

use crate::exit::CliError;

/// The bucket of the farm.
pub const BUCKET: &str = "farm";

/// Keys of a farm, made once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Keys {
    /// Token of the HTTP API, for everything.
    pub token: String,
    /// User of the S3 server.
    pub access_key: String,
    /// What that user signs with.
    pub secret_key: String,
}

/// The folder, held by this process alone.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    _held: File,
}

impl Folder {
    /// Opens the folder, or makes it.
    pub fn open(root: &Path) -> Result<Self, CliError> {
        let at = |path: &Path| {
            let path = path.to_path_buf();
            move |source| CliError::Unwritable { path, source }
        };
        for part in ["redis", "logs", "work", &format!("s3/{BUCKET}")] {
            fs::create_dir_all(root.join(part)).map_err(at(root))?;
        }
        let root = root.canonicalize().map_err(at(root))?;
        let lock = root.join("lock");
        let held = File::create(&lock).map_err(at(&lock))?;
        if held.try_lock().is_err() {
            let message =
                format!("{}: a farm runs there already; stop it, or give another --dir", root.display());
            return Err(CliError::Usage(message));
        }
        Ok(Self { root, _held: held })
    }

    /// A path in it.
    pub fn join(&self, part: &str) -> PathBuf {
        self.root.join(part)
    }

    /// The keys of the farm, made at the first start.
    pub fn keys(&self) -> Result<Keys, CliError> {
        let path = self.join("keys.json");
        let of = |source| CliError::Unwritable { path: path.clone(), source };
        if let Ok(bytes) = fs::read(&path) {
            return serde_json::from_slice(&bytes).map_err(|error| of(io::Error::other(error)));
        }
        let secret = || format!("{:032x}", rand::random::<u128>());
        let keys = Keys { token: secret(), access_key: secret()[..20].to_owned(), secret_key: secret() };
        let bytes = serde_json::to_vec(&keys).map_err(|error| of(io::Error::other(error)))?;
        self.write_private("keys.json", &bytes)?;
        Ok(keys)
    }

    /// Writes a file that only its owner may read.
    pub fn write_private(&self, name: &str, content: &[u8]) -> Result<(), CliError> {
        let (path, draft) = (self.join(name), self.join(&format!(".{name}.new")));
        let write = || -> io::Result<()> {
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
            file.write_all(content)?;
            fs::rename(&draft, &path)
        };
        write().map_err(|source| CliError::Unwritable { path: path.clone(), source })
    }

    /// A log to append to.
    pub fn log(&self, name: &str) -> io::Result<Stdio> {
        let path = self.join(&format!("logs/{name}.log"));
        Ok(Stdio::from(OpenOptions::new().create(true).append(true).open(path)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_farm_and_keeps_its_keys() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let keys = folder.keys().unwrap();
        assert!(Folder::open(dir.path()).unwrap_err().to_string().contains("runs there already"));
        drop(folder);
        let again = Folder::open(dir.path()).unwrap();
        assert_eq!(again.keys().unwrap().token, keys.token);
        let mode = fs::metadata(again.join("keys.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

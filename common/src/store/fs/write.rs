//! Writing files of a store: each is finished under a temporary name and then takes its place.

use std::fs::{File, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tempfile::NamedTempFile;

use super::super::error::Result;
use super::super::key::RESERVED;
use super::super::{Create, StoreKey};
use super::{Root, error};

/// Age at which a temporary file belongs to nobody any more.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// How often a folder may vanish, because its last file was deleted, while a file is put there.
const PLACING: usize = 16;

/// Where the content of a new file comes from.
pub(super) enum Source<'a> {
    Bytes(&'a Bytes),
    File(&'a Path),
}

impl Root {
    fn temporary(&self) -> PathBuf {
        self.path.join(RESERVED).join("tmp")
    }

    /// Makes the folder of temporary files and removes stale ones.
    pub(super) fn prepare_temporary(&self) -> io::Result<()> {
        let folder = self.temporary();
        std::fs::create_dir_all(&folder)?;
        let oldest = SystemTime::now() - STALE;
        for entry in folder.read_dir()? {
            let entry = entry?;
            // Other processes may clean up at the same time.
            if entry.metadata().and_then(|known| known.modified()).is_ok_and(|modified| modified < oldest) {
                let _gone = std::fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    fn write_temporary(&self, source: &Source<'_>) -> io::Result<NamedTempFile> {
        let mut file = tempfile::Builder::new()
            .prefix("write-")
            // Others may read the result as far as the umask lets them, as with any file.
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(self.temporary())?;
        match source {
            Source::Bytes(bytes) => file.write_all(bytes)?,
            Source::File(path) => drop(io::copy(&mut File::open(path)?, &mut file)?),
        }
        file.as_file().sync_all()?;
        Ok(file)
    }

    pub(super) fn replace(&self, key: &StoreKey, source: &Source<'_>) -> Result<()> {
        let path = self.file_of(key)?;
        let failed = |error| error::writing(&self.name, key, &error);
        let file = self.write_temporary(source).map_err(failed)?;
        self.place(key, &path, |path| std::fs::rename(file.path(), path)).map_err(failed)
    }

    pub(super) fn create(&self, key: &StoreKey, content: &Bytes) -> Result<Create> {
        let path = self.file_of(key)?;
        let failed = |error| error::writing(&self.name, key, &error);
        if path.is_file() {
            return Ok(Create::Existed);
        }
        let file = self.write_temporary(&Source::Bytes(content)).map_err(failed)?;
        match self.place(key, &path, |path| std::fs::hard_link(file.path(), path)) {
            Ok(()) => Ok(Create::Created),
            Err(_) if path.is_file() => Ok(Create::Existed),
            Err(error) => Err(failed(error)),
        }
    }

    pub(super) fn copy(&self, from: &StoreKey, to: &StoreKey) -> Result<()> {
        let source = self.file_of(from)?;
        if !source.metadata().map_err(self.failed(from))?.is_file() {
            return Err(self.failed(from)(ErrorKind::IsADirectory.into()));
        }
        self.replace(to, &Source::File(&source))
    }

    /// Gives a file its place, makes the folders on the way, and has all of it on disk at the end.
    fn place(&self, key: &StoreKey, path: &Path, put: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
        let mut tries = 0;
        loop {
            let placed = self.make_folders(key).and_then(|folder| put(path).and_then(|()| sync(&folder)));
            tries += 1;
            match placed {
                Err(error) if error.kind() == ErrorKind::NotFound && tries < PLACING => {}
                result => return result,
            }
        }
    }

    fn make_folders(&self, key: &StoreKey) -> io::Result<PathBuf> {
        let mut folder = self.path.clone();
        let parts: Vec<&str> = key.parts().collect();
        for part in &parts[..parts.len() - 1] {
            let parent = folder.clone();
            folder.push(part);
            match std::fs::create_dir(&folder) {
                Ok(()) => sync(&parent)?,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(folder)
    }

    /// Deletes a file, and the folders that it was the last one in: a name may become a key again.
    pub(super) fn delete(&self, key: &StoreKey) -> Result<()> {
        let path = self.file_of(key)?;
        match std::fs::remove_file(&path) {
            Ok(()) => {}
            Err(_) if !path.is_file() => return Ok(()),
            Err(error) => return Err(error::writing(&self.name, key, &error)),
        }
        let folders = path.ancestors().skip(1).take_while(|folder| *folder != self.path);
        for folder in folders {
            if std::fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// Has the names in a folder on disk. One that is gone by now has none.
fn sync(folder: &Path) -> io::Result<()> {
    match File::open(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        opened => opened?.sync_all(),
    }
}

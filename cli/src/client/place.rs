//! Where fetched files go: never outside of the folder, whatever the farm says or links lead to.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use super::error::ClientError;
use crate::exit::CliError;

/// A folder that files are fetched into.
#[derive(Debug)]
pub struct Place {
    /// As it was given, for what people are told.
    given: PathBuf,
    /// Without links.
    root: PathBuf,
}

impl Place {
    /// The folder, made if it is missing.
    pub fn new(folder: &Path) -> Result<Self, CliError> {
        let unwritable = |source| CliError::Unwritable { path: folder.to_path_buf(), source };
        std::fs::create_dir_all(folder).map_err(unwritable)?;
        let root = folder.canonicalize().map_err(unwritable)?;
        Ok(Self { given: folder.to_path_buf(), root })
    }

    /// The path of a file of this name, whose folder is made if it is missing.
    pub fn file(&self, name: &str) -> Result<PathBuf, CliError> {
        let parts = plain_parts(name).ok_or_else(|| ClientError::UnsafeName(name.to_owned()))?;
        let (file, folders) = parts.split_last().ok_or_else(|| ClientError::UnsafeName(name.to_owned()))?;
        let mut folder = self.root.clone();
        for part in folders {
            // One after the other, so that nothing is made behind a link that leads out.
            folder = self.enter(&folder.join(part))?;
        }
        Ok(folder.join(file))
    }

    fn enter(&self, path: &Path) -> Result<PathBuf, CliError> {
        let unwritable = |source| CliError::Unwritable { path: path.to_path_buf(), source };
        match std::fs::create_dir(path) {
            Err(source) if source.kind() != ErrorKind::AlreadyExists => return Err(unwritable(source)),
            _ => {}
        }
        let real = path.canonicalize().map_err(unwritable)?;
        if real.starts_with(&self.root) {
            return Ok(real);
        }
        Err(ClientError::Outside { path: path.to_path_buf(), folder: self.given.clone() }.into())
    }
}

/// The parts of a relative path that goes down and nowhere else.
pub fn plain_parts(name: &str) -> Option<Vec<&str>> {
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    let safe = !name.is_empty() && !name.contains(['\\', '\0']) && Path::new(name).components().all(plain);
    safe.then(|| name.split('/').filter(|part| !part.is_empty() && *part != ".").collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_names_go_below_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(&folder.path().join("out")).unwrap();
        assert!(place.file("c1/A 1.png").unwrap().ends_with("out/c1/A 1.png"));
        assert!(folder.path().join("out/c1").is_dir());
        for bad in ["", "../x", "/x", "a/../../x", "a\\b", "a\0b"] {
            assert!(place.file(bad).is_err(), "{bad}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn links_do_not_lead_out() {
        let folder = tempfile::tempdir().unwrap();
        let (out, other) = (folder.path().join("out"), folder.path().join("other"));
        let place = Place::new(&out).unwrap();
        std::fs::create_dir_all(&other).unwrap();
        std::os::unix::fs::symlink(&other, out.join("c1")).unwrap();
        assert!(place.file("c1/deep/1.png").unwrap_err().to_string().contains("leads out"));
        assert_eq!(std::fs::read_dir(&other).unwrap().count(), 0);
        std::fs::create_dir(out.join("c2")).unwrap();
        std::os::unix::fs::symlink("c2", out.join("c3")).unwrap();
        assert!(place.file("c3/1.png").unwrap().ends_with("out/c2/1.png"));
    }

    proptest! {
        #[test]
        fn no_part_leads_up(name in "[a./\\\\]{0,12}|.{0,20}") {
            for part in plain_parts(&name).into_iter().flatten() {
                prop_assert!(part != ".." && !part.contains('/'));
            }
        }
    }
}

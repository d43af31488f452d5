//! Files that appear whole or not at all.

use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file under a temporary name beside its own and renames it, so that nobody sees half of it.
///
/// # Errors
/// When the file cannot be written.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".shiage-").suffix(".tmp").tempfile_in(folder)?;
    file.write_all(bytes)?;
    give_ordinary_rights(file.path())?;
    file.persist(path)?;
    Ok(())
}

/// Temporary files are private to their owner; what we leave behind is for the whole team.
#[cfg(unix)]
fn give_ordinary_rights(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn give_ordinary_rights(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_replaces_the_file_and_leaves_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("線 画/a..b.png");
        write_whole(&path, b"one").unwrap();
        write_whole(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}

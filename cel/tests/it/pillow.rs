//! Pillow, a reader of drawings that knows nothing of ours.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use cel::Rgba;
use serde_json::Value;

/// Where `tests/run` installs it.
fn package() -> PathBuf {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("pillow");
    assert!(
        package.join("PIL").is_dir(),
        "{}: Pillow is not there: tests/run installs it",
        package.display()
    );
    package
}

/// What it reads in each drawing of a folder.
pub fn read(folder: &Path) -> BTreeMap<String, Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/pillow.py");
    let output =
        Command::new("python3").arg(script).arg(folder).env("PYTHONPATH", package()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The pixels of one of them, or why there are none.
pub fn pixels(drawing: &Value) -> Result<Vec<Rgba>, String> {
    if let Some(error) = drawing["error"].as_str() {
        return Err(error.to_owned());
    }
    let bytes: Vec<u8> = serde_json::from_value(drawing["pixels"].clone()).unwrap();
    Ok(bytes.as_chunks().0.iter().map(|&channels| Rgba(channels)).collect())
}

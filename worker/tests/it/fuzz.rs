//! Damaged checkpoints give errors: no panic, no endless work, no memory the file has no bytes for.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::PathBuf;
use std::sync::LazyLock;

use proptest::prelude::*;
use tempfile::TempDir;
use worker::model::{Weights, checkpoint};

use crate::golden::weight;

/// A small `.pth` and a small `.safetensors`, as bytes.
static ORIGINALS: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.safetensors");
    let weights = checkpoint::read(&weight("dacon_1_0.pth")).unwrap();
    let heads: std::collections::HashMap<_, _> =
        weights.filter(|key| key.starts_with("dino_")).tensors().clone().into_iter().collect();
    candle_core::safetensors::save(&heads, &path).unwrap();
    [fs::read(weight("dacon_1_0.pth")).unwrap(), fs::read(&path).unwrap()]
});

/// The same `.pth` with other bytes as its pickle, its checksums right.
fn with_pickle(change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(&ORIGINALS[0])).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if name.ends_with("data.pkl") {
            change(&mut bytes);
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// Where a change hits something: the header of a safetensors file, the pickle or the directory of a zip.
fn place(length: usize, pick: (u8, usize)) -> usize {
    match pick {
        (0, at) => at % length.min(8000),
        (1, at) => length - 1 - at % length.min(12_000),
        (_, at) => at % length,
    }
}

fn read(folder: &TempDir, bytes: &[u8]) {
    let path: PathBuf = folder.path().join("damaged");
    fs::write(&path, bytes).unwrap();
    let outline = checkpoint::outline(&path);
    if let Ok(weights) = checkpoint::read(&path) {
        let outline = outline.unwrap();
        let keys = |weights: &Weights| weights.tensors().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&weights), keys(&outline));
        let held: usize = weights.tensors().values().map(candle_core::Tensor::elem_count).sum();
        assert!(held <= 4 * bytes.len(), "{held} numbers out of {} bytes", bytes.len());
    }
}

#[test]
fn an_outline_has_the_shapes_without_the_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole");
    for bytes in &*ORIGINALS {
        fs::write(&path, bytes).unwrap();
        let (whole, outline) = (checkpoint::read(&path).unwrap(), checkpoint::outline(&path).unwrap());
        assert_eq!(whole.tensors().len(), outline.tensors().len());
        for (key, tensor) in whole.tensors() {
            assert_eq!(outline.tensors()[key].dims(), tensor.dims(), "{key}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes(
        which in 0usize..2,
        changes in proptest::collection::vec(((0u8..3, any::<usize>()), any::<u8>()), 1..6),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = ORIGINALS[which].clone();
        for (pick, value) in changes {
            let at = place(bytes.len(), pick);
            bytes[at] = value;
        }
        read(&folder, &bytes);
    }

    #[test]
    fn truncated(which in 0usize..2, pick in (0u8..3, any::<usize>())) {
        let folder = tempfile::tempdir().unwrap();
        let bytes = ORIGINALS[which].clone();
        let length = place(bytes.len(), pick);
        read(&folder, &bytes[..length]);
    }

    #[test]
    fn changed_pickles(changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..6)) {
        let folder = tempfile::tempdir().unwrap();
        let bytes = with_pickle(|pickle| {
            for &(at, value) in &changes {
                let length = pickle.len();
                pickle[at % length] = value;
            }
        });
        read(&folder, &bytes);
    }
}

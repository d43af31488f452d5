//! Episodes for tests.

use bytes::Bytes;
use cel::{Drawing, FileFormat, Rgba, Size};
use common::Digest;
use common::farm::{Blob, Manifest};

use super::farm::model;

/// An episode, and the files of its drawings.
pub struct Drawings {
    pub manifest: Manifest,
    pub files: Vec<Bytes>,
}

/// A drawing that is given painted.
pub struct Painted {
    pub content: Bytes,
    pub name: &'static str,
}

/// A picture that is another for each shade.
pub fn picture(shade: u8, format: FileFormat) -> Bytes {
    let size = Size { width: 4, height: 3 };
    let pixels = (0..12).map(|i| Rgba([shade, i, 7, 255])).collect();
    cel::codec::encode(&Drawing { size, pixels, has_alpha: false, format }).unwrap().into()
}

/// The format of line drawings.
pub const LINE: FileFormat = FileFormat::Png { sixteen_bit: false };

/// A file as a manifest names it.
pub fn blob(content: &Bytes, name: &str) -> Blob {
    Blob { digest: Digest::of(content), size: content.len() as u64, name: name.to_owned() }
}

/// A clip of `given` and then of `open` drawings, each of these a job of its own, that do not wait for each other.
pub fn episode(given: &[Painted], open: u8) -> Drawings {
    let mut files = Vec::new();
    let mut drawings = Vec::new();
    for place in 0..given.len() as u8 + open {
        let line = picture(place, LINE);
        let mut drawing = serde_json::json!({"key": key(place), "line": blob(&line, "line.png")});
        files.push(line);
        if let Some(painted) = given.get(usize::from(place)) {
            drawing["painted"] = serde_json::to_value(blob(&painted.content, painted.name)).unwrap();
            files.push(painted.content.clone());
        }
        drawings.push(drawing);
    }
    let manifest = serde_json::json!({
        "format": 1, "show": "S", "user": "u", "model": model().to_string(),
        "clips": [{"cut": "c1", "mode": "first-frame", "job_drawings": 1, "drawings": drawings}],
    });
    Drawings { manifest: Manifest::from_json(manifest.to_string().as_bytes()).unwrap(), files }
}

/// One drawing is given as it is to go out.
pub fn plain(open: u8) -> Drawings {
    episode(&[Painted { content: picture(200, LINE), name: "p.png" }], open)
}

/// The key of the drawing at a place.
pub fn key(place: u8) -> String {
    format!("c1/{place}.png")
}

//! What the files of drawings say of themselves.

use cel::codec::{About, about_file};
use scheduler::intake::{ClipDrawing, Episode};
use serde::Serialize;

/// What `--drawings` prints.
#[derive(Debug, Serialize)]
pub struct Drawings<'a> {
    drawings: Vec<Facts<'a>>,
}

/// A drawing, in pixels, bits and inches.
#[derive(Debug, Serialize)]
struct Facts<'a> {
    key: &'a str,
    /// Width and height.
    size: [u32; 2],
    /// Of a pixel in the file.
    bits: u8,
    /// Dots an inch, across and down; none where the file has no such number.
    dpi: Option<[u32; 2]>,
}

/// All drawings of an episode. Those that cannot be read are problems of it already.
pub fn of(episode: &Episode) -> Drawings<'_> {
    let all = episode.clips.iter().flat_map(|clip| &clip.drawings);
    Drawings { drawings: all.filter_map(facts).collect() }
}

fn facts(drawing: &ClipDrawing) -> Option<Facts<'_>> {
    let About { size, bits, dpi } = about_file(&drawing.line).ok()?;
    Some(Facts { key: &drawing.key, size: [size.width, size.height], bits, dpi })
}

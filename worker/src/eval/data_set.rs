//! Data sets in the PaintBucket-Character layout: `NAME/{line,seg}` and `NAME/ref/{line,seg}`.

use std::fs;
use std::path::{Path, PathBuf};

use cel::research::{CompactLabels, colours_from_json, decode_labels_compacting};
use cel::{Drawing, Labels, Rgba};

use super::EvalError;

/// One character of a data set.
#[derive(Clone, Debug)]
pub struct Character {
    /// Name of its folder.
    pub name: String,
    /// Its drawings in the order of their names.
    pub drawings: Vec<EvalFiles>,
    /// Its design sheets.
    pub sheets: Vec<EvalFiles>,
}

/// The files of one drawing.
#[derive(Clone, Debug)]
pub struct EvalFiles {
    /// The line drawing.
    pub line: PathBuf,
    /// Its label image; the colours lie beside it as `.json`.
    pub seg: PathBuf,
}

/// A drawing with its true segments and colours.
#[derive(Clone, Debug)]
pub struct EvalDrawing {
    /// The line drawing.
    pub drawing: Drawing,
    /// Its segments.
    pub labels: Labels,
    /// True colour of each segment.
    pub colours: Vec<Rgba>,
    /// Pixels of each segment.
    pub areas: Vec<u32>,
}

/// The characters under `root`, or `root` itself as one, in the order of their names.
///
/// # Errors
/// When there is none, or a folder cannot be read.
pub fn characters(root: &Path) -> Result<Vec<Character>, EvalError> {
    let mut folders = vec![root.to_owned()];
    if !is_character(root) {
        folders = entries(root)?.into_iter().filter(|path| is_character(path)).collect();
    }
    if folders.is_empty() {
        return Err(EvalError::NoCharacter { root: root.to_owned() });
    }
    folders.iter().map(|folder| Character::find(folder)).collect()
}

fn is_character(folder: &Path) -> bool {
    folder.join("line").is_dir() && folder.join("seg").is_dir()
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, EvalError> {
    let wrong = |error: std::io::Error| EvalError::file(folder, &error);
    let entries = fs::read_dir(folder).map_err(wrong)?;
    let mut paths =
        entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>().map_err(wrong)?;
    paths.sort();
    Ok(paths)
}

impl Character {
    fn find(folder: &Path) -> Result<Self, EvalError> {
        let name = folder.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_owned()));
        let sheets = folder.join("ref");
        Ok(Self {
            name: name.map_or_else(|| "data".to_owned(), |name| name.to_string_lossy().into_owned()),
            drawings: files(folder)?,
            sheets: if is_character(&sheets) { files(&sheets)? } else { Vec::new() },
        })
    }
}

/// The drawings of a folder: every label image with its line drawing.
fn files(folder: &Path) -> Result<Vec<EvalFiles>, EvalError> {
    let segs = entries(&folder.join("seg"))?;
    let images = segs.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "png"));
    images
        .map(|seg| {
            let line = folder.join("line").join(seg.file_name().unwrap_or_default());
            if line.is_file() {
                Ok(EvalFiles { line, seg })
            } else {
                Err(EvalError::file(&seg, &format!("its line drawing {} is missing", line.display())))
            }
        })
        .collect()
}

impl EvalFiles {
    /// Reads the drawing.
    ///
    /// # Errors
    /// When a file does not open, the sizes differ, or a segment has no colour.
    pub fn load(&self) -> Result<EvalDrawing, EvalError> {
        let drawing =
            cel::codec::read(&self.line).map_err(|error| EvalError::file(&self.line, &error.cause))?;
        let bytes = fs::read(&self.seg).map_err(|error| EvalError::file(&self.seg, &error))?;
        let CompactLabels { labels, originals } =
            decode_labels_compacting(&bytes).map_err(|error| EvalError::file(&self.seg, &error))?;
        if labels.size != drawing.size {
            let reason = format!("is {}, its line drawing {}", labels.size, drawing.size);
            return Err(EvalError::file(&self.seg, &reason));
        }
        let json = self.seg.with_extension("json");
        let text = fs::read_to_string(&json).map_err(|error| EvalError::file(&json, &error))?;
        let listed = colours_from_json(&text).map_err(|error| EvalError::file(&json, &error))?;
        let colour = |label: &u32| {
            let missing = || EvalError::file(&json, &format!("has no colour for segment {label}"));
            listed.get(label).copied().ok_or_else(missing)
        };
        let colours = originals.iter().map(colour).collect::<Result<_, _>>()?;
        Ok(EvalDrawing { areas: labels.areas(), drawing, labels, colours })
    }
}

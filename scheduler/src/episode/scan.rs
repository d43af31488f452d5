//! The clips of a folder become a manifest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cel::PaintRules;
use common::farm::manifest::{ManifestClip, ManifestDrawing};
use common::farm::{Alpha, Blob, BlobReference, Manifest, OutputFormat, SpecFormat};
use common::ids::{Pool, Show, User};
use common::queue::Priority;
use common::{Digest, Mode, Reference};

use crate::intake::{Clip, ClipDrawing, Episode};

/// What a submission says that is not in the folder.
#[derive(Clone, Debug)]
pub struct About {
    /// The show it belongs to.
    pub show: Show,
    /// Who submits it.
    pub user: User,
    /// Its share of the farm.
    pub priority: Priority,
    /// The workers that paint it, if other than those of the default pool.
    pub pool: Option<Pool>,
    /// What paints.
    pub model: String,
    /// How alpha is read in line drawings.
    pub alpha: Alpha,
    /// The kind of file to write.
    pub output: OutputFormat,
    /// What is agreed for the show about traces and white.
    pub rules: PaintRules,
    /// The reference mode; `None` chooses for each clip by what it has.
    pub mode: Option<Mode>,
    /// Sheets of each clip to use, in the order of their names; `None` for all.
    pub shots: Option<u32>,
}

/// What must be known of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// SHA-256 of its content.
    pub digest: Digest,
    /// Its length in bytes.
    pub bytes: u64,
    /// Width and height in pixels, if its header says so.
    pub size: Option<[u32; 2]>,
}

/// A manifest, and the files to upload for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// The manifest.
    pub manifest: Manifest,
    /// A file for each digest in it.
    pub files: BTreeMap<Digest, PathBuf>,
}

/// Turns what intake has found into a manifest. `look` reads a file; it is called once for each.
///
/// # Errors
/// The first one that `look` gives.
pub fn manifest<E>(
    episode: &Episode,
    about: &About,
    look: impl FnMut(&Path) -> Result<FileFacts, E>,
) -> Result<Scanned, E> {
    let mut files = Files { look, known: BTreeMap::new() };
    let mut sheets = BTreeMap::new();
    let mut characters = Characters::default();
    let mut clips = Vec::with_capacity(episode.clips.len());
    for clip in &episode.clips {
        let character = characters.of(clip);
        if let Some(character) = &character
            && !sheets.contains_key(character)
        {
            sheets.insert(character.clone(), files.sheets(&clip.sheets)?);
        }
        clips.push(files.clip(clip, character)?);
    }
    let about = about.clone();
    let manifest = Manifest {
        format: SpecFormat::of(&about.rules),
        show: about.show,
        user: about.user,
        priority: about.priority,
        pool: about.pool,
        model: about.model,
        alpha: about.alpha,
        output: about.output,
        rules: about.rules,
        mode: about.mode,
        shots: about.shots,
        sheets,
        clips,
    };
    let files = files.known.into_iter().map(|(path, facts)| (facts.digest, path)).collect();
    Ok(Scanned { manifest, files })
}

/// The sheets of clips by the names of characters.
#[derive(Default)]
struct Characters<'a>(BTreeMap<String, &'a [Reference]>);

impl<'a> Characters<'a> {
    /// The character of a clip's sheets; where that has other sheets already, it is named for the clip.
    fn of(&mut self, clip: &'a Clip) -> Option<String> {
        let name = character(&clip.sheets)?;
        let known = *self.0.entry(name.clone()).or_insert(&clip.sheets);
        Some(if known == clip.sheets { name } else { format!("{name} of {}", clip.name) })
    }
}

/// The name of the character that sheets show: that of their folder, which `line` and `gt` lie in.
fn character(sheets: &[Reference]) -> Option<String> {
    let folder = Path::new(&sheets.first()?.name).parent()?.parent()?.display().to_string();
    // The root itself has no name.
    Some(if folder.is_empty() { "sheets".to_owned() } else { folder })
}

/// The files seen so far. A file that is in many places, such as a sheet, is read once.
struct Files<L> {
    look: L,
    known: BTreeMap<PathBuf, FileFacts>,
}

impl<L, E> Files<L>
where
    L: FnMut(&Path) -> Result<FileFacts, E>,
{
    fn clip(&mut self, clip: &Clip, character: Option<String>) -> Result<ManifestClip, E> {
        let (cut, cel) = clip.name.rsplit_once('/').unwrap_or((&clip.name, ""));
        let drawings = clip.drawings.iter().map(|drawing| self.drawing(drawing)).collect::<Result<_, E>>()?;
        let sizes = clip.drawings.iter().filter_map(|drawing| self.known.get(&drawing.line)?.size);
        Ok(ManifestClip {
            cut: cut.to_owned(),
            cel: cel.to_owned(),
            characters: character.into_iter().collect(),
            mode: None,
            model: None,
            shots: None,
            size: sizes.max_by_key(|&[width, height]| u64::from(width) * u64::from(height)),
            job_drawings: None,
            drawings,
        })
    }

    fn drawing(&mut self, drawing: &ClipDrawing) -> Result<ManifestDrawing, E> {
        let painted = drawing.painted.as_deref().map(|painted| self.blob(painted)).transpose()?;
        Ok(ManifestDrawing {
            key: drawing.key.clone(),
            line: self.blob(&drawing.line)?,
            painted,
            corrected: false,
        })
    }

    fn sheets(&mut self, sheets: &[Reference]) -> Result<Vec<BlobReference>, E> {
        let mut sheet = |sheet: &Reference| {
            let (line, painted) = (self.blob(&sheet.line)?, self.blob(&sheet.painted)?);
            Ok(BlobReference { name: sheet.name.clone(), line, painted })
        };
        sheets.iter().map(&mut sheet).collect()
    }

    fn blob(&mut self, path: &Path) -> Result<Blob, E> {
        let facts = match self.known.get(path) {
            Some(facts) => facts.clone(),
            None => (self.look)(path)?,
        };
        self.known.insert(path.to_path_buf(), facts.clone());
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Blob { digest: facts.digest, size: facts.bytes, name })
    }
}

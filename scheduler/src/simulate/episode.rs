//! An episode that nobody has drawn, as large and as cut up as real ones.

use std::cmp::Reverse;
use std::ops::RangeInclusive;

use cel::PaintRules;
use common::farm::manifest::{ManifestClip, ManifestDrawing};
use common::farm::{Alpha, Blob, BlobReference, Manifest, OutputFormat, SpecFormat};
use common::ids::InvalidName;
use common::queue::Priority;
use common::{Digest, Mode};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// What an episode is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Drawings to paint.
    pub drawings: u32,
    /// Drawings to paint in a clip, 1 at least; short clips are more frequent than long ones.
    pub clip: RangeInclusive<u32>,
    /// What drawings are painted from.
    pub mode: Mode,
    /// In `nearest`, drawings to paint for each one that is given painted.
    pub key_every: u32,
    /// Characters, one in each clip.
    pub characters: u32,
    /// Design sheets of each character.
    pub sheets: u32,
    /// Whether the clips are listed, and so claimed, by their length, the longest first.
    pub longest_first: bool,
    /// Decides the lengths of clips and who is in them.
    pub seed: u64,
}

impl Shape {
    /// Such an episode: the same for the same shape.
    ///
    /// # Errors
    /// Never for the names in it; the signature is that of names in general.
    pub fn manifest(&self) -> Result<Manifest, InvalidName> {
        let mut rng = StdRng::seed_from_u64(self.seed);
        let (mut clips, mut left) = (Vec::new(), self.drawings);
        while left > 0 {
            let mut length = || rng.random_range(self.clip.clone());
            let length = length().min(length()).min(left);
            let character = rng.random_range(0..self.characters.max(1));
            clips.push(self.clip_of(clips.len(), length, character));
            left -= length;
        }
        if self.longest_first {
            clips.sort_by_key(|clip| Reverse(clip.drawings.len()));
        }
        let sheets = (0..self.characters).map(|n| (name_of(n), self.sheets_of(n))).collect();
        Ok(Manifest {
            format: SpecFormat::FIRST,
            show: "simulation".parse()?,
            user: "simulation".parse()?,
            priority: Priority::default(),
            pool: None,
            model: "simulation".to_owned(),
            alpha: Alpha::default(),
            output: OutputFormat::default(),
            rules: PaintRules::default(),
            mode: Some(self.mode),
            shots: None,
            sheets,
            clips,
        })
    }

    fn clip_of(&self, number: usize, length: u32, character: u32) -> ManifestClip {
        let cut = format!("c{number:04}");
        let drawing = |(place, painted): (usize, bool)| {
            let key = format!("{cut}/A/A{place:04}.png");
            let painted = painted.then(|| blob(&format!("{key} painted"), "painted.png"));
            ManifestDrawing { line: blob(&key, "line.png"), painted, corrected: false, key }
        };
        let drawings = self.painted(length).into_iter().enumerate().map(drawing).collect();
        ManifestClip {
            cut: cut.clone(),
            cel: "A".to_owned(),
            characters: (self.characters > 0 && self.sheets > 0)
                .then(|| name_of(character))
                .into_iter()
                .collect(),
            mode: None,
            model: None,
            shots: None,
            size: None,
            job_drawings: None,
            drawings,
        }
    }

    /// Which drawings of a clip are given painted, so that `length` are not.
    fn painted(&self, length: u32) -> Vec<bool> {
        let unpainted = |count: u32| std::iter::repeat_n(false, count as usize);
        match self.mode {
            Mode::Keyframe => unpainted(length).collect(),
            Mode::FirstFrame | Mode::PreviousFrame => {
                std::iter::once(true).chain(unpainted(length)).collect()
            }
            Mode::Nearest => {
                // Each key drawing stands in the middle of those that are painted from it.
                let keys = length.div_ceil(self.key_every.max(1));
                let of_key = |key: u32| (key + 1) * length / keys - key * length / keys;
                let around = |count: u32| {
                    unpainted(count / 2).chain(std::iter::once(true)).chain(unpainted(count - count / 2))
                };
                (0..keys).map(of_key).flat_map(around).collect()
            }
        }
    }

    fn sheets_of(&self, character: u32) -> Vec<BlobReference> {
        let sheet = |n: u32| {
            let name = format!("{}/{n}.png", name_of(character));
            BlobReference {
                line: blob(&format!("{name} line"), "line.png"),
                painted: blob(&format!("{name} painted"), "painted.png"),
                name,
            }
        };
        (0..self.sheets).map(sheet).collect()
    }
}

fn name_of(character: u32) -> String {
    format!("character-{character:02}")
}

fn blob(content: &str, name: &str) -> Blob {
    Blob { digest: Digest::of(content.as_bytes()), size: 100_000, name: name.to_owned() }
}

//! The checks of a manifest. None needs a drawing, so that a submission is refused before anything is uploaded.

use std::collections::{HashMap, HashSet};

use super::faults::{Fault, Faults};
use super::names::{Taken, extension_fault, key_fault};
use super::{MAX_BLOB, MAX_DRAWINGS, MAX_JOB_DRAWINGS, MAX_NAME, MAX_SHEETS, Manifest, ManifestClip};
use crate::farm::blob::Blob;
use crate::farm::model::{LongPool, MAX_BASE_POOL};
use crate::{Digest, Mode};

/// Everything that is wrong with a manifest, in its order.
pub(super) fn faults(manifest: &Manifest) -> Vec<Fault> {
    let mut check =
        Check { manifest, faults: Faults::default(), taken: Taken::default(), sizes: HashMap::new() };
    check.episode();
    check.sheets();
    check.clips();
    check.faults.0
}

struct Check<'a> {
    manifest: &'a Manifest,
    faults: Faults,
    taken: Taken,
    sizes: HashMap<&'a Digest, u64>,
}

impl<'a> Check<'a> {
    fn episode(&mut self) {
        let (manifest, place) = (self.manifest, "episode");
        self.name(place, "model", &manifest.model);
        if let Some(pool) = manifest.pool.as_ref().filter(|pool| pool.as_str().len() > MAX_BASE_POOL) {
            self.faults.add(place, LongPool(pool.clone()).to_string());
        }
        if manifest.drawings() > MAX_DRAWINGS {
            let count = manifest.drawings();
            self.faults.add(place, format!("{count} drawings; at most {MAX_DRAWINGS}: submit it in parts"));
        }
        let open = |clip: &ManifestClip| {
            clip.has_unpainted() || clip.drawings.iter().any(|drawing| drawing.corrected)
        };
        if !manifest.clips.iter().any(open) {
            self.faults
                .add(place, "no drawing is left to paint: list clips with drawings that are not painted");
        }
    }

    fn sheets(&mut self) {
        for (character, sheets) in &self.manifest.sheets {
            let place = format!("character {character}");
            self.name(&place, "name", character);
            if sheets.is_empty() {
                self.faults.add(&place, "no sheets: list one, or leave the character out");
            }
            let mut names = HashSet::new();
            for sheet in sheets {
                let place = format!("{place}, sheet {}", sheet.name);
                self.name(&place, "name", &sheet.name);
                if !names.insert(&sheet.name) {
                    self.faults
                        .add(&place, "the character has another sheet of this name: rename one of them");
                }
                self.blob(&place, "line drawing", &sheet.line);
                self.blob(&place, "painted drawing", &sheet.painted);
            }
        }
    }

    fn clips(&mut self) {
        let mut names = HashSet::new();
        for clip in &self.manifest.clips {
            let place = format!("clip {}", clip.name());
            if !names.insert(clip.name()) {
                self.faults.add(&place, "another clip has this cut and cel: each pair may occur once");
            }
            self.clip(&place, clip);
        }
        for key in self.taken.folders() {
            let place = format!("drawing {key}");
            self.faults.add(place, "its key is also a folder of other keys: rename one of them");
        }
    }

    fn clip(&mut self, place: &str, clip: &'a ManifestClip) {
        self.name(place, "name", &clip.name());
        if let Some(model) = &clip.model {
            self.name(place, "model", model);
        }
        if clip.drawings.is_empty() {
            self.faults.add(place, "no drawings: list them, or leave the clip out");
        }
        if clip.job_drawings.is_some_and(|count| !(1..=MAX_JOB_DRAWINGS).contains(&count)) {
            self.faults.add(
                place,
                format!("job_drawings must be 1 to {MAX_JOB_DRAWINGS}: change it or leave it out"),
            );
        }
        if clip.size.is_some_and(|size| size.contains(&0)) {
            self.faults.add(place, "size must be [width, height] in pixels: change it or leave it out");
        }
        for drawing in &clip.drawings {
            let place = format!("{place}, drawing {}", drawing.key);
            if let Some(fault) = key_fault(&drawing.key).or_else(|| self.taken.take(&drawing.key)) {
                self.faults.add(&place, fault);
            }
            self.blob(&place, "line drawing", &drawing.line);
            if drawing.corrected && drawing.painted.is_none() {
                self.faults
                    .add(&place, "corrected, but not painted: give `painted`, or leave `corrected` out");
            }
            if let Some(painted) = &drawing.painted {
                self.blob(&place, "painted drawing", painted);
            }
        }
        self.references(place, clip);
    }

    fn references(&mut self, place: &str, clip: &ManifestClip) {
        let mut seen = HashSet::new();
        for character in &clip.characters {
            if !self.manifest.sheets.contains_key(character) {
                let problem = format!(
                    "no sheets of character {character:?}: list them under sheets, or correct the name"
                );
                self.faults.add(place, problem);
            }
            if !seen.insert(character) {
                self.faults.add(place, format!("character {character:?} is named twice: name it once"));
            }
        }
        match self.manifest.sheets_of(clip).take(MAX_SHEETS + 1).count() {
            0 if clip.has_unpainted() => self.without_sheets(place, clip),
            0..=MAX_SHEETS => {}
            _ => {
                let problem = format!("over {MAX_SHEETS} sheets: lower shots or name fewer characters");
                self.faults.add(place, problem);
            }
        }
    }

    /// Whether a clip without sheets has something else that its mode can paint from.
    fn without_sheets(&mut self, place: &str, clip: &ManifestClip) {
        let mode = self.manifest.mode_of(clip);
        if mode != Mode::Keyframe && clip.has_painted() {
            return;
        }
        let remedy = match mode {
            Mode::Keyframe => "name characters that have sheets, with at least one shot",
            _ => "give a painted drawing of the clip, or name characters that have sheets",
        };
        self.faults.add(place, format!("nothing to paint from in mode {mode}: {remedy}"));
    }

    fn blob(&mut self, place: &str, what: &str, blob: &'a Blob) {
        if let Some(fault) = extension_fault(&blob.name) {
            self.faults.add(place, format!("{what}: {fault}"));
        }
        self.name(place, what, &blob.name);
        if blob.name.contains(['/', '\\']) {
            self.faults.add(place, format!("{what} {:?}: give the file's name without folders", blob.name));
        }
        if !(1..=MAX_BLOB).contains(&blob.size) {
            let problem = format!("{what} of {} bytes; 1 to {MAX_BLOB}: export it again", blob.size);
            self.faults.add(place, problem);
        }
        if *self.sizes.entry(&blob.digest).or_insert(blob.size) != blob.size {
            let problem =
                format!("{what}: its digest {} occurs with another size: correct one of them", blob.digest);
            self.faults.add(place, problem);
        }
    }

    fn name(&mut self, place: &str, what: &str, name: &str) {
        if name.is_empty() || name.len() > MAX_NAME || name.contains(char::is_control) {
            let problem = format!("{what} {name:?}: use 1 to {MAX_NAME} bytes without control characters");
            self.faults.add(place, problem);
        }
    }
}

//! From a painted segment back to the place in a sheet that its colour comes from.

use std::collections::HashMap;

use cel::Rgba;

use super::sheet::SceneSheet;
use crate::pipeline::Settings;
use crate::sidecar::Sidecar;

/// The sidecars of painted drawings by key.
pub(super) struct Provenance(HashMap<String, Sidecar>);

impl Provenance {
    pub fn read<'a>(keys: impl Iterator<Item = &'a str>, settings: &Settings) -> Self {
        let read = |key: &'a str| Some((key.to_owned(), Sidecar::read(&settings.painted(key))?));
        Self(keys.filter_map(read).collect())
    }

    /// What is known of a painted drawing.
    pub fn of(&self, key: &str) -> Option<&Sidecar> {
        self.0.get(key)
    }

    /// The scene's colour at the place in a sheet that a segment of this colour comes from, over however many drawings of
    /// a chain. `None` where somebody has painted it since, or it comes from elsewhere.
    pub fn origin(&self, key: &str, label: u32, colour: Rgba, sheets: &[SceneSheet]) -> Option<Rgba> {
        let at = |label: u32| (label as usize).wrapping_sub(1);
        let (mut key, mut label) = (key, label);
        // No chain is longer than there are drawings.
        for _ in 0..=self.0.len() {
            let segment =
                self.0.get(key)?.segments.get(at(label)).filter(|segment| segment.rgba == colour)?;
            (key, label) = (&segment.source.drawing, segment.source.label);
            if let Some(sheet) = sheets.iter().find(|sheet| sheet.name == *key) {
                let &(plain, scene) = sheet.segments.get(at(label))?;
                return (plain == colour).then_some(scene);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use common::Digest;

    use super::*;
    use crate::sidecar::{Segment, Source};

    const SKIN: Rgba = Rgba::opaque(250, 220, 200);
    const NIGHT: Rgba = Rgba::opaque(120, 110, 140);

    fn sidecar(from: &str, label: u32) -> Sidecar {
        let source = Source { drawing: from.into(), label };
        let segment = Segment {
            label: 1,
            pixels: 9,
            rgba: SKIN,
            similarity: 1.0,
            margin: 1.0,
            confidence: 1.0,
            source,
        };
        Sidecar {
            fingerprint: Digest::of(b"f"),
            painted: Digest::of(b"p"),
            gaps: None,
            segments: vec![segment],
        }
    }

    #[test]
    fn a_chain_is_followed_to_its_sheet() {
        let sheets = [SceneSheet { name: "s.png".into(), segments: vec![(NIGHT, SKIN), (SKIN, NIGHT)] }];
        let all = [("1", "s.png", 2), ("2", "1", 1), ("3", "2", 1), ("4", "s.png", 1), ("5", "given", 1)];
        let known = all.iter().map(|&(key, from, label)| (key.to_owned(), sidecar(from, label)));
        let mut provenance = Provenance(known.collect());
        let origin = |provenance: &Provenance, key| provenance.origin(key, 1, SKIN, &sheets);
        assert_eq!(origin(&provenance, "3"), Some(NIGHT));
        assert_eq!(origin(&provenance, "4"), None, "the sheet has another colour there");
        assert_eq!(origin(&provenance, "5"), None, "not of the sheet");
        assert_eq!(provenance.origin("3", 1, NIGHT, &sheets), None, "painted by somebody since");
        assert_eq!(provenance.origin("3", 0, SKIN, &sheets), None);
        provenance.0.insert("1".into(), sidecar("3", 1));
        assert_eq!(origin(&provenance, "3"), None, "a circle ends");
    }
}

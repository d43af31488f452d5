//! The colours of another scene: picked from a scene's sheet where the plain sheet has them.

use std::collections::BTreeMap;

use crate::repeats::runs;
use crate::{Drawing, Rgba, SizeMismatch};

/// A second colour at this share of a colour's places, one part in so many, makes it doubtful.
const DOUBT: u32 = 4;

/// Which colour each colour of a sheet has in a scene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SceneColours {
    /// From the sheet's colours to the scene's.
    pub picked: BTreeMap<Rgba, Rgba>,
    /// Colours of the sheet that have more than one colour in the scene; the most frequent one is picked.
    pub doubtful: Vec<Rgba>,
}

impl SceneColours {
    /// Picks the colours: for each of the sheet's the one that the scene's sheet has most often at its places, the lowest on
    /// a tie.
    ///
    /// # Errors
    /// If the two differ in size: places would not be the same.
    pub fn pick(sheet: &Drawing, scene: &Drawing) -> Result<Self, SizeMismatch> {
        if sheet.size != scene.size {
            return Err(SizeMismatch { line: sheet.size, painted: scene.size });
        }
        let mut counts: BTreeMap<Rgba, BTreeMap<Rgba, u32>> = BTreeMap::new();
        let pairs: Vec<(Rgba, Rgba)> =
            sheet.pixels.iter().copied().zip(scene.pixels.iter().copied()).collect();
        for run in runs(&pairs) {
            let (from, to) = run[0];
            *counts.entry(from).or_default().entry(to).or_insert(0) += run.len() as u32;
        }
        let mut colours = Self::default();
        for (from, there) in counts {
            let mut ranked: Vec<(u32, Rgba)> = there.into_iter().map(|(to, count)| (count, to)).collect();
            ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            let total: u32 = ranked.iter().map(|(count, _)| count).sum();
            if ranked.get(1).is_some_and(|(count, _)| count * DOUBT >= total) {
                colours.doubtful.push(from);
            }
            colours.picked.extend(ranked.first().map(|&(_, to)| (from, to)));
        }
        Ok(colours)
    }

    /// Adds what another sheet says of colours that this one does not have.
    pub fn add(&mut self, other: Self) {
        for (from, to) in other.picked {
            let known = *self.picked.entry(from).or_insert(to);
            if known != to && !self.doubtful.contains(&from) {
                self.doubtful.push(from);
            }
        }
        self.doubtful.extend(other.doubtful);
        self.doubtful.sort_unstable();
        self.doubtful.dedup();
    }
}

/// How well the lines of two drawings agree: black pixels of both as a share of those of either, 0 without any.
#[must_use]
pub fn agreement(a: &Drawing, b: &Drawing) -> f64 {
    if a.size != b.size {
        return 0.0;
    }
    let (mut both, mut either) = (0_u64, 0_u64);
    for (&a, &b) in a.pixels.iter().zip(&b.pixels) {
        let (a, b) = (a == Rgba::BLACK, b == Rgba::BLACK);
        both += u64::from(a && b);
        either += u64::from(a || b);
    }
    if either == 0 { 0.0 } else { both as f64 / either as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileFormat, Size};

    const SKIN: Rgba = Rgba::opaque(250, 220, 200);
    const NIGHT: Rgba = Rgba::opaque(120, 110, 140);
    const OTHER: Rgba = Rgba::opaque(1, 2, 3);

    fn drawing(pixels: &[Rgba]) -> Drawing {
        let size = Size { width: pixels.len() as u32, height: 1 };
        Drawing {
            size,
            pixels: pixels.to_vec(),
            has_alpha: true,
            format: FileFormat::Png { sixteen_bit: false },
        }
    }

    #[test]
    fn the_colour_at_most_places_is_picked() {
        let sheet = drawing(&[SKIN, SKIN, SKIN, SKIN, SKIN, Rgba::BLACK]);
        let scene = drawing(&[NIGHT, NIGHT, NIGHT, NIGHT, OTHER, Rgba::BLACK]);
        let mut colours = SceneColours::pick(&sheet, &scene).unwrap();
        assert_eq!(colours.picked[&SKIN], NIGHT);
        assert_eq!(colours.doubtful, []);
        let half = drawing(&[NIGHT, NIGHT, NIGHT, OTHER, OTHER, Rgba::BLACK]);
        assert_eq!(SceneColours::pick(&sheet, &half).unwrap().doubtful, [SKIN]);
        let else_where = SceneColours::pick(&drawing(&[SKIN, OTHER]), &drawing(&[OTHER, NIGHT])).unwrap();
        colours.add(else_where);
        assert_eq!((colours.picked[&SKIN], colours.picked[&OTHER]), (NIGHT, NIGHT));
        assert_eq!(colours.doubtful, [SKIN]);
    }

    #[test]
    fn sheets_of_other_sizes_are_refused() {
        assert!(SceneColours::pick(&drawing(&[SKIN]), &drawing(&[SKIN, SKIN])).is_err());
    }

    #[test]
    fn lines_tell_which_sheet_it_is_of() {
        let black = Rgba::BLACK;
        assert_eq!(agreement(&drawing(&[black, SKIN]), &drawing(&[black, NIGHT])), 1.0);
        assert_eq!(agreement(&drawing(&[black, black]), &drawing(&[black, NIGHT])), 0.5);
        assert_eq!(agreement(&drawing(&[SKIN]), &drawing(&[NIGHT])), 0.0);
    }
}

//! What a person should mend in a line drawing before it is painted.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::gaps::{Gap, Precedent, gaps, segment_with};
use crate::neighbours::{FOUR, neighbours};
use crate::segment::{AlphaRule, ink, is_line, uses_alpha};
use crate::{Drawing, FileFormat, Labels, PaintRules, TgaPixel, segment};

/// Trace colours that every studio uses, besides black.
const USUAL: [[u8; 3]; 3] = [[255, 0, 0], [0, 255, 0], [0, 0, 255]];
/// Least pixels of a region that is worth to be told when it leaks.
const LEAK: u32 = 20;

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most pixels of a gap.
    pub gap: u32,
    /// A region smaller than this is tiny.
    pub tiny: u32,
}

/// Something that a person should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Column of a pixel of it.
    pub x: u32,
    /// Row of that pixel.
    pub y: u32,
    /// How much of it there is: pixels missing in a gap, of a region, of a colour.
    pub pixels: u32,
    /// The colour it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rgb: Option<[u8; 3]>,
}

/// What can be wrong with a line drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A region runs out through gaps: it is there once they are closed.
    Leak,
    /// A line ends shortly before another.
    Gap,
    /// Lines are anti-aliased.
    Soft,
    /// A line has a colour that is neither black nor agreed.
    OffList,
    /// A region is too small to be meant.
    Tiny,
    /// The file has room for alpha but says that there is none, and it holds none: it is taken as opaque.
    Padded,
    /// The pixels of the file have no room for the colours of paint: it is painted with more bits.
    Depth,
}

impl Kind {
    /// The words for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leak => "leak",
            Self::Gap => "gap",
            Self::Soft => "anti-aliased",
            Self::OffList => "odd colour",
            Self::Tiny => "tiny region",
            Self::Padded => "alpha that is padding",
            Self::Depth => "few bits",
        }
    }
}

/// Looks a line drawing through; what is worst comes first. Other drawings of its clip tell which lines are meant to be closed.
#[must_use]
pub fn inspect(
    line: &Drawing,
    alpha: AlphaRule,
    rules: &PaintRules,
    limits: Limits,
    precedents: &[&Precedent],
) -> Vec<Finding> {
    let labels = segment(line, alpha);
    let gaps = gaps(line, alpha, limits.gap, precedents);
    let mut findings = leaks(line, &labels, alpha, &gaps);
    findings.extend(gaps.into_iter().map(|gap| Finding {
        kind: Kind::Gap,
        x: gap.from[0],
        y: gap.from[1],
        pixels: gap.pixels,
        rgb: None,
    }));
    findings.extend(colours(line, alpha, rules));
    findings.extend(tiny(line, &labels, alpha, limits.tiny));
    findings.extend(file(line));
    findings
}

/// What others may read otherwise, or what cannot stay when the drawing is painted.
fn file(line: &Drawing) -> Option<Finding> {
    use TgaPixel::{Colour15, Colour16, Grey8, Grey16, Padded};
    let FileFormat::Tga { pixel, .. } = line.format else { return None };
    let kind = match pixel {
        Padded => Kind::Padded,
        Colour15 | Colour16 | Grey8 | Grey16 => Kind::Depth,
        _ => return None,
    };
    Some(finding(kind, 0, line.pixels.len() as u32, line))
}

/// Regions that are there only when gaps are closed.
fn leaks(line: &Drawing, labels: &Labels, alpha: AlphaRule, gaps: &[Gap]) -> Vec<Finding> {
    let closed = segment_with(line, alpha, gaps);
    let use_alpha = uses_alpha(line, alpha);
    // Of the closed regions that were one, the largest has not leaked.
    let mut parts: BTreeMap<u32, BTreeMap<u32, (u32, usize)>> = BTreeMap::new();
    for (at, (&open, &closed)) in labels.labels.iter().zip(&closed.labels).enumerate() {
        if open != 0 && closed != 0 && !is_line(line.pixels[at], use_alpha) {
            parts.entry(open).or_default().entry(closed).or_insert((0, at)).0 += 1;
        }
    }
    let leaked = parts.into_values().filter(|regions| regions.len() > 1).flat_map(|regions| {
        let largest = regions.values().map(|&(pixels, _)| pixels).max();
        regions.into_values().filter(move |&(pixels, _)| pixels >= LEAK && Some(pixels) != largest)
    });
    leaked.map(|(pixels, at)| finding(Kind::Leak, at, pixels, line)).collect()
}

/// Colours of lines that nobody expects; of an anti-aliased drawing that it is one.
fn colours(line: &Drawing, alpha: AlphaRule, rules: &PaintRules) -> Vec<Finding> {
    let use_alpha = uses_alpha(line, alpha);
    let is_soft = matches!(ink(line, alpha), std::borrow::Cow::Owned(_));
    let mut counted: BTreeMap<[u8; 3], (u32, usize)> = BTreeMap::new();
    for (at, &pixel) in line.pixels.iter().enumerate().filter(|(_, pixel)| is_line(**pixel, use_alpha)) {
        counted.entry(if is_soft { [0; 3] } else { pixel.rgb() }).or_insert((0, at)).0 += 1;
    }
    if is_soft {
        return counted.into_values().map(|(pixels, at)| finding(Kind::Soft, at, pixels, line)).collect();
    }
    let known = |rgb: &[u8; 3]| {
        *rgb == [0; 3] || USUAL.contains(rgb) || rules.traces.colours.contains_key(&crate::rules::Hex(*rgb))
    };
    let odd = counted.into_iter().filter(|(rgb, _)| !known(rgb));
    odd.map(|(rgb, (pixels, at))| Finding { rgb: Some(rgb), ..finding(Kind::OffList, at, pixels, line) })
        .collect()
}

/// Regions of few pixels. A speck of a trace's own is no region.
fn tiny(line: &Drawing, labels: &Labels, alpha: AlphaRule, least: u32) -> Vec<Finding> {
    let use_alpha = uses_alpha(line, alpha);
    let areas = labels.areas();
    let mut seen = vec![false; areas.len() + 1];
    let mut found = Vec::new();
    for (at, &label) in labels.labels.iter().enumerate() {
        let is_new = label != 0 && !std::mem::replace(&mut seen[label as usize], true);
        if is_new && areas[label as usize - 1] < least {
            let open = !is_line(line.pixels[at], use_alpha)
                || neighbours(at, line.size, &FOUR).any(|other| !is_line(line.pixels[other], use_alpha));
            found.extend(open.then(|| finding(Kind::Tiny, at, areas[label as usize - 1], line)));
        }
    }
    found
}

fn finding(kind: Kind, at: usize, pixels: u32, line: &Drawing) -> Finding {
    let (x, y) = (at as u32 % line.size.width, at as u32 / line.size.width);
    Finding { kind, x, y, pixels, rgb: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Hex, TraceRule};
    use crate::{Rgba, Size};

    const LIMITS: Limits = Limits { gap: 6, tiny: 5 };

    /// A box of 30 by 30 in the middle of 60 by 60.
    fn drawing(change: impl Fn(u32, u32) -> Option<Rgba>) -> Drawing {
        let edge = |x: u32, y: u32| [x, y, 59 - x, 59 - y].into_iter().min() == Some(15);
        let pixel = |(x, y)| match change(x, y) {
            Some(pixel) => pixel,
            None if edge(x, y) => Rgba::BLACK,
            None => Rgba::EMPTY,
        };
        let pixels = (0..60).flat_map(|y| (0..60).map(move |x| (x, y))).map(pixel).collect();
        let format = FileFormat::Png { sixteen_bit: false };
        Drawing { size: Size { width: 60, height: 60 }, pixels, has_alpha: true, format }
    }

    fn found(line: &Drawing, rules: &PaintRules) -> Vec<Finding> {
        inspect(line, AlphaRule::Composite, rules, LIMITS, &[])
    }

    #[test]
    fn a_clean_drawing_has_nothing() {
        assert_eq!(found(&drawing(|_, _| None), &PaintRules::default()), []);
    }

    #[test]
    fn a_gap_and_what_leaks_through_it_are_told_with_place_and_size() {
        let open = drawing(|x, y| ((28..32).contains(&x) && y == 15).then_some(Rgba::EMPTY));
        let found = found(&open, &PaintRules::default());
        let kinds: Vec<Kind> = found.iter().map(|finding| finding.kind).collect();
        assert_eq!(kinds, [Kind::Leak, Kind::Gap]);
        assert!((28 * 28 - 4..=28 * 28 + 4).contains(&found[0].pixels), "{:?}", found[0]);
        assert!((27..33).contains(&found[1].x) && found[1].y == 15 && found[1].pixels >= 4, "{:?}", found[1]);
    }

    #[test]
    fn odd_colours_soft_lines_and_tiny_regions_are_told() {
        let odd = Rgba::opaque(250, 10, 0);
        let line = drawing(|x, y| ((20..25).contains(&x) && y == 30).then_some(odd));
        let [finding] = found(&line, &PaintRules::default())[..] else { panic!("not one finding") };
        assert_eq!((finding.kind, finding.pixels, finding.rgb), (Kind::OffList, 5, Some([250, 10, 0])));
        let mut rules = PaintRules::default();
        rules.traces.colours.insert(Hex([250, 10, 0]), TraceRule::Keep);
        assert_eq!(found(&line, &rules), []);
        let soft =
            drawing(|x, y| (y == 14 && (15..45).contains(&x)).then_some(Rgba([0, 0, 0, 30 + x as u8])));
        assert_eq!(found(&soft, &rules)[0].kind, Kind::Soft);
        let ring = |x: u32, y: u32| x.abs_diff(30).max(y.abs_diff(30)) == 1;
        let speck = drawing(|x, y| ring(x, y).then_some(Rgba::BLACK));
        let [finding] = found(&speck, &rules)[..] else { panic!("not one finding") };
        assert_eq!(finding, Finding { kind: Kind::Tiny, x: 30, y: 30, pixels: 1, rgb: None });
    }

    #[test]
    fn files_that_cannot_stay_as_they_are_are_told() {
        let mut line = drawing(|_, _| None);
        for (pixel, kind) in [
            (TgaPixel::Colour, None),
            (TgaPixel::Map8, None),
            (TgaPixel::Padded, Some(Kind::Padded)),
            (TgaPixel::Grey8, Some(Kind::Depth)),
            (TgaPixel::Colour15, Some(Kind::Depth)),
        ] {
            line.format = FileFormat::Tga { rle: true, pixel };
            let kinds: Vec<Kind> =
                found(&line, &PaintRules::default()).iter().map(|finding| finding.kind).collect();
            assert_eq!(kinds, Vec::from_iter(kind), "{pixel:?}");
        }
    }
}

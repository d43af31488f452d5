//! How well predicted colours match the true ones, as the literature measures it.
//!
//! A colour is right if all four channels are equal. The value of a data set is the unweighted mean over its
//! drawings; a measure whose denominator is empty counts as 0.

use crate::Rgba;

/// A segment enters Acc-Threshold if it has more pixels than this.
pub const THRESHOLD: u32 = 10;

/// Which true colours are background.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Background {
    /// White with alpha 0 and nothing else: the reference implementation.
    TransparentWhite,
    /// Every colour with alpha 0.
    AnyTransparent,
}

impl Background {
    fn holds(self, colour: Rgba) -> bool {
        match self {
            Self::TransparentWhite => colour == Rgba([255, 255, 255, 0]),
            Self::AnyTransparent => colour.alpha() == 0,
        }
    }
}

/// One segment, its true colour and the one it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The colour given; none is never right and no background.
    pub predicted: Option<Rgba>,
    /// The colour it should have.
    pub truth: Rgba,
    /// Number of its pixels.
    pub pixels: u32,
}

/// Segments or pixels that were right, of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many were right.
    pub right: u64,
    /// How many there were.
    pub total: u64,
}

impl Share {
    fn add(&mut self, right: bool, amount: u32) {
        self.right += if right { u64::from(amount) } else { 0 };
        self.total += u64::from(amount);
    }

    /// The part that was right, 0 to 1; 0 of nothing is 0.
    #[must_use]
    pub fn ratio(self) -> f64 {
        if self.total == 0 { 0.0 } else { self.right as f64 / self.total as f64 }
    }
}

/// What the five measures of a drawing are computed from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Segments.
    pub segments: Share,
    /// Segments larger than [`THRESHOLD`].
    pub large_segments: Share,
    /// Pixels.
    pub pixels: Share,
    /// Pixels whose true colour is not background.
    pub foreground: Share,
    /// Pixels predicted or true as background, right where they are both.
    pub background: Share,
}

impl Counts {
    /// Counts the segments of one drawing.
    #[must_use]
    pub fn of(outcomes: impl IntoIterator<Item = Outcome>, background: Background) -> Self {
        let mut counts = Self::default();
        for Outcome { predicted, truth, pixels } in outcomes {
            let right = predicted == Some(truth);
            let truly_behind = background.holds(truth);
            let placed_behind = predicted.is_some_and(|colour| background.holds(colour));
            counts.segments.add(right, 1);
            counts.pixels.add(right, pixels);
            if pixels > THRESHOLD {
                counts.large_segments.add(right, 1);
            }
            if !truly_behind {
                counts.foreground.add(right, pixels);
            }
            if truly_behind || placed_behind {
                counts.background.add(truly_behind && placed_behind, pixels);
            }
        }
        counts
    }

    /// The five measures of the drawing.
    #[must_use]
    pub fn scores(&self) -> Scores {
        Scores {
            acc: self.segments.ratio(),
            acc_threshold: self.large_segments.ratio(),
            pix_acc: self.pixels.ratio(),
            pix_f_acc: self.foreground.ratio(),
            pix_b_miou: self.background.ratio(),
        }
    }
}

/// The five measures, each 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// Acc: segments that are right.
    pub acc: f64,
    /// Acc-Threshold: segments above [`THRESHOLD`] pixels that are right.
    pub acc_threshold: f64,
    /// Pix-Acc: pixels that are right.
    pub pix_acc: f64,
    /// Pix-F-Acc: foreground pixels that are right.
    pub pix_f_acc: f64,
    /// Pix-B-MIoU: intersection over union of the background pixels.
    pub pix_b_miou: f64,
}

impl Scores {
    /// The value of a data set: the unweighted mean over its drawings, 0 without any.
    #[must_use]
    pub fn mean(drawings: &[Self]) -> Self {
        let mean = |measure: fn(&Self) -> f64| {
            drawings.iter().map(measure).sum::<f64>() / drawings.len().max(1) as f64
        };
        Self {
            acc: mean(|scores| scores.acc),
            acc_threshold: mean(|scores| scores.acc_threshold),
            pix_acc: mean(|scores| scores.pix_acc),
            pix_f_acc: mean(|scores| scores.pix_f_acc),
            pix_b_miou: mean(|scores| scores.pix_b_miou),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Rgba = Rgba::opaque(255, 0, 0);
    const BEHIND: Rgba = Rgba([0, 0, 0, 0]);

    fn outcome(predicted: Option<Rgba>, truth: Rgba, pixels: u32) -> Outcome {
        Outcome { predicted, truth, pixels }
    }

    #[test]
    fn background_can_be_any_transparent_colour() {
        let outcomes = [outcome(Some(BEHIND), BEHIND, 30), outcome(Some(BEHIND), RED, 10)];
        let counts = Counts::of(outcomes, Background::AnyTransparent);
        assert_eq!(counts.background, Share { right: 30, total: 40 });
        assert_eq!(counts.foreground, Share { right: 0, total: 10 });
        let counts = Counts::of(outcomes, Background::TransparentWhite);
        assert_eq!(counts.background, Share::default());
    }

    #[test]
    fn an_unpainted_segment_is_wrong() {
        let counts = Counts::of([outcome(None, BEHIND, 11)], Background::AnyTransparent);
        assert_eq!(counts.scores(), Scores::default());
        assert_eq!(counts.large_segments, Share { right: 0, total: 1 });
    }

    #[test]
    fn drawings_count_alike_whatever_their_size() {
        let small = Counts::of([outcome(Some(RED), RED, 1)], Background::AnyTransparent).scores();
        let large = Counts::of([outcome(None, RED, 99); 9], Background::AnyTransparent).scores();
        let mean = Scores::mean(&[small, large]);
        assert_eq!((mean.acc, mean.pix_acc), (0.5, 0.5));
        assert_eq!(Scores::mean(&[]), Scores::default());
    }
}

//! Which references each drawing is painted from.

use std::ops::Range;

/// The ways of the literature to paint a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// The previous drawing with its true colours.
    PreviousFrame,
    /// The previous drawing and the next one with their true colours.
    BothNeighbours,
    /// The previous drawing as painted before, the first drawing with its true colours, and the sheets: what
    /// `shiage paint --mode previous-frame` does, where errors add up.
    PreviousPredicted,
    /// The first drawing of the clip with its true colours.
    FirstFrame,
    /// The same and the sheets.
    FirstFrameAndSheets,
    /// The sheets alone.
    Keyframe,
}

/// A way to paint a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What a drawing is painted from.
    pub protocol: Protocol,
    /// How many design sheets are references, in the order of their names; `usize::MAX` for all.
    pub shots: usize,
}

/// A drawing to paint and what it is painted from; numbers are those of the drawings of the character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The drawing to paint.
    pub drawing: usize,
    /// Drawings with true colours.
    pub given: Vec<usize>,
    /// A drawing as painted before.
    pub painted: Option<usize>,
}

impl Protocol {
    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreviousFrame => "previous-frame",
            Self::BothNeighbours => "both-neighbours",
            Self::PreviousPredicted => "previous-predicted",
            Self::FirstFrame => "first-frame",
            Self::FirstFrameAndSheets => "first-frame+sheets",
            Self::Keyframe => "keyframe",
        }
    }

    /// Number of sheets used unless another is asked for.
    #[must_use]
    pub const fn default_shots(self) -> usize {
        match self {
            Self::PreviousFrame | Self::BothNeighbours | Self::FirstFrame => 0,
            Self::PreviousPredicted | Self::FirstFrameAndSheets | Self::Keyframe => usize::MAX,
        }
    }

    /// The targets among `drawings` drawings in clips of `interval`, in the order to paint them.
    #[must_use]
    pub fn targets(self, drawings: usize, interval: usize) -> Vec<Target> {
        let interval = interval.max(1);
        let clip = |drawing: usize| {
            let first = drawing / interval * interval;
            first..first.saturating_add(interval).min(drawings)
        };
        (0..drawings).filter_map(|drawing| self.target(drawing, &clip(drawing))).collect()
    }

    /// The target `drawing` in its clip; the first drawing is given where it is a reference.
    fn target(self, drawing: usize, clip: &Range<usize>) -> Option<Target> {
        if self == Self::Keyframe {
            return Some(Target { drawing, given: Vec::new(), painted: None });
        }
        let first = clip.start;
        let previous = drawing.checked_sub(1).filter(|&previous| previous >= first)?;
        Some(match self {
            Self::BothNeighbours => {
                let next = Some(drawing + 1).filter(|next| clip.contains(next));
                Target { drawing, given: [previous].into_iter().chain(next).collect(), painted: None }
            }
            Self::PreviousFrame => Target { drawing, given: vec![previous], painted: None },
            Self::PreviousPredicted => {
                Target { drawing, given: vec![first], painted: Some(previous).filter(|&n| n != first) }
            }
            _ => Target { drawing, given: vec![first], painted: None },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(protocol: Protocol) -> Vec<(usize, Vec<usize>, Option<usize>)> {
        protocol.targets(5, 3).into_iter().map(|t| (t.drawing, t.given, t.painted)).collect()
    }

    #[test]
    fn references_stay_within_the_clip() {
        assert_eq!(
            references(Protocol::PreviousFrame),
            [(1, vec![0], None), (2, vec![1], None), (4, vec![3], None)]
        );
        assert_eq!(
            references(Protocol::BothNeighbours),
            [(1, vec![0, 2], None), (2, vec![1], None), (4, vec![3], None)]
        );
        assert_eq!(
            references(Protocol::PreviousPredicted),
            [(1, vec![0], None), (2, vec![0], Some(1)), (4, vec![3], None)]
        );
        assert_eq!(
            references(Protocol::FirstFrame),
            [(1, vec![0], None), (2, vec![0], None), (4, vec![3], None)]
        );
        assert_eq!(references(Protocol::Keyframe).len(), 5);
    }

    #[test]
    fn one_clip_can_be_as_long_as_it_is() {
        assert_eq!(Protocol::FirstFrame.targets(4, usize::MAX).len(), 3);
        assert_eq!(Protocol::FirstFrame.targets(0, 20), []);
    }
}

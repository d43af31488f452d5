//! What lies around a segment: ink, neighbours, and the kinds of line between.

use super::contact::Contacts;
use super::frame::Frame;
use super::ink::InkSums;
use super::outline::Outline;
use super::patch::Patch;

/// Sides of the squares of ink, as shares of the longer side of the picture: one about as large as a hand, one about
/// as large as a head. Set by eye, like the next; the weights are fitted to them.
const PICTURE_SQUARES: [f32; 2] = [0.08, 0.25];

/// Sides of the squares of ink, as shares of the longer side of the figure.
const FIGURE_SQUARES: [f32; 2] = [0.15, 0.6];

/// Side of the square of ink by the longer side of the segment's own bounding box.
const OWN_SQUARE: f32 = 2.0;

/// Shortest side of that square in pixels.
const LEAST_OWN_SQUARE: f32 = 16.0;

/// The ink around a segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct InkAround {
    /// In squares that go by the size of the picture.
    pub by_picture: [Patch; 2],
    /// In squares that go by the size of the figure.
    pub by_figure: [Patch; 2],
    /// In a square that goes by the size of the segment.
    pub by_segment: Patch,
}

impl InkAround {
    /// Looks around one segment.
    pub fn new(outline: &Outline, ink: &InkSums, picture: &Frame, figure: &Frame) -> Self {
        let centre = outline.centre().map(|at| at as f32);
        let middle = outline.middle().map(|at| at as f32 - 0.5);
        let [width, height] = outline.extent();
        let own = (OWN_SQUARE * width.max(height) as f32).max(LEAST_OWN_SQUARE);
        Self {
            by_picture: PICTURE_SQUARES.map(|share| ink.around(centre, share / picture.length(1.0))),
            by_figure: FIGURE_SQUARES.map(|share| ink.around(centre, share / figure.length(1.0))),
            by_segment: ink.around(middle, own),
        }
    }
}

/// The neighbours of a segment, seen as a whole.
#[derive(Clone, Debug)]
pub(super) struct Company {
    /// Neighbours with their share of the contact; the shares add up to 1, or there are none.
    pub neighbours: Vec<(usize, f32)>,
    /// The share of the contact with each of them that is across a trace, in the same order.
    pub traced: Vec<f32>,
    /// Logarithm of the number of neighbours and one.
    pub degree: f32,
    /// Largest share of one neighbour.
    pub closest: f32,
    /// Mean logarithm of the neighbours' areas by the own.
    pub size: f32,
    /// Share of the contact across ink, blue, red and green lines.
    pub lines: [f32; 4],
    /// Direction to the neighbours across traces, times their share: on which side the light or shadow lies.
    pub trace_side: [f32; 2],
    /// Mean logarithm of the areas of the neighbours across traces by the own, 0 if there are none.
    pub trace_size: f32,
    /// Logarithm of contact length squared by area: low for a disc, high for a thread.
    pub roughness: f32,
    /// Share of the bounding box's edge that lies on the edge of the picture.
    pub border: f32,
}

impl Company {
    /// Sums up the contacts of one segment.
    pub fn new(outline: &Outline, contacts: &Contacts, outlines: &[Outline]) -> Self {
        let length: f32 = contacts.by_line.iter().sum();
        let share = |part: f32| part / length.max(1.0);
        let by_share: Vec<(usize, f32)> =
            contacts.neighbours.iter().map(|(&other, &[all, _])| (other, share(all))).collect();
        let by_trace: Vec<(usize, f32)> =
            contacts.neighbours.iter().map(|(&other, &[_, traced])| (other, share(traced))).collect();
        let [width, height] = outline.extent();
        Self {
            degree: (by_share.len() as f32 + 1.0).ln(),
            closest: by_share.iter().map(|&(_, share)| share).fold(0.0, f32::max),
            size: relative_size(outline, &by_share, outlines),
            lines: contacts.by_line.map(share),
            trace_side: side(outline, &by_trace, outlines),
            trace_size: relative_size(outline, &by_trace, outlines),
            roughness: ((f64::from(length) + 1.0).powi(2) / outline.area.max(1.0)).ln() as f32,
            border: (outline.border / (2.0 * (width + height)).max(1.0)) as f32,
            traced: by_trace.iter().map(|&(_, share)| share).collect(),
            neighbours: by_share,
        }
    }
}

/// Mean logarithm of the neighbours' areas by the own.
fn relative_size(own: &Outline, neighbours: &[(usize, f32)], outlines: &[Outline]) -> f32 {
    let (mut sum, mut shares) = (0.0, 0.0);
    for &(other, share) in neighbours {
        sum += share * (outlines[other].area.max(1.0) / own.area.max(1.0)).ln() as f32;
        shares += share;
    }
    if shares > 0.0 { sum / shares } else { 0.0 }
}

/// Sum of the unit vectors to the neighbours, times their shares.
fn side(own: &Outline, neighbours: &[(usize, f32)], outlines: &[Outline]) -> [f32; 2] {
    let mut side = [0.0; 2];
    let from = own.centre();
    for &(other, share) in neighbours {
        let to = outlines[other].centre();
        let away = [0, 1].map(|axis| (to[axis] - from[axis]) as f32);
        let length = away[0].hypot(away[1]).max(1.0);
        side = [0, 1].map(|axis| side[axis] + share * away[axis] / length);
    }
    side
}

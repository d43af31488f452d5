//! Which segments touch across a line, and whether that line is ink or a colour trace.

use std::collections::BTreeMap;

use cel::{Drawing, Labels, Rgba};

/// Widest line, in pixels, across which two segments count as neighbours.
const WIDEST_LINE: u32 = 6;

/// What separates two segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Black, or whatever is not a trace.
    Ink,
    /// A trace with mostly blue: by custom the edge of a shadow.
    Blue,
    /// A trace with mostly red: by custom the edge of a highlight.
    Red,
    /// A trace with mostly green.
    Green,
}

impl Line {
    /// The trace a pixel belongs to, if it is clearly coloured.
    fn trace(pixel: Rgba) -> Option<Self> {
        let [red, green, blue] = pixel.rgb();
        let highest = red.max(green).max(blue);
        let coloured = highest - red.min(green).min(blue) >= 128 && pixel.alpha() >= 128;
        coloured.then_some(match highest {
            _ if highest == blue => Self::Blue,
            _ if highest == red => Self::Red,
            _ => Self::Green,
        })
    }
}

/// Length of the contact of one segment with others, in pixel edges.
#[derive(Clone, Debug, Default)]
pub(super) struct Contacts {
    /// By kind of line, in the order of [`Line`].
    pub by_line: [f32; 4],
    /// By neighbour (index of the segment): all contact, and that across traces.
    pub neighbours: BTreeMap<usize, [f32; 2]>,
}

/// What a walk along a row or column has seen last.
#[derive(Clone, Copy, Default)]
struct Walk {
    label: u32,
    at: u32,
    trace: Option<(Line, u32)>,
}

impl Walk {
    /// Goes on to a pixel; says which label was left for which, across what.
    fn step(&mut self, at: u32, label: u32, pixel: Rgba) -> Option<(u32, Line)> {
        if let Some(line) = Line::trace(pixel) {
            self.trace = Some((line, at));
        }
        if label == 0 {
            return None;
        }
        let left = self.label;
        let near = at - self.at <= WIDEST_LINE + 1;
        let line = self.trace.filter(|&(_, seen)| seen >= self.at).map_or(Line::Ink, |(line, _)| line);
        self.label = label;
        self.at = at;
        (left != 0 && left != label && near).then_some((left, line))
    }
}

/// The contacts of every segment.
pub(super) fn contacts(drawing: &Drawing, labels: &Labels) -> Vec<Contacts> {
    let mut contacts = vec![Contacts::default(); labels.count as usize];
    let mut columns = vec![Walk::default(); labels.size.width as usize];
    for y in 0..labels.size.height {
        let mut row = Walk::default();
        for (x, ((&label, &pixel), column)) in
            (0..).zip(labels.row(y).iter().zip(drawing.row(y)).zip(&mut columns))
        {
            for (left, line) in row.step(x, label, pixel).into_iter().chain(column.step(y, label, pixel)) {
                touch(&mut contacts, left, label, line);
                touch(&mut contacts, label, left, line);
            }
        }
    }
    contacts
}

fn touch(contacts: &mut [Contacts], label: u32, other: u32, line: Line) {
    let contact = &mut contacts[label as usize - 1];
    contact.by_line[line as usize] += 1.0;
    let [all, traced] = contact.neighbours.entry(other as usize - 1).or_default();
    *all += 1.0;
    *traced += f32::from(u8::from(line != Line::Ink));
}

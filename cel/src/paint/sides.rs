//! Which segments lie on the two sides of a line.

use std::collections::VecDeque;

use crate::neighbours::{EIGHT, FOUR, neighbours};
use crate::{Labels, Size};

/// A pixel of a line and the labels of the segments nearest to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sided {
    /// Its index in the image.
    pub pixel: u32,
    /// The nearest segment, and the nearest other one on the other side of the line; 0 where there is none.
    pub near: [u32; 2],
}

/// How far a segment is, in steps to any of eight neighbours, through line alone.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    label: u32,
    steps: u32,
}

/// The segments beside each of these line pixels, component by component.
///
/// A second segment counts only as far away as the line is thick: one that the line meets at its end is not beside it.
pub(super) fn sides(labels: &Labels, line: &[usize]) -> Vec<Sided> {
    let mut place = vec![NO_LINE; labels.labels.len()];
    for &at in line {
        place[at] = WAITING;
    }
    let mut all = Vec::with_capacity(line.len());
    for &start in line {
        if place[start] == WAITING {
            let component = flood(start, labels.size, &mut place);
            beside(&component, labels, &place, &mut all);
        }
    }
    all
}

/// The place of a pixel that is no line.
const NO_LINE: u32 = u32::MAX;
/// The place of a pixel that is in no component yet.
const WAITING: u32 = u32::MAX - 1;

/// The pixels of one 8-connected component. `place` is given the position of each in the list.
fn flood(start: usize, size: Size, place: &mut [u32]) -> Vec<usize> {
    let mut component = vec![start];
    place[start] = 0;
    let mut next = 0;
    while next < component.len() {
        for at in neighbours(component[next], size, &EIGHT) {
            if place[at] == WAITING {
                place[at] = component.len() as u32;
                component.push(at);
            }
        }
        next += 1;
    }
    component
}

fn beside(component: &[usize], labels: &Labels, place: &[u32], all: &mut Vec<Sided>) {
    let is_line = |at: usize| place[at] != NO_LINE;
    let mut found = vec![[Found::default(); 2]; component.len()];
    let mut queue = VecDeque::new();
    let mut edges = 0;
    for (index, &pixel) in component.iter().enumerate() {
        for at in neighbours(pixel, labels.size, &FOUR).filter(|&at| !is_line(at)) {
            edges += 1;
            let label = labels.labels[at];
            if label != 0 && note(&mut found[index], Found { label, steps: 1 }, u32::MAX) {
                queue.push_back((index, Found { label, steps: 1 }));
            }
        }
    }
    // A line of length n and thickness t has n·t pixels and about 2·n edges.
    let thickness = (2 * component.len()).div_ceil(edges.max(1)) as u32;
    while let Some((index, Found { label, steps })) = queue.pop_front() {
        let further = Found { label, steps: steps + 1 };
        for at in neighbours(component[index], labels.size, &EIGHT).filter(|&at| is_line(at)) {
            let other = place[at] as usize;
            if note(&mut found[other], further, thickness) {
                queue.push_back((other, further));
            }
        }
    }
    let sided =
        |(&pixel, near): (&usize, &[Found; 2])| Sided { pixel: pixel as u32, near: near.map(|f| f.label) };
    all.extend(component.iter().zip(&found).map(sided));
}

/// Notes a segment as the nearest or the second one; whether it is new there. Nearer ones come first.
fn note(found: &mut [Found; 2], new: Found, reach: u32) -> bool {
    let [first, second] = found;
    if first.label == 0 {
        *first = new;
        return true;
    }
    let is_second = second.label == 0 && new.label != first.label && new.steps - first.steps <= reach;
    if is_second {
        *second = new;
    }
    is_second
}

/// The labels, with those of the nearest segment where there was none, as if the segments grew until they meet; 0 where there is none at all.
pub(super) fn grown(labels: Labels) -> Vec<u32> {
    let Labels { size, labels: mut grown, .. } = labels;
    let is_edge = |at: usize| neighbours(at, size, &FOUR).any(|other| grown[other] == 0);
    let mut queue: VecDeque<usize> = (0..grown.len()).filter(|&at| grown[at] != 0 && is_edge(at)).collect();
    while let Some(at) = queue.pop_front() {
        for other in neighbours(at, size, &FOUR) {
            if grown[other] == 0 {
                grown[other] = grown[at];
                queue.push_back(other);
            }
        }
    }
    grown
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digits are labels, `.` is line, `#` is black ink.
    fn picture(rows: &[&str]) -> (Labels, Vec<bool>) {
        let size = Size { width: rows[0].len() as u32, height: rows.len() as u32 };
        let pixels: Vec<char> = rows.iter().flat_map(|row| row.chars()).collect();
        let labels: Vec<u32> = pixels.iter().map(|c| c.to_digit(10).unwrap_or(0)).collect();
        let count = labels.iter().copied().max().unwrap_or(0);
        (Labels { size, labels, count }, pixels.iter().map(|&c| c == '.').collect())
    }

    fn near(rows: &[&str]) -> Vec<[u32; 2]> {
        let (labels, line) = picture(rows);
        let line: Vec<usize> = (0..line.len()).filter(|&at| line[at]).collect();
        let mut sided = sides(&labels, &line);
        sided.sort_unstable_by_key(|sided| sided.pixel);
        sided
            .into_iter()
            .map(|Sided { mut near, .. }| {
                near.sort_unstable();
                near
            })
            .collect()
    }

    #[test]
    fn a_thin_line_has_both_sides_everywhere() {
        assert_eq!(near(&["1111", "....", "2222"]), [[1, 2]; 4]);
        assert_eq!(near(&[".222", "1.22", "11.2", "111."]), [[1, 2]; 4]);
    }

    #[test]
    fn a_thick_line_is_seen_through() {
        assert_eq!(near(&["11111", ".....", ".....", ".....", "22222"]), [[1, 2]; 15]);
    }

    #[test]
    fn what_a_line_meets_at_its_end_is_not_beside_it() {
        let found = near(&["1111111112", ".........2", "1111111112"]);
        assert_eq!(found[0], [0, 1]);
        assert_eq!(found[5], [0, 1]);
        assert_eq!(found[8], [1, 2]);
    }

    #[test]
    fn ink_keeps_what_is_behind_it_away() {
        assert_eq!(near(&["1#2", ".#2", "1#2"]), [[0, 1]]);
        assert_eq!(near(&["###", "#.#", "###"]), [[0, 0]]);
    }

    #[test]
    fn segments_grow_until_they_meet() {
        let (labels, _) = picture(&["1###2", "1###2", "#####"]);
        assert_eq!(grown(labels), [1, 1, 1, 2, 2, 1, 1, 1, 2, 2, 1, 1, 1, 2, 2]);
        let (nothing, _) = picture(&["##"]);
        assert_eq!(grown(nothing), [0, 0]);
    }
}

//! The regions of a drawing in which closures are made, and what becomes of them when closures are opened again.

use super::distance::distances;
use crate::neighbours::{FOUR, neighbours};
use crate::{Labels, Size};

/// Regions, and the pixels of closures between them. Each is a node; nodes are joined as closures are opened.
#[derive(Clone)]
pub(super) struct Regions {
    size: Size,
    /// Node of each pixel; 0 is line.
    nodes: Vec<u32>,
    /// The pixels of each closure that are not line.
    closures: Vec<Vec<usize>>,
    state: State,
}

/// What changes, by node.
#[derive(Clone)]
struct State {
    /// Another node of the same region, or itself.
    parents: Vec<u32>,
    /// Largest distance from line in the region; 0 of a pixel that is closed.
    radii: Vec<f64>,
    /// Closures that a pixel is part of; 0 of a region.
    covers: Vec<u32>,
}

impl Regions {
    /// From labels of what is neither line nor closed (0 elsewhere), and the pixels of each closure that are not line.
    pub(super) fn new(labels: Labels, closures: Vec<Vec<usize>>) -> Self {
        let Labels { size, labels: mut nodes, count } = labels;
        let mut radii = vec![0.0_f64; count as usize + 1];
        for (&node, distance) in nodes.iter().zip(distances(&nodes, size)) {
            radii[node as usize] = radii[node as usize].max(distance);
        }
        let mut covers = vec![0; radii.len()];
        for &at in closures.iter().flatten() {
            if nodes[at] == 0 {
                nodes[at] = covers.len() as u32;
                covers.push(0);
                radii.push(0.0);
            }
            covers[nodes[at] as usize] += 1;
        }
        let parents = (0..covers.len() as u32).collect();
        Self { size, nodes, closures, state: State { parents, radii, covers } }
    }

    /// The radius of the widest region that a closure parts from others, in pixels; `None` if it parts none.
    pub(super) fn parted(&self, closure: usize) -> Option<f64> {
        let mut beside: Vec<u32> = Vec::new();
        for other in self.closures[closure].iter().flat_map(|&at| neighbours(at, self.size, &FOUR)) {
            if self.is_closed(other) {
                // Two closures side by side part what lies beside both.
                beside.extend(neighbours(other, self.size, &FOUR).filter_map(|at| self.region(at)));
            }
            beside.extend(self.region(other));
        }
        beside.sort_unstable();
        beside.dedup();
        let radii = beside.iter().map(|&region| self.state.radii[region as usize]);
        radii.max_by(f64::total_cmp).filter(|_| beside.len() > 1)
    }

    /// Opens a closure.
    pub(super) fn open(&mut self, closure: usize) {
        self.joined_by(closure);
    }

    /// Opens a closure if that joins no regions; whether it did.
    pub(super) fn open_if_idle(&mut self, closure: usize) -> bool {
        let before = self.state.clone();
        let is_idle = !self.joined_by(closure);
        if !is_idle {
            self.state = before;
        }
        is_idle
    }

    /// Whether opening a closure, which is done, joined regions.
    fn joined_by(&mut self, closure: usize) -> bool {
        let Self { size, nodes, closures, state } = self;
        let mut joined = false;
        for &at in &closures[closure] {
            let node = nodes[at];
            state.covers[node as usize] -= 1;
            if state.covers[node as usize] > 0 {
                continue;
            }
            for other in neighbours(at, *size, &FOUR).map(|other| nodes[other]) {
                if other != 0 && state.covers[other as usize] == 0 {
                    joined |= state.join(node, other);
                }
            }
        }
        joined
    }

    /// The region of a pixel, if it is neither line nor closed.
    fn region(&self, at: usize) -> Option<u32> {
        let node = self.nodes[at];
        (node != 0 && self.state.covers[node as usize] == 0).then(|| self.state.root(node))
    }

    fn is_closed(&self, at: usize) -> bool {
        self.state.covers[self.nodes[at] as usize] > 0
    }
}

impl State {
    fn root(&self, mut node: u32) -> u32 {
        while self.parents[node as usize] != node {
            node = self.parents[node as usize];
        }
        node
    }

    /// Joins the regions of two nodes; whether they were two, and neither a pixel alone.
    fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        let (kept, gone) = (a.min(b) as usize, a.max(b) as usize);
        let radius = self.radii[gone];
        let are_regions = a != b && self.radii[kept] > 0.0 && radius > 0.0;
        self.parents[gone] = kept as u32;
        self.radii[kept] = self.radii[kept].max(radius);
        are_regions
    }
}

//! The regions of a drawing in which closures are made, and what becomes of them when closures are opened again.

use std::collections::{BTreeSet, HashMap};

use super::distance::distances;
use crate::neighbours::{FOUR, neighbours};
use crate::{Labels, Size};

/// Regions, and the pixels of closures between them. Each is a node; nodes are joined as closures are opened.
pub(super) struct Regions {
    size: Size,
    /// Node of each pixel; 0 is line.
    nodes: Vec<u32>,
    /// The pixels of each closure that are not line.
    closures: Vec<Vec<usize>>,
    /// The closures that a pixel is part of.
    at: HashMap<usize, Vec<usize>>,
    /// Closures that are not open, of those that a node's pixel is part of; 0 of a region.
    covers: Vec<u32>,
    joined: Joined,
}

/// Which nodes are of one region.
struct Joined {
    /// Another node of the same region, or itself.
    parents: Vec<u32>,
    /// How many nodes are joined to one. The larger part stays on top, so that ways up are short although none is shortened,
    /// which could not be undone.
    sizes: Vec<u32>,
    /// Largest distance from line in the region; 0 of a pixel that is closed.
    radii: Vec<f64>,
}

/// What became of joining two nodes.
struct Join {
    kept: usize,
    gone: usize,
    /// The radius of the first before.
    radius: f64,
    /// Whether both were regions, and not pixels alone.
    are_regions: bool,
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
        let mut at: HashMap<usize, Vec<usize>> = HashMap::new();
        for (closure, pixels) in closures.iter().enumerate() {
            for &pixel in pixels {
                if nodes[pixel] == 0 {
                    nodes[pixel] = covers.len() as u32;
                    covers.push(0);
                    radii.push(0.0);
                }
                covers[nodes[pixel] as usize] += 1;
                at.entry(pixel).or_default().push(closure);
            }
        }
        let parents = (0..covers.len() as u32).collect();
        let joined = Joined { parents, sizes: vec![1; covers.len()], radii };
        Self { size, nodes, closures, at, covers, joined }
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
        let radii = beside.iter().map(|&region| self.joined.radii[region as usize]);
        radii.max_by(f64::total_cmp).filter(|_| beside.len() > 1)
    }

    /// The closures whose pixels lie so near those of one that what it parts may depend on it.
    pub(super) fn near(&self, closure: usize) -> BTreeSet<usize> {
        let beside = |at: usize| neighbours(at, self.size, &FOUR);
        let pixels = self.closures[closure].iter().flat_map(|&at| beside(at)).flat_map(beside);
        pixels.filter_map(|at| self.at.get(&at)).flatten().copied().collect()
    }

    /// Opens a closure.
    pub(super) fn open(&mut self, closure: usize) {
        self.joins(closure);
    }

    /// Opens a closure if that joins no regions; whether it did.
    pub(super) fn open_if_idle(&mut self, closure: usize) -> bool {
        let joins = self.joins(closure);
        let is_idle = !joins.iter().any(|join| join.are_regions);
        if !is_idle {
            joins.into_iter().rev().for_each(|join| self.joined.undo(&join));
            for &at in &self.closures[closure] {
                self.covers[self.nodes[at] as usize] += 1;
            }
        }
        is_idle
    }

    /// Opens a closure; what that joined, in order.
    fn joins(&mut self, closure: usize) -> Vec<Join> {
        let Self { size, nodes, closures, covers, joined, .. } = self;
        let mut joins = Vec::new();
        for &at in &closures[closure] {
            let node = nodes[at];
            covers[node as usize] -= 1;
            if covers[node as usize] > 0 {
                continue;
            }
            let beside = neighbours(at, *size, &FOUR).map(|other| nodes[other]);
            let open = beside.filter(|&other| other != 0 && covers[other as usize] == 0);
            joins.extend(open.filter_map(|other| joined.join(node, other)));
        }
        joins
    }

    /// The region of a pixel, if it is neither line nor closed.
    fn region(&self, at: usize) -> Option<u32> {
        let node = self.nodes[at];
        (node != 0 && self.covers[node as usize] == 0).then(|| self.joined.root(node))
    }

    fn is_closed(&self, at: usize) -> bool {
        self.covers[self.nodes[at] as usize] > 0
    }
}

impl Joined {
    fn root(&self, mut node: u32) -> u32 {
        while self.parents[node as usize] != node {
            node = self.parents[node as usize];
        }
        node
    }

    /// Joins the regions of two nodes, if they are two.
    fn join(&mut self, a: u32, b: u32) -> Option<Join> {
        let (a, b) = (self.root(a) as usize, self.root(b) as usize);
        let (kept, gone) = if self.sizes[a] < self.sizes[b] { (b, a) } else { (a, b) };
        let (radius, other) = (self.radii[kept], self.radii[gone]);
        (kept != gone).then(|| {
            self.parents[gone] = kept as u32;
            self.sizes[kept] += self.sizes[gone];
            self.radii[kept] = radius.max(other);
            Join { kept, gone, radius, are_regions: radius > 0.0 && other > 0.0 }
        })
    }

    /// Takes back the last of the joins that there are.
    fn undo(&mut self, join: &Join) {
        self.parents[join.gone] = join.gone as u32;
        self.sizes[join.kept] -= self.sizes[join.gone];
        self.radii[join.kept] = join.radius;
    }
}

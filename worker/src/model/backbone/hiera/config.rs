//! Dimensions of a Hiera.

use serde::{Deserialize, Serialize};

use super::STEM;

/// Hidden width of a block's MLP, in widths of the block.
pub(super) const RATIO: usize = 4;

/// Dimensions of the image encoder of SAM 2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HieraConfig {
    /// Channels of the first stage; each later one has twice as many: 144 (L).
    pub width: usize,
    /// Attention heads of the first stage; each later one has twice as many: 2 (L).
    pub heads: usize,
    /// Blocks of the four stages: 2, 6, 36, 4 (L).
    pub depths: [usize; 4],
    /// Side of the windows of each stage: 8, 4, 16, 8 (L).
    pub windows: [usize; 4],
    /// Blocks that see the whole map: 23, 33, 43 (L).
    pub global: Vec<usize>,
    /// Height and width of the position embedding that is enlarged: (7, 7) (L).
    pub position: (usize, usize),
    /// Channels of the map that comes out: 256.
    pub neck: usize,
    /// Side of the input in pixels: 1024.
    pub input: usize,
}

/// A stage: its channels, and the block behind its last one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage {
    pub width: usize,
    pub end: usize,
}

/// What a block is like.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub input: usize,
    pub output: usize,
    pub heads: usize,
    /// Side of its windows; none if it sees the whole map.
    pub window: Option<usize>,
    /// Whether it halves the map.
    pub pools: bool,
}

impl HieraConfig {
    /// The published encoder with stages of these depths, whose first is `width` wide. What is not in the tensors
    /// (heads, windows, blocks that see everything) follows from them.
    #[must_use]
    pub fn published(
        width: usize,
        depths: [usize; 4],
        position: (usize, usize),
        neck: usize,
    ) -> Option<Self> {
        let (heads, windows, global) = match depths {
            [1, 2, 7, 2] => (1, [8, 4, 14, 7], vec![5, 7, 9]),
            [1, 2, 11, 2] => (1, [8, 4, 14, 7], vec![7, 10, 13]),
            [2, 3, 16, 3] => (2, [8, 4, 14, 7], vec![12, 16, 20]),
            [2, 6, 36, 4] => (2, [8, 4, 16, 8], vec![23, 33, 43]),
            _ => return None,
        };
        Some(Self { width, heads, depths, windows, global, position, neck, input: 1024 })
    }

    pub(super) fn stages(&self) -> [Stage; 4] {
        std::array::from_fn(|stage| Stage {
            width: self.width << stage,
            end: self.depths[..=stage].iter().sum(),
        })
    }

    /// The blocks in order. The first one of a stage halves the map, and still has the windows of the stage before.
    pub(super) fn blocks(&self) -> Vec<Plan> {
        let mut plans = Vec::new();
        for (stage, &depth) in self.depths.iter().enumerate() {
            for block in 0..depth {
                let pools = block == 0 && stage > 0;
                let before = stage - usize::from(pools);
                let whole = self.global.contains(&plans.len());
                plans.push(Plan {
                    input: self.width << before,
                    output: self.width << stage,
                    heads: self.heads << stage,
                    window: (!whole).then(|| self.windows[before]),
                    pools,
                });
            }
        }
        plans
    }

    /// Height and width of the map after the stem.
    pub(super) fn grid(&self) -> usize {
        self.input / STEM.1
    }

    pub(in super::super) fn numbers(&self, on_cpu: bool) -> u64 {
        // The largest map with queries, keys, values and the hidden layer; or all scores of a block that sees the
        // whole map, of all heads at a time on a GPU.
        let block = self.grid().pow(2) * self.width * (4 + 2 * RATIO);
        let tokens = (self.grid() / 4).pow(2);
        let heads = if on_cpu { 1 } else { self.heads << 2 };
        block.max(3 * heads * tokens * tokens) as u64
    }

    pub(in super::super) fn check(&self) -> Result<(), String> {
        let Self { width, heads, input, windows, depths, .. } = self;
        if !width.is_multiple_of(*heads) {
            return Err(format!("a Hiera width of {width} cannot be shared among {heads} attention heads"));
        }
        let halved = windows[..3].iter().all(|window| window.is_multiple_of(2));
        if !halved {
            return Err(format!("a Hiera of depths {depths:?} and windows {windows:?} is none"));
        }
        // Four maps, each half as large as the one before; the first is tiled with windows.
        if !input.is_multiple_of(8 * STEM.1) || !self.grid().is_multiple_of(windows[0]) {
            return Err(format!("a Hiera input of {input} is not made of windows of {}", windows[0]));
        }
        Ok(())
    }
}

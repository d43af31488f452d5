//! What is launched for attention.

use crate::gpu::{Call, Element, Pointer, Source};

/// Width of a head that the kernels are written for.
pub(super) const WIDTH: usize = 64;
/// Queries of a block.
const QUERIES: u32 = 64;

/// How many there are of what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) batch: u32,
    pub(super) tokens: u32,
    pub(super) heads: u32,
}

/// Attention from `rows` (`[batch, tokens, 3, heads, 64]`) to `out` (`[batch, tokens, heads, 64]`).
pub(super) fn call(element: Element, shape: Shape, rows: Pointer, out: Pointer) -> Call {
    let grid = [shape.tokens.div_ceil(QUERIES), shape.heads, shape.batch];
    let block = if element == Element::F32 { 256 } else { 128 };
    // Powers are of two there.
    let scale = std::f64::consts::LOG2_E / (WIDTH as f64).sqrt();
    Call::of(Source::Attention, "attention", element, grid, block)
        .pointer(rows)
        .pointer(out)
        .number(shape.tokens)
        .number(shape.heads)
        .float(scale as f32)
}

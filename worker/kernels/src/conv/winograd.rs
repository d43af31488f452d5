//! The transforms of F(2×2, 3×3): to 16 positions and back.

use std::ops::Range;

use candle_core::{CpuStorage, InplaceOp1, Layout, Result, Tensor, bail};
use rayon::prelude::*;

use crate::cpu::vectorised;

/// Positions of a transformed tile.
pub(super) const POSITIONS: usize = 16;

/// Height and width of a map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    pub(super) height: usize,
    pub(super) width: usize,
}

impl Plane {
    /// Elements of a map, at least 1 so that slices can be cut by it.
    pub(super) fn pixels(self) -> usize {
        (self.height * self.width).max(1)
    }
}

/// `[out, in, 3, 3]` to `[16, out, in]`: `G g Gᵀ` of each kernel.
pub(super) fn transform_weights(weight: &Tensor) -> Result<Tensor> {
    let (outputs, inputs, _, _) = weight.dims4()?;
    let kernels: Vec<f32> = weight.flatten_all()?.to_vec1()?;
    let count = outputs * inputs;
    let mut out = vec![0.0; POSITIONS * count];
    for (pair, kernel) in kernels.chunks_exact(9).enumerate() {
        let columns: [[f64; 4]; 3] =
            std::array::from_fn(|x| transform_kernel(std::array::from_fn(|y| f64::from(kernel[y * 3 + x]))));
        for y in 0..4 {
            let row = transform_kernel(std::array::from_fn(|x| columns[x][y]));
            for x in 0..4 {
                out[(y * 4 + x) * count + pair] = row[x] as f32;
            }
        }
    }
    Tensor::from_vec(out, (POSITIONS, outputs, inputs), weight.device())
}

fn transform_kernel(g: [f64; 3]) -> [f64; 4] {
    [g[0], (g[0] + g[1] + g[2]) / 2.0, (g[0] - g[1] + g[2]) / 2.0, g[2]]
}

#[inline(always)]
fn transform_input(d: [f32; 4]) -> [f32; 4] {
    [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]]
}

#[inline(always)]
fn transform_output(m: [f32; 4]) -> [f32; 2] {
    [m[0] + m[1] + m[2], m[1] - m[2] - m[3]]
}

/// Writes the transformed tiles of some tile rows of all planes into `[in, 16, tiles]`.
pub(super) struct FillTiles<'a> {
    pub(super) planes: &'a [&'a [f32]],
    pub(super) plane: Plane,
    pub(super) rows: Range<usize>,
}

impl InplaceOp1 for FillTiles<'_> {
    fn name(&self) -> &'static str {
        "conv3x3-tiles"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, _: &Layout) -> Result<()> {
        let CpuStorage::F32(tiles) = storage else { bail!("{}: needs f32", self.name()) };
        let count = self.rows.len() * self.plane.width.div_ceil(2);
        tiles.par_chunks_exact_mut(POSITIONS * count).zip(self.planes).for_each(|(out, input)| {
            fill_plane(input, self.plane, self.rows.clone(), out);
        });
        Ok(())
    }
}

/// One row of a padded plane, even and odd columns apart so that neighbouring tiles are neighbours in memory.
struct SplitRow {
    even: Vec<f32>,
    odd: Vec<f32>,
}

impl SplitRow {
    /// Room for `tiles` tiles and the two columns after the last.
    fn new(tiles: usize) -> Self {
        Self { even: vec![0.0; tiles + 1], odd: vec![0.0; tiles + 1] }
    }

    /// Takes row `y` of the padded plane (row 0 is the padding above).
    #[inline(always)]
    fn load(&mut self, input: &[f32], plane: Plane, y: usize) {
        if y == 0 || y > plane.height {
            self.even.fill(0.0);
            self.odd.fill(0.0);
            return;
        }
        // Padded column 0 is the padding on the left, so pixel 0 is odd. What is past the row is 0 from the start and
        // stays so.
        let row = &input[(y - 1) * plane.width..][..plane.width];
        let (pairs, last) = row.as_chunks::<2>();
        for ((odd, even), pair) in self.odd.iter_mut().zip(&mut self.even[1..]).zip(pairs) {
            *odd = pair[0];
            *even = pair[1];
        }
        if let [last] = last {
            self.odd[pairs.len()] = *last;
        }
    }
}

vectorised! {
    fn fill_plane<'a>(input: &'a [f32], plane: Plane, rows: Range<usize>, out: &'a mut [f32]) {
        let tiles = plane.width.div_ceil(2);
        let count = rows.len() * tiles;
        let mut split: [SplitRow; 4] = std::array::from_fn(|_| SplitRow::new(tiles));
        let mut positions: Vec<&mut [f32]> = out.chunks_exact_mut(count).collect();
        for (index, tile_row) in rows.enumerate() {
            // Two of the four rows are those of the tiles above.
            split.rotate_left(2);
            let known = if index == 0 { 0 } else { 2 };
            for (dy, row) in split.iter_mut().enumerate().skip(known) {
                row.load(input, plane, 2 * tile_row + dy);
            }
            let at = index * tiles..(index + 1) * tiles;
            for (y, group) in positions.chunks_exact_mut(4).enumerate() {
                let [p0, p1, p2, p3] = group else { continue };
                let outs = [&mut p0[at.clone()], &mut p1[at.clone()], &mut p2[at.clone()], &mut p3[at.clone()]];
                fill_row(&split, y, outs);
            }
        }
    }
}

/// The four positions of row `y` of the transform, for one row of tiles.
#[inline(always)]
fn fill_row(split: &[SplitRow; 4], y: usize, [o0, o1, o2, o3]: [&mut [f32]; 4]) {
    // Row y of the vertical transform is one row plus or minus another.
    let (first, second, sign) = [(0, 2, -1.0), (1, 2, 1.0), (2, 1, -1.0), (1, 3, -1.0)][y];
    let (a, b): (&SplitRow, &SplitRow) = (&split[first], &split[second]);
    let tiles = o0.len();
    let (ae, ao, be, bo) = (&a.even[..=tiles], &a.odd[..=tiles], &b.even[..=tiles], &b.odd[..=tiles]);
    let (o1, o2, o3) = (&mut o1[..tiles], &mut o2[..tiles], &mut o3[..tiles]);
    for t in 0..tiles {
        let column = transform_input([
            ae[t] + sign * be[t],
            ao[t] + sign * bo[t],
            ae[t + 1] + sign * be[t + 1],
            ao[t + 1] + sign * bo[t + 1],
        ]);
        o0[t] = column[0];
        o1[t] = column[1];
        o2[t] = column[2];
        o3[t] = column[3];
    }
}

vectorised! {
    /// Transforms the products of one output channel back into rows `2 · rows` of its plane.
    pub(super) fn gather_tiles<'a>(
        positions: [&'a [f32]; POSITIONS],
        plane: Plane,
        rows: Range<usize>,
        out: &'a mut [f32],
    ) {
        let tiles = plane.width.div_ceil(2);
        let mut columns: [Vec<f32>; 4] = std::array::from_fn(|_| vec![0.0; tiles]);
        let mut pixels = vec![0.0; 2 * tiles];
        for (index, tile_row) in rows.enumerate() {
            let row: [&[f32]; POSITIONS] = std::array::from_fn(|p| &positions[p][index * tiles..][..tiles]);
            for y in 0..2.min(plane.height - 2 * tile_row) {
                for (x, column) in columns.iter_mut().enumerate() {
                    gather_column([row[x], row[4 + x], row[8 + x], row[12 + x]], y, column);
                }
                gather_row(&columns, &mut pixels);
                let start = (2 * tile_row + y) * plane.width;
                out[start..][..plane.width].copy_from_slice(&pixels[..plane.width]);
            }
        }
    }
}

/// The vertical transform of one column of positions: what it gives for row `y` of each tile.
#[inline(always)]
fn gather_column([m0, m1, m2, m3]: [&[f32]; 4], y: usize, out: &mut [f32]) {
    let (m0, m1, m2, m3) = (&m0[..out.len()], &m1[..out.len()], &m2[..out.len()], &m3[..out.len()]);
    for (t, out) in out.iter_mut().enumerate() {
        *out = transform_output([m0[t], m1[t], m2[t], m3[t]])[y];
    }
}

/// The horizontal transform: two pixels of each tile.
#[inline(always)]
fn gather_row(columns: &[Vec<f32>; 4], pixels: &mut [f32]) {
    let (pairs, _) = pixels.as_chunks_mut::<2>();
    let [c0, c1, c2, c3] = columns.each_ref().map(|column| &column[..pairs.len()]);
    for (t, pair) in pairs.iter_mut().enumerate() {
        *pair = transform_output([c0[t], c1[t], c2[t], c3[t]]);
    }
}

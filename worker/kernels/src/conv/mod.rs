//! 3×3 convolution by Winograd's minimal filtering F(2×2, 3×3).
//!
//! Each tile of 2×2 results needs 16 products instead of 36 (Lavin and Gray, "Fast Algorithms for Convolutional Neural
//! Networks", 2016). The products of one of the 16 positions over all channels and tiles are a matrix product, which
//! is where the time goes; tiles are worked on in chunks so that memory stays bounded. The transforms only add and
//! halve, so the result is as exact as the direct sum.

mod winograd;

use candle_core::{DType, Result, Storage, Tensor, bail};
use rayon::prelude::*;

use crate::cpu::contiguous;
use winograd::{FillTiles, POSITIONS, Plane};

/// Bytes of transformed input held at a time.
const CHUNK_BYTES: usize = 8 << 20;

/// A 3×3 convolution with padding 1 and stride 1, without bias (`F.conv2d(x, weight, padding=1)`).
#[derive(Clone, Debug)]
pub struct Conv3x3 {
    /// On the CPU the transformed weights `[16, out, in]`, elsewhere the weights as they are, `[out, in, 3, 3]`.
    weight: Tensor,
    inputs: usize,
    outputs: usize,
}

impl Conv3x3 {
    /// Prepares the weights, `[out, in, 3, 3]` f32.
    ///
    /// # Errors
    /// When they have another shape or type.
    pub fn new(weight: &Tensor) -> Result<Self> {
        let (outputs, inputs, height, width) = weight.dims4()?;
        if (height, width) != (3, 3) {
            bail!("conv3x3: a kernel of {width}x{height}");
        }
        let on_cpu = weight.device().is_cpu();
        let weight = if on_cpu { winograd::transform_weights(weight)? } else { weight.clone() };
        Ok(Self { weight, inputs, outputs })
    }

    /// Convolves maps that are laid one after the other along the channels, without copying them together.
    ///
    /// Each map is `[batch, channels, h, w]` f32, the channels add up to those of the weights; the result is
    /// `[batch, out, h, w]`.
    ///
    /// # Errors
    /// When shapes or types do not fit, or a CPU map is not contiguous.
    pub fn forward(&self, maps: &[&Tensor]) -> Result<Tensor> {
        let Some(first) = maps.first() else { bail!("conv3x3: no map") };
        let (batch, _, height, width) = first.dims4()?;
        if !first.device().is_cpu() {
            return Tensor::cat(maps, 1)?.conv2d(&self.weight, 1, 1, 1, 1);
        }
        let mut out = vec![0.0; batch * self.outputs * height * width];
        for (image, out) in out.chunks_exact_mut((self.outputs * height * width).max(1)).enumerate() {
            let parts = maps.iter().map(|map| map.get(image)).collect::<Result<Vec<_>>>()?;
            self.forward_one(&parts, Plane { height, width }, out)?;
        }
        Tensor::from_vec(out, (batch, self.outputs, height, width), first.device())
    }

    /// Convolves one image, whose maps are `[channels, h, w]`.
    fn forward_one(&self, maps: &[Tensor], plane: Plane, out: &mut [f32]) -> Result<()> {
        let guards: Vec<_> = maps.iter().map(Tensor::storage_and_layout).collect();
        let mut planes = Vec::with_capacity(self.inputs);
        for (storage, layout) in &guards {
            let (Storage::Cpu(storage), [_, h, w]) = (&**storage, layout.dims()) else {
                bail!("conv3x3: maps on different devices");
            };
            if (*h, *w) != (plane.height, plane.width) {
                bail!("conv3x3: maps of {w}x{h} and {}x{}", plane.width, plane.height);
            }
            planes.extend(contiguous(storage, layout, "conv3x3")?.chunks_exact(plane.pixels()));
        }
        if planes.len() != self.inputs {
            bail!("conv3x3: {} channels, the weights have {}", planes.len(), self.inputs);
        }
        let tiles = plane.width.div_ceil(2);
        let tile_rows = plane.height.div_ceil(2);
        let row_bytes = POSITIONS * self.inputs * tiles * size_of::<f32>();
        let step = (CHUNK_BYTES / row_bytes.max(1)).max(1);
        let mut room = self.tiles(tiles * step.min(tile_rows))?;
        for start in (0..tile_rows).step_by(step) {
            let rows = start..(start + step).min(tile_rows);
            if rows.len() * tiles != room.dim(2)? {
                room = self.tiles(tiles * rows.len())?;
            }
            self.forward_rows(&planes, plane, rows, &room, out)?;
        }
        Ok(())
    }

    /// Room for the transformed input of `count` tiles, `[in, 16, count]`.
    fn tiles(&self, count: usize) -> Result<Tensor> {
        Tensor::zeros((self.inputs, POSITIONS, count), DType::F32, self.weight.device())
    }

    /// Convolves some rows of tiles, with room for their transformed input.
    fn forward_rows(
        &self,
        planes: &[&[f32]],
        plane: Plane,
        rows: std::ops::Range<usize>,
        tiles: &Tensor,
        out: &mut [f32],
    ) -> Result<()> {
        let count = rows.len() * plane.width.div_ceil(2);
        let fill = FillTiles { planes, plane, rows: rows.clone() };
        tiles.inplace_op1(&fill)?;
        let products = self.weight.matmul(&tiles.permute((1, 0, 2))?)?;
        let (storage, layout) = products.storage_and_layout();
        let Storage::Cpu(storage) = &*storage else { bail!("conv3x3: products left the CPU") };
        let products = contiguous(storage, layout, "conv3x3")?;
        out.par_chunks_exact_mut(plane.pixels()).enumerate().for_each(|(channel, out)| {
            let at = |position: usize| &products[(position * self.outputs + channel) * count..][..count];
            winograd::gather_tiles(std::array::from_fn(at), plane, rows.clone(), out);
        });
        Ok(())
    }
}

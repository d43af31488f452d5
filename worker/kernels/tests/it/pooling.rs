use candle_core::{DType, Device, Result, Tensor};
use proptest::prelude::*;
use shiage_kernels::{LabelImage, PoolPlan, Pooling};

use crate::worst;

#[derive(Clone, Debug)]
struct Case {
    labels: Vec<u32>,
    width: usize,
    segments: usize,
    grid: (usize, usize),
    pooling: Pooling,
    channels: usize,
}

impl Case {
    fn image(&self) -> LabelImage<'_> {
        LabelImage { labels: &self.labels, width: self.width, segments: self.segments }
    }

    fn map(&self) -> Result<Tensor> {
        let (height, width) = self.grid;
        let count = self.channels * height * width;
        let values: Vec<f32> = (0..count).map(|i| ((i * 7919) % 1009) as f32 / 100.0 - 5.0).collect();
        Tensor::from_vec(values, (self.channels, height, width), &Device::Cpu)
    }

    /// Enlarges the map, masks it and takes the mean, as the reference does, in f64.
    fn naive(&self) -> Result<Tensor> {
        let height = self.labels.len() / self.width;
        let (down, across) = match self.pooling {
            Pooling::FullSize => (1, 1),
            Pooling::MaxPooled { pool } => ((height / pool.0).max(1), (self.width / pool.1).max(1)),
        };
        let (rows, columns) = (height / down, self.width / across);
        let map = self.map()?.to_dtype(DType::F64)?.unsqueeze(0)?;
        let large = map.upsample_bilinear2d(rows, columns, false)?.get(0)?.to_vec3::<f64>()?;
        let mut out = vec![0.0; self.segments * self.channels];
        for segment in 0..self.segments {
            let inside = |y: usize, x: usize| {
                (0..down * across).any(|i| {
                    let at = (y * down + i / across) * self.width + x * across + i % across;
                    self.labels[at] as usize == segment + 1
                })
            };
            let cells: Vec<_> = (0..rows * columns)
                .map(|i| (i / columns, i % columns))
                .filter(|&(y, x)| inside(y, x))
                .collect();
            for (channel, plane) in large.iter().enumerate() {
                let sum: f64 = cells.iter().map(|&(y, x)| plane[y][x]).sum();
                out[segment * self.channels + channel] = sum / (cells.len() as f64).max(1e-6);
            }
        }
        Tensor::from_vec(out, (self.segments, self.channels), &Device::Cpu)
    }
}

fn pooling() -> impl Strategy<Value = Pooling> {
    let pool = (1usize..9, 1usize..9).prop_map(|pool| Pooling::MaxPooled { pool });
    prop_oneof![Just(Pooling::FullSize), pool]
}

/// Small odd sizes; labels in blocks, so that there are runs, and segments without a pixel.
fn cases() -> impl Strategy<Value = Case> {
    let sizes = (1usize..24, 1usize..24, 1usize..6, 1usize..9, 1usize..9);
    (sizes, pooling(), 1usize..4, any::<u64>()).prop_map(
        |((width, height, segments, rows, columns), pooling, channels, seed)| {
            let label = |i: usize| {
                let block = (i / width / 3 * 31 + i % width / 2) as u64;
                let mixed = (block ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
                (mixed % (segments as u64 + 1)) as u32
            };
            Case {
                labels: (0..width * height).map(label).collect(),
                width,
                segments,
                grid: (rows, columns),
                pooling,
                channels,
            }
        },
    )
}

proptest! {
    #[test]
    fn equals_enlarging_and_masking(case in cases()) {
        let plan = PoolPlan::new(&case.image(), case.grid, case.pooling).unwrap();
        let map = case.map().unwrap();
        let expected = case.naive().unwrap();
        prop_assert!(worst(&plan.apply(&map).unwrap(), &expected).unwrap() < 2e-6);
        let cells_first = map.permute((1, 2, 0)).unwrap().contiguous().unwrap().permute((2, 0, 1)).unwrap();
        prop_assert!(worst(&plan.apply(&cells_first).unwrap(), &expected).unwrap() < 2e-6);
    }

    #[test]
    fn weights_of_a_segment_add_up_to_one(case in cases()) {
        let plan = PoolPlan::new(&case.image(), case.grid, case.pooling).unwrap();
        for (pair, occupied) in plan.offsets().windows(2).zip(plan.occupied()) {
            let entries = pair[0] as usize..pair[1] as usize;
            let sum: f32 = plan.weights()[entries.clone()].iter().sum();
            prop_assert!((sum - occupied).abs() < 1e-5);
            prop_assert!(plan.cells()[entries].is_sorted_by(|a, b| a < b));
        }
    }
}

#[test]
fn a_segment_in_the_dropped_rest_is_zeros() -> Result<()> {
    let labels = [1, 1, 1, 1, 2];
    let image = LabelImage { labels: &labels, width: 5, segments: 2 };
    let plan = PoolPlan::new(&image, (1, 2), Pooling::MaxPooled { pool: (1, 2) })?;
    let pooled = plan.apply(&Tensor::new(&[[[1f32, 3.0]]], &Device::Cpu)?)?;
    assert_eq!(pooled.to_vec2::<f32>()?, [[2.0], [0.0]]);
    assert_eq!(plan.occupied(), [1.0, 0.0]);
    Ok(())
}

#[test]
fn refuses_what_does_not_fit() -> Result<()> {
    let plan = |labels: &[u32], width, grid| {
        PoolPlan::new(&LabelImage { labels, width, segments: 1 }, grid, Pooling::FullSize)
    };
    assert!(plan(&[0, 1, 2, 0], 2, (1, 1)).is_err(), "a label above the count");
    assert!(plan(&[0, 1, 1], 2, (1, 1)).is_err(), "half a row");
    assert!(plan(&[], 0, (1, 1)).is_err(), "no pixel");
    assert!(plan(&[1], 1, (0, 1)).is_err(), "no cell");
    let wrong_grid = Tensor::zeros((1, 3, 2), DType::F32, &Device::Cpu)?;
    assert!(plan(&[1], 1, (2, 3))?.apply(&wrong_grid).is_err());
    Ok(())
}

/// A drawing where every pixel is its own run must not cost segments × cells.
#[test]
fn noise_stays_small() -> Result<()> {
    let labels: Vec<u32> = (0..300 * 200).map(|i| (i * 7919 % 5000) as u32 + 1).collect();
    let image = LabelImage { labels: &labels, width: 300, segments: 5000 };
    let plan = PoolPlan::new(&image, (37, 37), Pooling::FullSize)?;
    assert!(plan.cells().len() <= 4 * labels.len());
    Ok(())
}

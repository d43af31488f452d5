//! The operations on a GPU against their CPU bodies. Without a GPU each test says so and ends.

use std::sync::OnceLock;

use candle_core::{DType, Device, Result, Tensor};
use shiage_kernels::device::{Choice, open};
use shiage_kernels::labels::label;
use shiage_kernels::{
    AddGelu, Attention, Conv3x3, Corners, DrawingInput, InstanceNormRelu, LabelImage, MaxPool2, PoolPlan,
    Pooling, ResidentPlan, Resize, Softmax,
};

use crate::worst;

/// The types of maps, and how far a result of some size may be off.
const TYPES: [(DType, f64); 3] = [(DType::F32, 1e-5), (DType::F16, 4e-3), (DType::BF16, 3e-2)];

#[allow(clippy::print_stderr)]
fn gpu() -> Option<&'static Device> {
    static GPU: OnceLock<Option<Device>> = OnceLock::new();
    let open =
        || open(Choice::Cuda(0)).map(|opened| opened.device).map_err(|error| eprintln!("skipped: {error}"));
    GPU.get_or_init(|| open().ok()).as_ref()
}

fn random(shape: &[usize], dtype: DType) -> Result<Tensor> {
    Tensor::randn(0f32, 1.5, shape, &Device::Cpu)?.to_dtype(dtype)
}

/// Compares what a GPU makes of an input of each type with what the CPU makes of its values.
fn compare(shape: &[usize], operation: impl Fn(Tensor) -> Result<Tensor>) -> Result<()> {
    let Some(gpu) = gpu() else { return Ok(()) };
    for (dtype, limit) in TYPES {
        let input = random(shape, dtype)?;
        let expected = operation(input.to_dtype(DType::F32)?.copy()?)?;
        let found = operation(input.to_device(gpu)?)?.to_dtype(DType::F32)?.to_device(&Device::Cpu)?;
        let size = expected.abs()?.max_all()?.to_scalar::<f32>()?.max(1.0);
        let off = worst(&found, &expected)? / f64::from(size);
        assert!(off < limit, "{shape:?} of {dtype:?}: off by {off:e}");
    }
    Ok(())
}

#[test]
fn attention() -> Result<()> {
    for (batch, tokens, heads) in [(1, 1, 1), (2, 63, 3), (1, 129, 2), (2, 1370, 16)] {
        compare(&[batch, tokens, 3 * heads * 64], |rows| Attention { heads }.apply(&rows))?;
    }
    // A width of heads that there is no kernel for.
    compare(&[1, 9, 3 * 2 * 16], |rows| Attention { heads: 2 }.apply(&rows))
}

#[test]
fn instance_norm() -> Result<()> {
    for (planes, height, width) in [(3, 5, 7), (64, 129, 257), (2, 512, 512), (1024, 32, 32), (1, 1, 1)] {
        compare(&[1, planes, height, width], |map| InstanceNormRelu { eps: 1e-5 }.apply((map + 2.0)?))?;
    }
    Ok(())
}

#[test]
fn resize() -> Result<()> {
    for (from, to) in [((3, 5), (6, 10)), ((101, 33), (37, 37)), ((1, 1), (4, 3)), ((64, 64), (128, 128))] {
        for corners in [Corners::HalfPixel, Corners::Aligned] {
            let resize = Resize { height: to.0, width: to.1, corners };
            compare(&[2, 3, from.0, from.1], |map| resize.apply(&map))?;
        }
    }
    Ok(())
}

#[test]
fn rows() -> Result<()> {
    for width in [1, 7, 1370, 4096] {
        compare(&[3, 5, width], |rows| Softmax { scale: 0.125 }.apply(rows))?;
        let bias = random(&[width], DType::F32)?;
        compare(&[5000, width], |rows| {
            let bias = bias.to_dtype(rows.dtype())?.to_device(rows.device())?;
            AddGelu.apply(rows, &bias)
        })?;
    }
    Ok(())
}

#[test]
fn convolution_and_max_pool() -> Result<()> {
    compare(&[2, 5, 17, 33], |map| MaxPool2.apply(&map))?;
    let weight = (random(&[7, 5, 3, 3], DType::F32)? * 0.2)?;
    compare(&[2, 5, 17, 33], |map| {
        let weight = weight.to_dtype(map.dtype())?.to_device(map.device())?;
        Conv3x3::new(&weight)?
            .forward(&[&map.narrow(1, 0, 2)?.contiguous()?, &map.narrow(1, 2, 3)?.contiguous()?])
    })
}

/// Blocks of odd size; the fourth segment has no pixel.
fn labels(height: usize, width: usize) -> Vec<u32> {
    let label = |i: usize| [0, 1, 2, 3, 5, 1, 3][(i / width / 7 * 3 + i % width / 13) % 7];
    (0..height * width).map(label).collect()
}

#[test]
fn pooling() -> Result<()> {
    let (height, width) = (1080, 1917);
    let labels = labels(height, width);
    let image = LabelImage { labels: &labels, width, segments: 5 };
    for pooling in [Pooling::FullSize, Pooling::MaxPooled { pool: (512, 512) }] {
        for (grid, channels) in [((37, 37), 1024), ((512, 512), 64)] {
            let plan = PoolPlan::new(&image, grid, pooling)?;
            compare(&[channels, grid.0, grid.1], |map| plan.apply(&map))?;
            compare(&[grid.0, grid.1, channels], |map| plan.apply(&map.permute((2, 0, 1))?))?;
            let Some(gpu) = gpu() else { continue };
            let on_gpu = Tensor::from_slice(&labels, (height, width), gpu)?;
            let resident = ResidentPlan::new(&on_gpu, 5, grid, pooling)?;
            assert_eq!(resident.occupied(), plan.occupied());
            compare(&[channels, grid.0, grid.1], |map| match map.device().is_cpu() {
                true => plan.apply(&map),
                false => resident.apply(&map),
            })?;
        }
    }
    Ok(())
}

#[test]
fn drawings() -> Result<()> {
    let Some(gpu) = gpu() else { return Ok(()) };
    let bytes: Vec<u8> = (0..2 * 108 * 191 * 4).map(|i| (i * 7919 % 257).min(255) as u8).collect();
    let drawings = Tensor::from_vec(bytes, (2, 108, 191, 4), &Device::Cpu)?;
    for (dtype, limit) in TYPES {
        let input = DrawingInput { side: 70, over_paper: true, dtype };
        let expected = DrawingInput { dtype: DType::F32, ..input }.apply(&drawings)?;
        let found = input.apply(&drawings.to_device(gpu)?)?.to_dtype(DType::F32)?.to_device(&Device::Cpu)?;
        assert!(worst(&found, &expected)? < limit, "{dtype:?}");
    }
    Ok(())
}

#[test]
fn labels_of_a_drawing() -> Result<()> {
    let Some(gpu) = gpu() else { return Ok(()) };
    let (width, height) = (1917, 1080);
    let colours =
        [cel::Rgba::WHITE, cel::Rgba::BLACK, cel::Rgba::opaque(255, 0, 0), cel::Rgba::opaque(0, 0, 255)];
    for block in [1, 5, 60] {
        let colour = |i: usize| {
            let block = (i / width / block * 4801 + i % width / block) as u64;
            colours[(block.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 61) as usize % 4]
        };
        let pixels: Vec<cel::Rgba> = (0..width * height).map(colour).collect();
        let bytes: Vec<u8> = pixels.iter().flat_map(|pixel| pixel.0).collect();
        let size = cel::Size { width: width as u32, height: height as u32 };
        let format = cel::FileFormat::Png { sixteen_bit: false };
        let drawing = cel::Drawing { size, pixels, has_alpha: false, format };
        let expected = cel::segment(&drawing, cel::AlphaRule::Reference);
        let found = label(&Tensor::from_vec(bytes, (height, width, 4), gpu)?, false)?;
        assert_eq!(found.segments, expected.count as usize);
        assert!(found.labels.flatten_all()?.to_vec1::<u32>()? == expected.labels, "blocks of {block}");
    }
    Ok(())
}

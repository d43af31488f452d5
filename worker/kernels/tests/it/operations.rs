use candle_core::{DType, Device, Result, Tensor};
use shiage_kernels::{Conv3x3, Corners, InstanceNormRelu, MaxPool2, Resize};

use crate::worst;

fn random(shape: &[usize]) -> Result<Tensor> {
    Tensor::randn(0f32, 1.0, shape, &Device::Cpu)
}

#[test]
fn convolution_equals_the_direct_sum() -> Result<()> {
    for (height, width) in [(1, 1), (2, 3), (5, 4), (7, 7), (16, 33)] {
        let (map, weight) = (random(&[2, 5, height, width])?, random(&[4, 5, 3, 3])?);
        let expected = map.conv2d(&weight, 1, 1, 1, 1)?;
        let found = Conv3x3::new(&weight)?.forward(&[&map])?;
        assert!(worst(&found, &expected)? < 1e-5, "{width}x{height}");
    }
    Ok(())
}

#[test]
fn convolution_of_parts_equals_that_of_the_whole() -> Result<()> {
    let (one, two, weight) = (random(&[1, 3, 6, 8])?, random(&[1, 2, 6, 8])?, random(&[7, 5, 3, 3])?);
    let expected = Tensor::cat(&[&one, &two], 1)?.conv2d(&weight, 1, 1, 1, 1)?;
    let convolution = Conv3x3::new(&weight)?;
    assert!(worst(&convolution.forward(&[&one, &two])?, &expected)? < 1e-5);
    assert!(convolution.forward(&[&one]).is_err(), "too few channels");
    assert!(convolution.forward(&[]).is_err());
    Ok(())
}

/// Large enough for several chunks of tiles.
#[test]
fn convolution_in_chunks() -> Result<()> {
    let (map, weight) = (random(&[1, 256, 70, 70])?, random(&[2, 256, 3, 3])?);
    let wide = |tensor: &Tensor| tensor.to_dtype(DType::F64);
    let expected = wide(&map)?.conv2d(&wide(&weight)?, 1, 1, 1, 1)?;
    let direct = worst(&map.conv2d(&weight, 1, 1, 1, 1)?, &expected)?;
    let found = worst(&Conv3x3::new(&weight)?.forward(&[&map])?, &expected)?;
    assert!(found < 2.0 * direct, "off by {found:e}, the direct sum in f32 by {direct:e}");
    Ok(())
}

#[test]
fn resize_equals_the_one_of_candle() -> Result<()> {
    for (from, to) in [((3, 5), (6, 10)), ((7, 4), (3, 9)), ((1, 1), (4, 3)), ((37, 37), (54, 96))] {
        let map = random(&[2, 3, from.0, from.1])?;
        for corners in [Corners::HalfPixel, Corners::Aligned] {
            let expected = map.upsample_bilinear2d(to.0, to.1, corners == Corners::Aligned)?;
            let found = Resize { height: to.0, width: to.1, corners }.apply(&map)?;
            assert!(worst(&found, &expected)? < 2e-6, "{from:?} to {to:?}, {corners:?}");
        }
    }
    Ok(())
}

#[test]
fn instance_norm_equals_its_formula() -> Result<()> {
    let map = (random(&[2, 3, 5, 7])? * 3.0)?.affine(1.0, 4.0)?;
    let centred = map.broadcast_sub(&map.mean_keepdim((2, 3))?)?;
    let variance = centred.sqr()?.mean_keepdim((2, 3))?;
    let expected = centred.broadcast_div(&(variance + 1e-5)?.sqrt()?)?.relu()?;
    let found = InstanceNormRelu { eps: 1e-5 }.apply(map)?;
    assert!(worst(&found, &expected)? < 1e-5);
    Ok(())
}

#[test]
fn max_pool_drops_the_odd_rest() -> Result<()> {
    let map = random(&[1, 2, 5, 7])?;
    let expected = map.narrow(2, 0, 4)?.narrow(3, 0, 6)?.contiguous()?.max_pool2d(2)?;
    assert_eq!(worst(&MaxPool2.apply(&map)?, &expected)?, 0.0);
    Ok(())
}

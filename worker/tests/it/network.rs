//! The pieces of the networks, one by one.

use candle_core::{DType, Device, IndexOp, Tensor};
use cel::{AlphaRule, Labels};
use worker::engine::{Engine as _, SegmentFeatures};
use worker::model::BackboneConfig;
use worker::model::backbone::{Backbone as _, Vit, published};
use worker::model::input::{to_square, to_tensor};
use worker::model::unet::Stage;

use crate::golden::{Differences, Quantity, cases, drawing, engine, labels, tensors, weight};

/// The goldens of the case whose name begins with `letter`, and its target drawing as a tensor.
fn case(letter: &str) -> (std::collections::HashMap<String, Tensor>, Tensor) {
    let found =
        cases().into_iter().find(|path| path.file_name().unwrap().to_str().unwrap().starts_with(letter));
    let path = found.unwrap_or_else(|| panic!("no case {letter}"));
    let image = to_tensor(&drawing(&path.join("line/t0.png")), &Device::Cpu).unwrap();
    (tensors(&path.join("network.safetensors")), image)
}

fn every(map: &Tensor, step: usize) -> Tensor {
    let pick = |size: usize| Tensor::arange_step(0u32, size as u32, step as u32, &Device::Cpu).unwrap();
    let (_, height, width) = map.dims3().unwrap();
    map.index_select(&pick(height), 1).unwrap().index_select(&pick(width), 2).unwrap()
}

#[test]
fn inputs() {
    let (golden, image) = case("e_");
    let mut differences = Differences::default();
    for side in [518, 512] {
        let square = to_square(&image, side, AlphaRule::Reference, DType::F32).unwrap().i(0).unwrap();
        let rows = Tensor::arange_step(0u32, side as u32, 4, &Device::Cpu).unwrap();
        let found = square.index_select(&rows, 1).unwrap();
        let name = format!("tgt.prepared_{side}_rows4");
        differences.check(Quantity::Input, &found, &golden[&name], &name);
        let name = format!("tgt.prepared_{side}_sum");
        let mean = |sum: &Tensor| (sum / (side * side) as f64).unwrap();
        let found = mean(&square.sum((1, 2)).unwrap());
        differences.check(Quantity::Input, &found, &mean(&golden[&name]), &name);
    }
    differences.report("inputs");
}

/// The backbone of the goldens, as DINOv2's own checkpoint has it.
fn vit() -> Vit {
    let published = published::read(&weight("dinov2_small.pth"), Some(4)).unwrap();
    let BackboneConfig::Dinov2(config) = published.config else { panic!("{:?}", published.config) };
    Vit::new(&config, &published.weights).unwrap()
}

#[test]
fn backbone() {
    let (golden, image) = case("a_");
    let vit = vit();
    let mut differences = Differences::default();
    let image = to_square(&image, 518, AlphaRule::Reference, DType::F32).unwrap();
    let embedded = vit.embed(&image).unwrap();
    differences.check(Quantity::DinoMap, &embedded.i(0).unwrap(), &golden["tgt.dino_embed"], "dino_embed");
    let first = vit.blocks()[0].forward(&embedded).unwrap();
    differences.check(Quantity::DinoMap, &first.i(0).unwrap(), &golden["tgt.dino_block0"], "dino_block0");
    let map = vit.forward(&image).unwrap();
    let tokens = map.i(0).unwrap().flatten_from(1).unwrap().t().unwrap();
    differences.check(Quantity::DinoMap, &tokens, &golden["tgt.dino_tokens"], "dino_tokens");
    differences.report("backbone");
}

#[test]
fn a_batch_is_its_images() {
    let (_, image) = case("a_");
    let vit = vit();
    let image = to_square(&image, 518, AlphaRule::Reference, DType::F32).unwrap();
    let other = image.affine(-1.0, 1.0).unwrap();
    let both = vit.forward(&Tensor::cat(&[&image, &other], 0).unwrap()).unwrap();
    for (index, one) in [image, other].iter().enumerate() {
        assert_same(&both.i(index).unwrap(), &vit.forward(one).unwrap().i(0).unwrap(), "backbone");
    }
}

/// On a CPU, what comes out for a drawing does not follow from its batch at all.
#[test]
fn a_batch_of_drawings_is_its_drawings() {
    let (_folder, engine) = engine("1_1");
    let paths: Vec<_> = cases().into_iter().take(3).collect();
    let mut drawings: Vec<_> = paths
        .iter()
        .map(|case| (drawing(&case.join("line/t0.png")), labels(&case.join("seg/t0.png"))))
        .collect();
    let empty = Labels { labels: vec![0; drawings[0].0.pixels.len()], count: 0, size: drawings[0].0.size };
    drawings.insert(1, (drawings[0].0.clone(), empty));
    let batch: Vec<_> = drawings.iter().map(|(drawing, labels)| (drawing, labels)).collect();
    let all = engine.embed_all(&batch).unwrap();
    assert_eq!(all.len(), batch.len());
    for ((drawing, labels), together) in batch.into_iter().zip(&all) {
        let alone = engine.embed(drawing, labels).unwrap();
        let (SegmentFeatures::Vectors(together), SegmentFeatures::Vectors(alone)) = (together, &alone) else {
            panic!("features of another engine");
        };
        assert_same(together, alone, "features");
    }
}

fn assert_same(found: &Tensor, expected: &Tensor, what: &str) {
    assert_eq!(found.dims(), expected.dims(), "{what}");
    let values = |tensor: &Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    assert!(values(found) == values(expected), "{what}: differs from the same drawing alone");
}

#[test]
fn unet() {
    let (golden, image) = case("a_");
    let (_folder, engine) = engine("1_0");
    let unet = engine.model().unet().unwrap();
    let mut differences = Differences::default();
    let map = unet
        .forward_seen(
            &to_square(&image, 512, AlphaRule::Reference, DType::F32).unwrap(),
            &mut |stage, map| {
                let map = map.i(0).unwrap();
                match stage {
                    Stage::Encoder(0) => {
                        differences.check(
                            Quantity::UnetMap,
                            &every(&map, 8),
                            &golden["tgt.unet_enc0"],
                            "unet_enc0",
                        );
                    }
                    Stage::Bottleneck => {
                        let expected = &golden["tgt.unet_bottleneck"];
                        differences.check(Quantity::UnetMap, &every(&map, 2), expected, "unet_bottleneck");
                    }
                    _ => {}
                }
            },
        )
        .unwrap();
    let rows = map.i(0).unwrap().flatten_from(1).unwrap().t().unwrap();
    let map = unet.last_layer(&rows).unwrap().t().unwrap().reshape(((), 512, 512)).unwrap();
    let crop = map.i((.., 200..280, 160..240)).unwrap();
    differences.check(Quantity::UnetMap, &crop, &golden["tgt.unet_map_crop"], "unet_map_crop");
    let stride = every(&map, 8);
    differences.check(Quantity::UnetMap, &stride, &golden["tgt.unet_map_stride8"], "unet_map_stride8");
    differences.report("unet");
}

//! What a DACoN checkpoint is, by its tensors.

use super::{
    AttentionConfig, BackboneConfig, Comparison, ModelConfig, ModelError, MultiLayerConfig, Reduction,
    UnetConfig, Version, Weights,
};

/// Side of the input of the published U-Net; not in the checkpoint.
const UNET_INPUT: usize = 512;
/// Size the masks of version 1.1 are pooled to; not in the checkpoint either.
const POOL_SIZE: (usize, usize) = (512, 512);

/// What the keys of U-Net, heads and variants begin with.
pub(super) const PARTS: [&str; 6] =
    ["unet.", "dino_mlp.", "dino_unet_mlp.", "dpt.", "cross_attention.", "multiplex."];

/// Whether a checkpoint has the head that reduces the features of a backbone: what was trained without a backbone has
/// none.
pub(super) fn needs_backbone(weights: &Weights) -> bool {
    weights.has("dino_mlp.")
}

/// Reads version, variant and dimensions off the tensors.
///
/// # Errors
/// When they are not there, or do not fit together.
pub(super) fn config(weights: &Weights, backbone: Option<BackboneConfig>) -> Result<ModelConfig, ModelError> {
    let mut widths = Vec::new();
    while weights.has(&format!("unet.encoder_blocks.{}.", widths.len())) {
        let name = format!("unet.encoder_blocks.{}.conv.0.weight", widths.len());
        let [width, ..] = weights.shape::<4>(&name, "[width, input, 3, 3]")?;
        widths.push(width);
    }
    let [features, ..] = weights.shape::<4>("unet.final_conv.weight", "[features, width, 1, 1]")?;
    let head_width = match backbone {
        Some(_) => weights.shape::<2>("dino_mlp.fc1.weight", "[hidden, width]")?[0],
        None => 0,
    };
    let version = if weights.has("dino_unet_mlp.") { Version::V1_0 } else { Version::V1_1 };
    let config = ModelConfig {
        version,
        backbone,
        reduction: reduction(weights)?,
        unet: Some(UnetConfig { widths, input: UNET_INPUT }),
        features,
        head_width,
        pool_size: POOL_SIZE,
        comparison: comparison(weights)?,
    };
    config.check().map_err(|reason| ModelError::unsuitable(weights.path(), reason))?;
    Ok(config)
}

fn reduction(weights: &Weights) -> Result<Reduction, ModelError> {
    if !weights.has("dpt.") {
        return Ok(Reduction::LastLayer);
    }
    let width = |level: usize| {
        let name = format!("dpt.project.{level}.weight");
        weights.shape::<2>(&name, "[level width, width]").map(|[own, _]| own)
    };
    let [features, ..] = weights.shape::<4>("dpt.even.0.weight", "[features, level width, 3, 3]")?;
    let widths = [width(0)?, width(1)?, width(2)?, width(3)?];
    Ok(Reduction::MultiLayer(MultiLayerConfig { layers: numbers(weights, "dpt.layers")?, widths, features }))
}

fn comparison(weights: &Weights) -> Result<Comparison, ModelError> {
    for kind in [Comparison::CrossAttention, Comparison::Multiplex] {
        let Some((prefix, _)) = kind(AttentionConfig::PAPER).attention() else { continue };
        if weights.has(&format!("{prefix}.")) {
            let [heads] = numbers(weights, &format!("{prefix}.heads"))?;
            let layers = (0..).take_while(|layer| weights.has(&format!("{prefix}.layers.{layer}."))).count();
            return Ok(kind(AttentionConfig { layers, heads }));
        }
    }
    Ok(Comparison::Cosine)
}

/// Whole numbers that a tensor holds as f32.
fn numbers<const N: usize>(weights: &Weights, name: &str) -> Result<[usize; N], ModelError> {
    let found = weights.get(name, &[N])?.to_vec1::<f32>()?;
    let whole = |number: &f32| number.fract() == 0.0 && (0.0..=65_536.0).contains(number);
    if !found.iter().all(whole) {
        let reason = format!("tensor \"{name}\" holds {found:?}: whole numbers from 0 are expected");
        return Err(ModelError::unsuitable(weights.path(), reason));
    }
    Ok(std::array::from_fn(|index| found[index] as usize))
}

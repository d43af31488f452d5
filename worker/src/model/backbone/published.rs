//! Backbones as their authors publish them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use common::Digest;

use super::diffusion::{self, Parts};
use super::{BackboneConfig, ConvNextConfig, HieraConfig, VitConfig, hiera};
use crate::model::source::digest;
use crate::model::{ModelError, Weights, checkpoint};

/// Side of the input of DINOv2, which follows from its position embedding.
const DINOV2_INPUT: usize = 518;
/// Side of the input of OpenCLIP's ConvNeXt in the paper's comparison.
const CONVNEXT_INPUT: usize = 224;
/// What the keys of the image encoder begin with in an OpenCLIP checkpoint.
const OPEN_CLIP: &str = "visual.trunk.";
/// What files of weights are called.
const ENDINGS: [&str; 4] = ["safetensors", "pth", "pt", "bin"];

/// A backbone that was read.
#[derive(Debug)]
pub struct Published {
    /// Its dimensions.
    pub config: BackboneConfig,
    /// Its weights, without what is not needed.
    pub weights: Weights,
    /// The files that were read.
    pub files: Vec<PathBuf>,
    /// What had to be assumed, a sentence each.
    pub notices: Vec<String>,
}

/// Reads a checkpoint, or the folder that has it: DINOv2, OpenCLIP's ConvNeXt, SAM 2 or Stable Diffusion 2. `heads` is
/// the number of attention heads of a DINOv2 whose width does not tell.
///
/// # Errors
/// When there is none, or more than one, or it is damaged or of another kind.
pub fn read(path: &Path, heads: Option<usize>) -> Result<Published, ModelError> {
    if is_diffusion(path) {
        let Parts { config, weights, files } = diffusion::read(path)?;
        let config = BackboneConfig::Diffusion(config);
        return Ok(Published { config, weights, files, notices: Vec::new() });
    }
    let file = file(path)?;
    let published = carried(&checkpoint::read(&file)?, heads)?;
    published.config.check().map_err(|reason| ModelError::unsuitable(&file, reason))?;
    Ok(Published { files: vec![file], ..published })
}

/// The dimensions of a checkpoint, or of the folder that has it, and how many numbers are needed of it, without reading
/// them.
///
/// # Errors
/// As [`read`], as far as it shows without the numbers.
pub fn outline(path: &Path) -> Result<(BackboneConfig, u64), ModelError> {
    if is_diffusion(path) {
        let (config, parameters) = diffusion::outline(path)?;
        return Ok((BackboneConfig::Diffusion(config), parameters));
    }
    let file = file(path)?;
    let Published { config, weights, .. } = carried(&checkpoint::outline(&file)?, None)?;
    config.check().map_err(|reason| ModelError::unsuitable(&file, reason))?;
    Ok((config, weights.parameters()))
}

/// Whether a folder is laid out as Stable Diffusion is published.
fn is_diffusion(path: &Path) -> bool {
    path.join("unet").is_dir()
}

fn file(path: &Path) -> Result<PathBuf, ModelError> {
    if path.is_dir() { only_file(path) } else { Ok(path.to_owned()) }
}

/// The DINOv2 that a checkpoint of another model carries.
///
/// # Errors
/// When it is none.
pub fn carried(weights: &Weights, heads: Option<usize>) -> Result<Published, ModelError> {
    let mut notices = Vec::new();
    let (config, weights) = recognise(weights, heads, &mut notices)?;
    Ok(Published { config, weights, files: Vec::new(), notices })
}

impl Published {
    /// SHA-256 of each file that was read, by its name; of those in a folder, by their names there.
    ///
    /// # Errors
    /// When one cannot be read again.
    pub fn digests(&self, path: &Path) -> Result<BTreeMap<String, Digest>, ModelError> {
        let folder = if path.is_dir() { Some(path) } else { path.parent() };
        let name = |file: &Path| {
            let name = folder.and_then(|folder| file.strip_prefix(folder).ok()).unwrap_or(file);
            name.to_string_lossy().into_owned()
        };
        self.files.iter().map(|file| Ok((name(file), digest(file)?))).collect()
    }
}

/// The file of weights in a folder.
fn only_file(folder: &Path) -> Result<PathBuf, ModelError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(ModelError::io(folder))? {
        let path = entry.map_err(ModelError::io(folder))?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_file() && ending.is_some_and(|ending| ENDINGS.contains(&ending)) {
            found.push(path);
        }
    }
    found.sort();
    match <[PathBuf; 1]>::try_from(found) {
        Ok([file]) => Ok(file),
        Err(found) if found.is_empty() => {
            let reason = "has no file of weights (.safetensors, .pth, .pt or .bin), and no folder unet: put the \
                          published checkpoint of a backbone there";
            Err(ModelError::unsuitable(folder, reason))
        }
        Err(found) => {
            let names: Vec<_> = found.iter().filter_map(|path| path.file_name()?.to_str()).collect();
            let reason = format!("has several files of weights ({}): name the one to use", names.join(", "));
            Err(ModelError::unsuitable(folder, reason))
        }
    }
}

/// Finds out what a checkpoint is by its keys.
fn recognise(
    weights: &Weights,
    heads: Option<usize>,
    notices: &mut Vec<String>,
) -> Result<(BackboneConfig, Weights), ModelError> {
    if weights.has(hiera::PREFIX) {
        let encoder = weights.filter(|key| key.starts_with(hiera::PREFIX));
        return Ok((BackboneConfig::Hiera(hiera_config(&encoder)?), encoder));
    }
    if weights.has(OPEN_CLIP) {
        let trunk = weights.under(OPEN_CLIP);
        return Ok((BackboneConfig::ConvNext(convnext_config(&trunk)?), trunk));
    }
    refuse(weights)?;
    let config = dinov2_config(weights, heads, notices)?;
    Ok((BackboneConfig::Dinov2(config), weights.filter(|key| key != "mask_token")))
}

/// Says what is wrong with a checkpoint that is no plain DINOv2.
fn refuse(weights: &Weights) -> Result<(), ModelError> {
    let reason = if weights.has("register_tokens") {
        "this DINOv2 has register tokens, which DACoN does not use; take the backbone without (no \"_reg\" in its name)"
    } else if weights.has("blocks.0.mlp.w12") {
        "this DINOv2 has SwiGLU layers (ViT-g), which are not supported; take ViT-S, B or L"
    } else if weights.has("patch_embed.") {
        return Ok(());
    } else if weights.has("unet.") {
        "this is a DACoN checkpoint, not a backbone; a backbone is the checkpoint of DINOv2 or another foundation model"
    } else {
        "this is no backbone: it has none of the tensors of DINOv2 (\"patch_embed.…\"), OpenCLIP's ConvNeXt \
         (\"visual.trunk.…\") or SAM 2 (\"image_encoder.…\")"
    };
    Err(ModelError::unsuitable(weights.path(), reason))
}

fn dinov2_config(
    weights: &Weights,
    heads: Option<usize>,
    notices: &mut Vec<String>,
) -> Result<VitConfig, ModelError> {
    let [width, _, patch, _] = weights.shape("patch_embed.proj.weight", "[width, 3, patch, patch]")?;
    let [mlp_width, _] = weights.shape("blocks.0.mlp.fc1.weight", "[hidden, width]")?;
    let [_, positions, _] = weights.shape("pos_embed", "[1, positions, width]")?;
    let grid = DINOV2_INPUT.checked_div(patch).unwrap_or(0);
    if positions != 1 + grid * grid {
        let reason = format!(
            "its position embedding has {positions} entries, not the {} of {grid}x{grid} patches and a class token; \
             take the DINOv2 checkpoint of input size {DINOV2_INPUT}",
            1 + grid * grid
        );
        return Err(ModelError::unsuitable(weights.path(), reason));
    }
    let heads = heads.unwrap_or_else(|| dinov2_heads(width, notices));
    let depth = count(weights, |index| format!("blocks.{index}."));
    Ok(VitConfig { width, depth, heads, mlp_width, patch, input: grid * patch })
}

fn dinov2_heads(width: usize, notices: &mut Vec<String>) -> usize {
    const PUBLISHED: [usize; 4] = [384, 768, 1024, 1536];
    if PUBLISHED.contains(&width) {
        return width / 64;
    }
    notices.push(format!(
        "No published backbone is {width} wide: 4 attention heads are assumed (--heads sets them)."
    ));
    4
}

fn convnext_config(weights: &Weights) -> Result<ConvNextConfig, ModelError> {
    let stages = count(weights, |stage| format!("stages.{stage}."));
    let width = |stage: usize| -> Result<usize, ModelError> {
        let name = format!("stages.{stage}.blocks.0.conv_dw.bias");
        weights.shape::<1>(&name, "[width]").map(|[width]| width)
    };
    let depth = |stage: usize| count(weights, |block| format!("stages.{stage}.blocks.{block}."));
    Ok(ConvNextConfig {
        widths: (0..stages).map(width).collect::<Result<_, _>>()?,
        depths: (0..stages).map(depth).collect(),
        input: CONVNEXT_INPUT,
    })
}

fn hiera_config(weights: &Weights) -> Result<HieraConfig, ModelError> {
    let name = |part: &str| format!("{}{part}", hiera::PREFIX);
    let [_, width, height, across] = weights.shape(&name("trunk.pos_embed"), "[1, width, height, width]")?;
    let [neck, ..] = weights.shape::<4>(&name("neck.convs.0.conv.weight"), "[neck, width, 1, 1]")?;
    let blocks = count(weights, |index| name(&format!("trunk.blocks.{index}.")));
    let mut depths = vec![0usize];
    for block in 0..blocks {
        // A stage begins where the width changes.
        if weights.has(&name(&format!("trunk.blocks.{block}.proj."))) {
            depths.push(0);
        }
        if let Some(depth) = depths.last_mut() {
            *depth += 1;
        }
    }
    let known = <[usize; 4]>::try_from(depths.as_slice());
    let config = known.ok().and_then(|known| HieraConfig::published(width, known, (height, across), neck));
    config.ok_or_else(|| {
        let reason = format!(
            "an image encoder with stages of {depths:?} blocks is none of SAM 2.1 (tiny, small, base+, large)"
        );
        ModelError::unsuitable(weights.path(), reason)
    })
}

/// How many numbers from 0 on there are tensors for.
fn count(weights: &Weights, name: impl Fn(usize) -> String) -> usize {
    (0..).take_while(|index| weights.has(&name(*index))).count()
}

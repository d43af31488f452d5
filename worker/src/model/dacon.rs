//! The assembled model.

use candle_core::{DType, Device, Tensor, bail};
use cel::{AlphaRule, Drawing, Labels};
use shiage_kernels::{LabelImage, PoolPlan};

use super::heads::Heads;
use super::input::{to_square, to_tensor};
use super::unet::Unet;
use super::vit::Vit;
use super::{ModelConfig, ModelError, Weights};

/// DACoN with its weights on a device.
#[derive(Clone, Debug)]
pub struct Dacon {
    config: ModelConfig,
    device: Device,
    unet: Unet,
    backbone: Option<(Vit, Heads)>,
}

/// Features of the segments of one drawing, a row each, in label order.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// Pooled features of the backbone, `[segments, backbone width]`.
    pub seg_dino: Option<Tensor>,
    /// The same after the reducing head, `[segments, features]`.
    pub seg_dino_reduced: Option<Tensor>,
    /// Pooled features of the U-Net, `[segments, features]`.
    pub seg_unet: Tensor,
    /// The fused features, `[segments, features]`; not normalised.
    pub seg_feats: Tensor,
}

impl Dacon {
    /// Assembles the model from `weights` (U-Net and heads) and `backbone`.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape than `config` says.
    pub fn new(
        config: &ModelConfig,
        weights: &Weights,
        backbone: Option<&Weights>,
        device: &Device,
    ) -> Result<Self, ModelError> {
        let weights = weights.to_device(device)?;
        let backbone = match (&config.backbone, backbone) {
            (None, _) => None,
            (Some(_), None) => {
                return Err(ModelError::unsuitable(weights.path(), "its backbone was not given"));
            }
            (Some(part), Some(tensors)) => {
                let heads = Heads::new(config.version, part, config.features, &weights)?;
                Some((Vit::new(part, &tensors.to_device(device)?)?, heads))
            }
        };
        let unet = Unet::new(&config.unet, config.features, &weights)?;
        Ok(Self { config: config.clone(), device: device.clone(), unet, backbone })
    }

    /// Dimensions of the model.
    #[must_use]
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// The U-Net.
    #[must_use]
    pub fn unet(&self) -> &Unet {
        &self.unet
    }

    /// The backbone, if the model has one.
    #[must_use]
    pub fn backbone(&self) -> Option<&Vit> {
        self.backbone.as_ref().map(|(vit, _)| vit)
    }

    /// Features of every segment of a drawing.
    ///
    /// # Errors
    /// When the labels do not fit the drawing, or the device fails.
    pub fn embed(
        &self,
        drawing: &Drawing,
        labels: &Labels,
        alpha: AlphaRule,
    ) -> candle_core::Result<Embedding> {
        if drawing.size != labels.size {
            bail!("a drawing of {} with labels of {}", drawing.size, labels.size);
        }
        let image = to_tensor(drawing, alpha, &self.device)?;
        let segments = LabelImage {
            labels: &labels.labels,
            width: labels.size.width as usize,
            segments: labels.count as usize,
        };
        if labels.count == 0 {
            return self.nothing();
        }
        let seg_unet = self.embed_unet(&image, &segments)?;
        let Some((vit, heads)) = &self.backbone else {
            let seg_feats = seg_unet.clone();
            return Ok(Embedding { seg_dino: None, seg_dino_reduced: None, seg_unet, seg_feats });
        };
        let side = self.config.backbone.as_ref().map_or(0, |part| part.input);
        let map = vit.forward(&to_square(&image, side)?)?.get(0)?;
        let pooled = self.plan(&segments, &map)?.apply(&map)?;
        let reduced = heads.reduce(&pooled)?;
        let seg_feats = heads.fuse(&reduced, &seg_unet)?;
        Ok(Embedding { seg_dino: Some(pooled), seg_dino_reduced: Some(reduced), seg_unet, seg_feats })
    }

    /// Pools first and applies the last layer to the rows: the mean of a linear layer is the layer of the mean. Only
    /// an empty segment, which is zeros in the reference, must not get the bias.
    fn embed_unet(&self, image: &Tensor, segments: &LabelImage<'_>) -> candle_core::Result<Tensor> {
        let map = self.unet.forward(&to_square(image, self.config.unet.input)?)?.get(0)?;
        let plan = self.plan(segments, &map)?;
        let rows = self.unet.last_layer(&plan.apply(&map)?)?;
        let occupied = Tensor::from_vec(plan.occupied(), (segments.segments, 1), &self.device)?;
        rows.broadcast_mul(&occupied)
    }

    fn plan(&self, segments: &LabelImage<'_>, map: &Tensor) -> candle_core::Result<PoolPlan> {
        let (_, height, width) = map.dims3()?;
        PoolPlan::new(segments, (height, width), self.config.pooling())
    }

    /// The embedding of a drawing without segments.
    fn nothing(&self) -> candle_core::Result<Embedding> {
        let rows = |width| Tensor::zeros((0, width), DType::F32, &self.device);
        let features = rows(self.config.features)?;
        let dino = self.config.backbone.as_ref().map(|part| rows(part.width)).transpose()?;
        Ok(Embedding {
            seg_dino_reduced: dino.as_ref().map(|_| features.clone()),
            seg_dino: dino,
            seg_unet: features.clone(),
            seg_feats: features,
        })
    }
}

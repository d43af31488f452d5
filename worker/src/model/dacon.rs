//! The assembled model.

use candle_core::{DType, Error, Result, Tensor, bail};
use cel::{AlphaRule, Drawing, Labels};

use super::heads::Heads;
use super::input::{to_square, to_tensor};
use super::pooling::{Pooled, Segments};
use super::unet::Unet;
use super::vit::Vit;
use super::{ModelConfig, ModelError, Place, Weights};

/// DACoN with its weights on a device.
#[derive(Clone, Debug)]
pub struct Dacon {
    config: ModelConfig,
    place: Place,
    unet: Unet,
    backbone: Option<(Vit, Heads)>,
}

/// Features of the segments of one drawing, a row each, in label order, f32.
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

/// Parts of a forward pass, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Drawings brought to the device and resized.
    Input,
    /// The backbone.
    Backbone,
    /// The U-Net, without its last layer.
    Unet,
    /// Maps pooled over the segments.
    Pooling,
    /// What turns pooled features into those of a segment.
    Heads,
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
        place: &Place,
    ) -> std::result::Result<Self, ModelError> {
        let (device, dtype) = (place.device(), place.precision().dtype());
        let backbone = match (&config.backbone, backbone) {
            (None, _) => None,
            (Some(_), None) => {
                return Err(ModelError::unsuitable(weights.path(), "its backbone was not given"));
            }
            (Some(part), Some(tensors)) => {
                let of_heads = weights.filter(|key| !key.starts_with("unet.")).to(device, DType::F32)?;
                let heads = Heads::new(config.version, part, config.features, &of_heads)?;
                Some((Vit::new(part, &tensors.to(device, dtype)?)?, heads))
            }
        };
        let of_unet = weights.filter(|key| key.starts_with("unet.")).to(device, dtype)?;
        let unet = Unet::new(&config.unet, config.features, &of_unet)?;
        Ok(Self { config: config.clone(), place: place.clone(), unet, backbone })
    }

    /// Dimensions of the model.
    #[must_use]
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// Where it runs.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
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
    pub fn embed(&self, drawing: &Drawing, labels: &Labels, alpha: AlphaRule) -> Result<Embedding> {
        let mut embedded = self.embed_all(&[(drawing, labels)], alpha, &mut |_| Ok(()))?;
        embedded.pop().ok_or_else(lost)
    }

    /// Features of every segment of drawings, which go through the networks together. `done` is told of every part of
    /// the pass that has been asked of the device.
    ///
    /// # Errors
    /// When labels do not fit their drawing, the device fails, or `done` does.
    pub fn embed_all(
        &self,
        drawings: &[(&Drawing, &Labels)],
        alpha: AlphaRule,
        done: &mut dyn FnMut(Part) -> Result<()>,
    ) -> Result<Vec<Embedding>> {
        if let Some((drawing, labels)) = drawings.iter().find(|(drawing, labels)| drawing.size != labels.size)
        {
            bail!("a drawing of {} with labels of {}", drawing.size, labels.size);
        }
        let (seen, labels): (Vec<&Drawing>, Vec<&Labels>) =
            drawings.iter().copied().filter(|(_, labels)| labels.count > 0).unzip();
        let mut embedded = match seen.is_empty() {
            true => Vec::new(),
            false => {
                let segments = labels.into_iter().map(|labels| Segments::new(labels, self.place.device()));
                let segments = segments.collect::<Result<Vec<_>>>()?;
                self.pass(&self.squares(&seen, alpha, done)?, &segments, done)?
            }
        }
        .into_iter();
        let each = drawings.iter().map(|(_, labels)| match labels.count {
            0 => self.nothing(),
            _ => embedded.next().ok_or_else(lost),
        });
        each.collect()
    }

    /// Sides of the inputs of U-Net and backbone.
    fn sides(&self) -> Vec<usize> {
        let backbone = self.config.backbone.as_ref().map(|part| part.input);
        [self.config.unet.input].into_iter().chain(backbone).collect()
    }

    /// The drawings resized to squares of each of the [`sides`](Self::sides), `[drawings, 3, side, side]`.
    fn squares(
        &self,
        drawings: &[&Drawing],
        alpha: AlphaRule,
        done: &mut dyn FnMut(Part) -> Result<()>,
    ) -> Result<Vec<Tensor>> {
        let (sides, dtype) = (self.sides(), self.place.precision().dtype());
        let mut squares = vec![Vec::with_capacity(drawings.len()); sides.len()];
        for drawing in drawings {
            // One at a time is there in its full size.
            let bytes = to_tensor(drawing, self.place.device())?;
            for (squares, side) in squares.iter_mut().zip(&sides) {
                squares.push(to_square(&bytes, *side, alpha, dtype)?);
            }
        }
        let together = squares.iter().map(|squares| Tensor::cat(squares, 0)).collect();
        done(Part::Input)?;
        together
    }

    fn pass(
        &self,
        squares: &[Tensor],
        segments: &[Segments<'_>],
        done: &mut dyn FnMut(Part) -> Result<()>,
    ) -> Result<Vec<Embedding>> {
        let (small, large) = (squares.first(), squares.get(1));
        let Some(small) = small else { bail!("a pass without an input") };
        let coarse = match (&self.backbone, large) {
            (Some((vit, _)), Some(large)) => Some(vit.forward(large)?),
            _ => None,
        };
        done(Part::Backbone)?;
        let fine = self.unet.forward(small)?;
        done(Part::Unet)?;
        let pool = |map: &Tensor| self.pool(map, segments);
        let (coarse, fine) = (coarse.as_ref().map(pool).transpose()?, pool(&fine)?);
        done(Part::Pooling)?;
        let each = fine
            .into_iter()
            .enumerate()
            .map(|(index, rows)| self.fuse(coarse.as_ref().map(|pooled| pooled[index].rows.clone()), &rows));
        let embedded = each.collect::<Result<Vec<_>>>()?;
        done(Part::Heads)?;
        Ok(embedded)
    }

    /// The map of each drawing pooled over its segments.
    fn pool(&self, maps: &Tensor, segments: &[Segments<'_>]) -> Result<Vec<Pooled>> {
        let each = segments.iter().enumerate();
        each.map(|(index, segments)| segments.pool(&maps.get(index)?, self.config.pooling())).collect()
    }

    /// The mean of a linear layer is the layer of the mean, so the U-Net's last one is applied to pooled rows. Only an
    /// empty segment, which is zeros in the reference, must not get the bias.
    fn fuse(&self, seg_dino: Option<Tensor>, fine: &Pooled) -> Result<Embedding> {
        let occupied = Tensor::from_slice(&fine.occupied, (fine.occupied.len(), 1), self.place.device())?;
        let seg_unet = self.unet.last_layer(&fine.rows)?.broadcast_mul(&occupied)?;
        let (Some((_, heads)), Some(pooled)) = (&self.backbone, &seg_dino) else {
            let seg_feats = seg_unet.clone();
            return Ok(Embedding { seg_dino: None, seg_dino_reduced: None, seg_unet, seg_feats });
        };
        let reduced = heads.reduce(pooled)?;
        let seg_feats = heads.fuse(&reduced, &seg_unet)?;
        Ok(Embedding { seg_dino, seg_dino_reduced: Some(reduced), seg_unet, seg_feats })
    }

    /// The embedding of a drawing without segments.
    fn nothing(&self) -> Result<Embedding> {
        let rows = |width| Tensor::zeros((0, width), DType::F32, self.place.device());
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

/// As many embeddings come out as drawings go in.
fn lost() -> Error {
    Error::Msg("a drawing has no embedding".to_owned())
}

//! The assembled model.

use std::path::Path;
use std::sync::Arc;

use candle_core::{DType, Error, Result, Tensor, bail};
use cel::{AlphaRule, Drawing, Labels};

use super::attention::Attention;
use super::backbone::{Backbone, assemble};
use super::dpt::MultiLayer;
use super::heads::{Heads, normalised};
use super::input::{to_square, to_tensor};
use super::pooling::{Pooled, Segments};
use super::unet::Unet;
use super::{BackboneConfig, ModelConfig, ModelError, Needs, Place, Reduction, Weights};

/// DACoN with its weights on a device: a backbone and a U-Net, whose features heads fuse, or one of the two alone.
#[derive(Clone, Debug)]
pub struct Dacon {
    config: Arc<ModelConfig>,
    place: Place,
    parameters: u64,
    backbone: Option<Arc<dyn Backbone>>,
    /// What brings layers of the backbone together, and their numbers.
    reduction: Option<(Arc<MultiLayer>, [usize; 4])>,
    unet: Option<Unet>,
    /// There if both are.
    heads: Option<Heads>,
    /// What the segments of two drawings go through before they are compared.
    attention: Option<Attention>,
}

/// Features of the segments of one drawing, a row each, in label order, f32.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// Pooled features of the backbone, or of what its layers are reduced to, `[segments, coarse width]`.
    pub seg_dino: Option<Tensor>,
    /// The same after the reducing head, `[segments, features]`.
    pub seg_dino_reduced: Option<Tensor>,
    /// Pooled features of the U-Net, `[segments, features]`.
    pub seg_unet: Option<Tensor>,
    /// What is compared, `[segments, features]`; not normalised: the fused features, or those of the only part.
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
    /// Assembles the model from `weights` (U-Net and heads) and those of the backbone.
    ///
    /// # Errors
    /// When weights are not given that `config` asks for, a tensor is missing or has another shape.
    pub fn new(
        config: &ModelConfig,
        weights: Option<&Weights>,
        backbone: Option<&Weights>,
        place: &Place,
    ) -> std::result::Result<Self, ModelError> {
        let (device, dtype) = (place.device(), place.precision().dtype());
        let given = |given: Option<Weights>, what: &str| {
            let path = weights.or(backbone).map_or(Path::new("model"), Weights::path);
            given.ok_or_else(|| ModelError::unsuitable(path, format!("{what} was not given")))
        };
        let encoder = match &config.backbone {
            None => None,
            Some(part) => {
                let tensors = given(backbone.cloned(), "its backbone")?.to(device, dtype)?;
                Some(assemble(part, &tensors)?)
            }
        };
        let (mut unet, mut heads, mut reduction, mut attention) = (None, None, None, None);
        if let Some(part) = &config.unet {
            let weights = given(weights.cloned(), "its U-Net")?;
            let maps = weights.filter(of_maps).to(device, dtype)?;
            let rows = weights.filter(|key| !of_maps(key)).to(device, DType::F32)?;
            unet = Some(Unet::new(part, config.features, &maps)?);
            attention = Attention::new(&config.comparison, config.features, &rows)?;
            if let Some(backbone) = &config.backbone {
                heads = Some(Heads::new(config, &rows)?);
                if let Reduction::MultiLayer(part) = &config.reduction {
                    let layers = MultiLayer::new(part, backbone.width(), &maps)?;
                    reduction = Some((Arc::new(layers), part.layers));
                }
            }
        }
        let parameters = [weights, backbone].into_iter().flatten().map(Weights::parameters).sum();
        let (config, place, backbone) = (Arc::new(config.clone()), place.clone(), encoder);
        Ok(Self { config, place, parameters, backbone, reduction, unet, heads, attention })
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

    /// Number of weights.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.parameters
    }

    /// Memory on its device: an estimate from above.
    #[must_use]
    pub fn needs(&self) -> Needs {
        self.config.needs(self.parameters, self.place.precision(), self.place.device().is_cpu())
    }

    /// The U-Net, if the model has one.
    #[must_use]
    pub fn unet(&self) -> Option<&Unet> {
        self.unet.as_ref()
    }

    /// The backbone, if the model has one.
    #[must_use]
    pub fn backbone(&self) -> Option<&dyn Backbone> {
        self.backbone.as_deref()
    }

    /// Similarities of the segments of two drawings, `[target segments, reference segments]`, from -1 to 1. Each has at
    /// least one; their features are rows of length 1.
    ///
    /// # Errors
    /// When the device fails.
    pub fn compare(&self, target: &Tensor, reference: &Tensor) -> Result<Tensor> {
        match &self.attention {
            None => target.matmul(&reference.t()?),
            Some(attention) => {
                let (target, reference) = attention.forward(target, reference)?;
                normalised(&target)?.matmul(&normalised(&reference)?.t()?)
            }
        }
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

    /// Sides of the inputs of the U-Net and the backbone that there are.
    fn sides(&self) -> Vec<usize> {
        let unet = self.config.unet.as_ref().map(|part| part.input);
        let backbone = self.config.backbone.as_ref().map(BackboneConfig::input);
        unet.into_iter().chain(backbone).collect()
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
        // In the order of the sides.
        let mut squares = squares.iter();
        let small = self.unet.as_ref().and_then(|unet| Some((unet, squares.next()?)));
        let large = self.backbone.as_ref().and_then(|backbone| Some((backbone, squares.next()?)));
        let coarse = large.map(|(backbone, square)| self.coarse(backbone.as_ref(), square)).transpose()?;
        done(Part::Backbone)?;
        let fine = small.map(|(unet, square)| unet.forward(square)).transpose()?;
        done(Part::Unet)?;
        let pool = |map: &Tensor| self.pool(map, segments);
        let (coarse, fine) = (coarse.as_ref().map(pool).transpose()?, fine.as_ref().map(pool).transpose()?);
        done(Part::Pooling)?;
        let each = (0..segments.len()).map(|index| {
            self.fuse(coarse.as_ref().map(|all| &all[index]), fine.as_ref().map(|all| &all[index]))
        });
        let embedded = each.collect::<Result<Vec<_>>>()?;
        done(Part::Heads)?;
        Ok(embedded)
    }

    /// The map of the backbone's last layer, or what some of its layers are reduced to.
    fn coarse(&self, backbone: &dyn Backbone, square: &Tensor) -> Result<Tensor> {
        match &self.reduction {
            None => backbone.features(square),
            Some((reduction, layers)) => reduction.forward(&backbone.layers(square, layers)?),
        }
    }

    /// The map of each drawing pooled over its segments.
    fn pool(&self, maps: &Tensor, segments: &[Segments<'_>]) -> Result<Vec<Pooled>> {
        let each = segments.iter().enumerate();
        each.map(|(index, segments)| segments.pool(&maps.get(index)?, self.config.pooling())).collect()
    }

    fn fuse(&self, coarse: Option<&Pooled>, fine: Option<&Pooled>) -> Result<Embedding> {
        let seg_dino = coarse.map(|coarse| coarse.rows.clone());
        let seg_unet = fine.map(|fine| self.finish(fine)).transpose()?;
        let mut seg_dino_reduced = None;
        let seg_feats = match (&self.heads, &seg_dino, &seg_unet) {
            (Some(heads), Some(pooled), Some(seg_unet)) => {
                let reduced = seg_dino_reduced.insert(heads.reduce(pooled)?);
                heads.fuse(reduced, seg_unet)?
            }
            (_, Some(only), None) | (_, None, Some(only)) => only.clone(),
            _ => bail!("a model without parts, or parts without heads"),
        };
        Ok(Embedding { seg_dino, seg_dino_reduced, seg_unet, seg_feats })
    }

    /// The U-Net's last layer. The mean of a linear layer is the layer of the mean, so it is applied to pooled rows. Only
    /// an empty segment, which is zeros in the reference, must not get the bias.
    fn finish(&self, fine: &Pooled) -> Result<Tensor> {
        let Some(unet) = &self.unet else { bail!("a map of a U-Net that is not there") };
        let occupied = Tensor::from_slice(&fine.occupied, (fine.occupied.len(), 1), self.place.device())?;
        unet.last_layer(&fine.rows)?.broadcast_mul(&occupied)
    }

    /// The embedding of a drawing without segments.
    fn nothing(&self) -> Result<Embedding> {
        let rows = |width| Tensor::zeros((0, width), DType::F32, self.place.device());
        let features = rows(self.config.features)?;
        let dino = self.config.coarse_width().map(rows).transpose()?;
        Ok(Embedding {
            seg_dino: dino,
            seg_dino_reduced: self.heads.as_ref().map(|_| features.clone()),
            seg_unet: self.unet.as_ref().map(|_| features.clone()),
            seg_feats: features,
        })
    }
}

/// Whether a tensor is of what works on maps; the others work on rows of segments, in f32.
fn of_maps(key: &str) -> bool {
    key.starts_with("unet.") || key.starts_with("dpt.")
}

/// As many embeddings come out as drawings go in.
fn lost() -> Error {
    Error::Msg("a drawing has no embedding".to_owned())
}

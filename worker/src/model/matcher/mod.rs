//! The network of the built-in model: a U-Net over the ink, attention over the segments, and passes that compare two
//! drawings. `training/model.py` is its twin.

mod compare;
mod config;
mod context;
mod relations;

use candle_core::{DType, Device, Tensor};
use shiage_kernels::PoolPlan;

use super::heads::Mlp;
use super::unet::{Stage, Trunk};
use super::{ModelError, Weights};
use compare::{Cross, Score, believe};
pub use config::MatcherConfig;
use context::SelfBlock;
use relations::relate;

/// What the network is told of one drawing.
#[derive(Clone, Copy, Debug)]
pub struct Observed<'a> {
    /// `[3, input, input]`: black, blue and red ink around the figure, each cell in `0..=1`.
    pub ink: &'a [f32],
    /// Pooling of the decoder's maps over the segments, the largest map first.
    pub plans: &'a [PoolPlan],
    /// `[segments, description]`: each segment by itself.
    pub description: &'a [f32],
    /// `[2, segments, segments]`: share of a segment's contact with each other one, and that across traces.
    pub contact: &'a [f32],
}

/// The segments of one drawing as the network knows them.
#[derive(Clone, Debug)]
pub struct Context {
    /// `[segments, width]`.
    rows: Tensor,
    /// `[segments * segments, 7]`.
    relations: Tensor,
    /// `[segments, segments]`: contact, and contact across traces.
    contact: [Tensor; 2],
}

impl Context {
    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let [all, traced] = &self.contact;
        let bytes = |tensor: &Tensor| tensor.elem_count() * tensor.dtype().size_in_bytes();
        [&self.rows, &self.relations, all, traced].into_iter().map(bytes).sum()
    }
}

/// The network with its weights on a device.
#[derive(Clone, Debug)]
pub struct Matcher {
    config: MatcherConfig,
    device: Device,
    unet: Trunk,
    enter: Mlp,
    context: Vec<SelfBlock>,
    scores: Vec<Score>,
    cross: Vec<Cross>,
}

impl Matcher {
    /// Assembles the network.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape than `config` says.
    pub fn new(config: &MatcherConfig, weights: &Weights, device: &Device) -> Result<Self, ModelError> {
        let weights = &weights.to(device, DType::F32)?;
        let MatcherConfig { width, heads, .. } = *config;
        let pooled: usize = config.widths.iter().sum();
        let context = |index| SelfBlock::new(weights, &format!("context.{index}"), width, heads);
        let score = |pass| Score::new(weights, &format!("scores.{pass}"), config, pass);
        let cross = |pass| Cross::new(weights, &format!("cross.{pass}"), width, heads);
        Ok(Self {
            config: config.clone(),
            device: device.clone(),
            unet: Trunk::new(config.channels(), &config.widths, weights)?,
            enter: Mlp::new(weights, "enter", [pooled + config.description, 2 * width, width])?,
            context: (0..config.context).map(context).collect::<Result<_, _>>()?,
            scores: (0..config.passes).map(score).collect::<Result<_, _>>()?,
            cross: (1..config.passes).map(|pass| cross(pass - 1)).collect::<Result<_, _>>()?,
        })
    }

    /// Dimensions of the network.
    #[must_use]
    pub fn config(&self) -> &MatcherConfig {
        &self.config
    }

    /// What the network makes of the segments of one drawing.
    ///
    /// # Errors
    /// When the observations do not fit each other or the network, or the device fails.
    pub fn embed(&self, observed: &Observed<'_>) -> candle_core::Result<Context> {
        let segments = observed.plans.first().map_or(0, PoolPlan::segments);
        let description =
            Tensor::from_slice(observed.description, (segments, self.config.description), &self.device)?;
        let parts: Vec<Tensor> = self.pooled(observed)?.into_iter().chain([description]).collect();
        let relations = relate(observed.description, self.config.description, observed.contact);
        let relations = Tensor::from_vec(relations, (segments * segments, relations::COUNT), &self.device)?;
        let mut rows = self.enter.forward(&Tensor::cat(&parts, 1)?)?;
        for block in &self.context {
            rows = block.forward(&rows, &relations)?;
        }
        let contact = Tensor::from_slice(observed.contact, (2, segments, segments), &self.device)?;
        Ok(Context { rows, relations, contact: [contact.get(0)?, contact.get(1)?] })
    }

    /// Features of the decoder's maps for each segment, the largest map first.
    fn pooled(&self, observed: &Observed<'_>) -> candle_core::Result<Vec<Tensor>> {
        let MatcherConfig { input, shuffle, .. } = self.config;
        let side = input / shuffle;
        let ink = Tensor::from_slice(observed.ink, (3, side, shuffle, side, shuffle), &self.device)?;
        let image = ink.permute((0, 2, 4, 1, 3))?.contiguous()?;
        let image = image.reshape((1, self.config.channels(), side, side))?;
        let mut maps = Vec::with_capacity(self.config.widths.len());
        self.unet.forward_seen(&image, &mut |stage, map| {
            if matches!(stage, Stage::Decoder(_)) {
                maps.push(map.clone());
            }
        })?;
        let levels = maps.iter().rev().zip(observed.plans);
        levels.map(|(map, plan)| plan.apply(&map.get(0)?)).collect()
    }

    /// The score of every pair, `[segments, reference segments]`; `cues` are `[…, pair cues]`.
    ///
    /// # Errors
    /// When the cues do not fit the drawings, or the device fails.
    pub fn compare(
        &self,
        target: &Context,
        reference: &Context,
        cues: Vec<f32>,
    ) -> candle_core::Result<Tensor> {
        let (rows, columns) = (target.rows.dim(0)?, reference.rows.dim(0)?);
        let cues = Tensor::from_vec(cues, (rows * columns, self.config.pair_cues), &self.device)?;
        let (mut a, mut b) = (target.rows.clone(), reference.rows.clone());
        let mut passes = self.scores.iter();
        let Some(first) = passes.next() else {
            candle_core::bail!("a model without a pass compares nothing");
        };
        let mut scores = first.forward(&a, &b, &cues)?;
        for (score, cross) in passes.zip(&self.cross) {
            let beliefs = believe(&scores, &target.contact, &reference.contact)?;
            (a, b) = cross.forward([&a, &b], &scores, [&target.relations, &reference.relations])?;
            scores = score.forward(&a, &b, &Tensor::cat(&[&cues, &beliefs], 1)?)?;
        }
        Ok(scores)
    }
}

//! What the text encoder, OpenCLIP's, makes of the prompt.

use candle_core::{Device, Module, Result, Tensor};
use candle_nn::LayerNorm;
use shiage_kernels::AddGelu;

use crate::model::layers::{Dense, layer_norm};
use crate::model::{ModelError, Weights};

/// The prompt of the paper's comparison.
pub const PROMPT: &str = "a photo of an anime character.";
/// The same in CLIP's vocabulary of byte pairs, between its marks of begin and end; the rest is filled with 0, as the
/// published tokenizer does.
pub const TOKENS: [u32; 77] = {
    let words = [49406, 320, 1125, 539, 550, 6469, 4009, 269, 49407];
    let mut tokens = [0; 77];
    tokens.split_at_mut(words.len()).0.copy_from_slice(&words);
    tokens
};
/// Added to the variance in every layer norm.
const EPS: f64 = 1e-5;

/// The text encoder.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// Of each word of the vocabulary, `[words, width]`.
    words: Tensor,
    /// Of each place, `[places, width]`.
    places: Tensor,
    blocks: Vec<Block>,
    norm: LayerNorm,
}

impl Prompt {
    /// Takes the weights by the keys of the published checkpoint; their number of blocks is found there.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape.
    pub fn new(weights: &Weights, heads: usize) -> std::result::Result<Self, ModelError> {
        // Newer versions of its library leave the prefix out.
        let prefix = if weights.has("text_model.") { "text_model." } else { "" };
        let weights = weights.under(prefix);
        let [vocabulary, width] =
            weights.shape("embeddings.token_embedding.weight", "[vocabulary, width]")?;
        if heads == 0 || !width.is_multiple_of(heads) {
            let reason = format!("a text width of {width} cannot be shared among {heads} attention heads");
            return Err(ModelError::unsuitable(weights.path(), reason));
        }
        let depth = (0..).take_while(|index| weights.has(&format!("encoder.layers.{index}."))).count();
        let blocks = (0..depth).map(|index| Block::new(&weights, index, width, heads));
        Ok(Self {
            words: weights.get("embeddings.token_embedding.weight", &[vocabulary, width])?,
            places: weights.get("embeddings.position_embedding.weight", &[TOKENS.len(), width])?,
            blocks: blocks.collect::<std::result::Result<_, _>>()?,
            norm: layer_norm(&weights, "final_layer_norm", width, EPS)?,
        })
    }

    /// `[1, tokens, width]` of tokens, which must be in the vocabulary.
    ///
    /// # Errors
    /// When one is not.
    pub fn forward(&self, tokens: &[u32; TOKENS.len()]) -> Result<Tensor> {
        let tokens = Tensor::new(tokens, &Device::Cpu)?;
        let rows = (self.words.index_select(&tokens, 0)? + &self.places)?.unsqueeze(0)?;
        let rows = self.blocks.iter().try_fold(rows, |rows, block| block.forward(&rows))?;
        self.norm.forward(&rows)
    }
}

#[derive(Clone, Debug)]
struct Block {
    heads: usize,
    norm1: LayerNorm,
    /// Queries, keys and values.
    qkv: [Dense; 3],
    project: Dense,
    norm2: LayerNorm,
    expand: Dense,
    contract: Dense,
}

impl Block {
    fn new(
        weights: &Weights,
        index: usize,
        width: usize,
        heads: usize,
    ) -> std::result::Result<Self, ModelError> {
        let name = |part: &str| format!("encoder.layers.{index}.{part}");
        let dense = |part: &str| Dense::new(weights, &name(part), width, width);
        let [hidden, _] = weights.shape(&name("mlp.fc1.weight"), "[hidden, width]")?;
        Ok(Self {
            heads,
            norm1: layer_norm(weights, &name("layer_norm1"), width, EPS)?,
            qkv: [dense("self_attn.q_proj")?, dense("self_attn.k_proj")?, dense("self_attn.v_proj")?],
            project: dense("self_attn.out_proj")?,
            norm2: layer_norm(weights, &name("layer_norm2"), width, EPS)?,
            expand: Dense::new(weights, &name("mlp.fc1"), width, hidden)?,
            contract: Dense::new(weights, &name("mlp.fc2"), hidden, width)?,
        })
    }

    fn forward(&self, rows: &Tensor) -> Result<Tensor> {
        let rows = (rows + self.project.forward(&self.mixed(&self.norm1.forward(rows)?)?)?)?;
        let hidden = self.expand.product(&self.norm2.forward(&rows)?)?;
        let hidden = AddGelu.apply(hidden, self.expand.bias())?;
        rows + self.contract.forward(&hidden)?
    }

    /// Attention of each word to itself and those before it.
    fn mixed(&self, rows: &Tensor) -> Result<Tensor> {
        let (batch, count, width) = rows.dims3()?;
        let split = |layer: &Dense| {
            let heads = layer.forward(rows)?.reshape((batch, count, self.heads, width / self.heads))?;
            heads.transpose(1, 2)?.contiguous()
        };
        let [query, key, value] = &self.qkv;
        let scale = ((width / self.heads) as f64).sqrt().recip();
        let scores = (split(query)?.matmul(&split(key)?.transpose(2, 3)?)? * scale)?;
        let later =
            (0..count * count).map(|at| if at % count > at / count { f32::NEG_INFINITY } else { 0.0 });
        let later = Tensor::from_iter(later, rows.device())?.reshape((count, count))?;
        let shares = candle_nn::ops::softmax_last_dim(&scores.broadcast_add(&later)?)?;
        shares.matmul(&split(value)?)?.transpose(1, 2)?.reshape((batch, count, width))
    }
}

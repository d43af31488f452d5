//! What a variant of DACoN does otherwise than the published model: what it takes from its backbone, and how it
//! compares the segments of two drawings.

use serde::{Deserialize, Serialize};

use super::BackboneConfig;

/// What of a backbone the coarse features of a segment come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "config", rename_all = "kebab-case")]
pub enum Reduction {
    /// The map of the last layer, as published.
    #[default]
    LastLayer,
    /// The maps of four layers, brought together by convolutions.
    MultiLayer(MultiLayerConfig),
}

/// How the features of the segments of two drawings are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "config", rename_all = "kebab-case")]
pub enum Comparison {
    /// The cosine of the pooled features, as published.
    #[default]
    Cosine,
    /// The cosine after each drawing's segments have asked those of the other drawing.
    CrossAttention(AttentionConfig),
    /// The cosine after the segments have asked those of their own drawing and of the other, in turn.
    Multiplex(AttentionConfig),
}

/// Dimensions of the multi-layer reduction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MultiLayerConfig {
    /// The blocks of the backbone whose tokens are taken, counted from 1 and in order: 5, 12, 18 and 24 of
    /// DINOv2-L.
    pub layers: [usize; 4],
    /// Channels that each of them is reduced to.
    pub widths: [usize; 4],
    /// Channels of the map that they make together, eight times as fine as the backbone's.
    pub features: usize,
}

/// Dimensions of attention between the segments of two drawings; its width is that of their features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttentionConfig {
    /// Number of layers: 9.
    pub layers: usize,
    /// Attention heads; divides the width: 4.
    pub heads: usize,
}

/// Most layers, heads or channels of a dimension: far beyond what makes sense.
const MOST: usize = 1 << 14;

impl Reduction {
    /// Whether it is the published one.
    #[must_use]
    pub fn is_published(&self) -> bool {
        *self == Self::default()
    }

    /// Its name in messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::LastLayer => "last layer",
            Self::MultiLayer(_) => "multi-layer",
        }
    }

    /// Channels of the map that it makes of a backbone.
    #[must_use]
    pub fn width(&self, backbone: &BackboneConfig) -> usize {
        match self {
            Self::LastLayer => backbone.width(),
            Self::MultiLayer(config) => config.features,
        }
    }

    /// Whether it can be had of a backbone.
    ///
    /// # Errors
    /// Says what does not fit.
    pub fn check(&self, backbone: Option<&BackboneConfig>) -> Result<(), String> {
        let Self::MultiLayer(MultiLayerConfig { layers, widths, features }) = self else { return Ok(()) };
        let depth = match backbone {
            Some(BackboneConfig::Dinov2(config)) => config.depth,
            Some(other) => {
                return Err(format!("a multi-layer reduction is of a DINOv2, not of a {}", other.name()));
            }
            None => return Err("a multi-layer reduction needs a backbone".to_owned()),
        };
        if !layers.is_sorted() || layers[0] == 0 || layers[3] > depth {
            return Err(format!("{layers:?} are no four blocks, in order, of the {depth} of the backbone"));
        }
        match widths.iter().chain([features]).find(|width| !(1..=MOST).contains(*width)) {
            Some(odd) => Err(format!("{odd} is no width of a reduction (1 to {MOST})")),
            None => Ok(()),
        }
    }
}

impl Comparison {
    /// Whether it is the published one.
    #[must_use]
    pub fn is_published(&self) -> bool {
        *self == Self::default()
    }

    /// Its name in messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Cosine => "cosine",
            Self::CrossAttention(_) => "cross-attention",
            Self::Multiplex(_) => "multiplex",
        }
    }

    /// What the keys of its attention begin with, and its dimensions, if it has any.
    #[must_use]
    pub const fn attention(&self) -> Option<(&'static str, AttentionConfig)> {
        match self {
            Self::Cosine => None,
            Self::CrossAttention(config) => Some(("cross_attention", *config)),
            Self::Multiplex(config) => Some(("multiplex", *config)),
        }
    }

    /// Whether it can compare features of a width.
    ///
    /// # Errors
    /// Says what does not fit.
    pub fn check(&self, width: usize) -> Result<(), String> {
        let Some((_, AttentionConfig { layers, heads })) = self.attention() else { return Ok(()) };
        if !(1..=MOST).contains(&layers) || heads == 0 || !width.is_multiple_of(heads) {
            return Err(format!("{layers} attention layers of {heads} heads do not fit features of {width}"));
        }
        Ok(())
    }
}

impl AttentionConfig {
    /// Those of the paper's comparison.
    pub const PAPER: Self = Self { layers: 9, heads: 4 };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{ModelConfig, Version};
    use super::*;

    fn multi_layer(layers: [usize; 4]) -> Reduction {
        Reduction::MultiLayer(MultiLayerConfig { layers, widths: [256, 512, 1024, 1024], features: 256 })
    }

    #[test]
    fn layers_are_those_of_the_backbone() {
        let published = ModelConfig::published(Version::V1_0);
        let check = |reduction: Reduction| ModelConfig { reduction, ..published.clone() }.check();
        assert_eq!(check(multi_layer([5, 12, 18, 24])), Ok(()));
        for odd in [[5, 12, 18, 25], [0, 12, 18, 24], [5, 18, 12, 24]] {
            assert!(check(multi_layer(odd)).unwrap_err().contains("of the 24"), "{odd:?}");
        }
        let without = ModelConfig { backbone: None, reduction: multi_layer([5, 12, 18, 24]), ..published };
        assert!(without.check().unwrap_err().contains("needs a backbone"));
    }

    #[test]
    fn the_published_model_does_not_name_its_variant() {
        let mut config = ModelConfig::published(Version::V1_1);
        let text = serde_json::to_string(&config).unwrap();
        assert!(!text.contains("reduction") && !text.contains("comparison"), "{text}");
        assert_eq!(serde_json::from_str::<ModelConfig>(&text).unwrap(), config);
        config.comparison = Comparison::Multiplex(AttentionConfig::PAPER);
        let text = serde_json::to_string(&config).unwrap();
        assert!(
            text.contains(r#""comparison":{"kind":"multiplex","config":{"layers":9,"heads":4}}"#),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<ModelConfig>(&text).unwrap(), config);
    }

    proptest! {
        #[test]
        fn attention_of_any_numbers_fits_or_is_told(layers: usize, heads: usize, width in 1usize..2048) {
            for comparison in [Comparison::CrossAttention, Comparison::Multiplex] {
                let checked = comparison(AttentionConfig { layers, heads }).check(width);
                prop_assert_eq!(checked.is_ok(), (1..=MOST).contains(&layers) && heads > 0 && width % heads == 0);
            }
        }
    }
}

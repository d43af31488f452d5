//! Which model a row of a table is about.

use worker::model::config::{Architecture, ModelConfig, Version};

use super::encoder::Encoder;
use super::variant::Variant;
use crate::model_name::ModelName;

/// What a row measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// A model that is part of the program.
    Ours(ModelName<'static>),
    /// A foundation model, compared as it is.
    Alone(Encoder),
    /// A model with a U-Net, trained.
    Dacon {
        /// What it stands on, if on anything.
        encoder: Option<Encoder>,
        /// Any version if none.
        version: Option<Version>,
        variant: Variant,
    },
}

/// How well a model fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Its backbone is as large as the paper's.
    Paper,
    /// Its backbone has another size.
    OtherSize,
}

impl Want {
    /// Whether a model is what is asked for.
    pub(super) fn fit(self, model: &Architecture) -> Option<Fit> {
        let Architecture::Dacon(config) = model else { return None };
        let ModelConfig { version, backbone, unet, .. } = config;
        let kind = backbone.as_ref().map(Encoder::of);
        let fits = match self {
            Self::Ours(_) => false,
            Self::Alone(encoder) => kind == Some(encoder),
            Self::Dacon { encoder, version: asked, variant } => {
                let version = asked.is_none_or(|asked| asked == *version);
                unet.is_some() && kind == encoder && version && Variant::of(config) == Some(variant)
            }
        };
        let fit = match backbone {
            Some(config) if !Encoder::is_of_the_paper(config) => Fit::OtherSize,
            _ => Fit::Paper,
        };
        fits.then_some(fit)
    }

    /// The first model that fits, and how: one of the paper's size before others.
    pub(super) fn choose<'a>(
        self,
        models: impl Iterator<Item = &'a Architecture> + Clone,
    ) -> Option<(usize, Fit)> {
        let fitting = models.enumerate().filter_map(|(index, model)| Some((index, self.fit(model)?)));
        fitting.clone().find(|(_, fit)| *fit == Fit::Paper).or_else(|| fitting.clone().next())
    }

    /// What there would have to be among the models.
    pub(super) fn needed(self) -> String {
        match self {
            Self::Ours(_) => "nothing".to_owned(),
            Self::Alone(encoder) => format!("{}: {}", encoder.name(), encoder.published()),
            Self::Dacon { encoder, version, variant } => {
                let version = version.map(|version| format!(" {version}")).unwrap_or_default();
                let on = encoder.map_or("without a backbone".to_owned(), |on| format!("on {}", on.name()));
                let with = variant.name().map(|with| format!(", with {with}")).unwrap_or_default();
                format!("a folder made by `shiage model import`: DACoN{version} {on}{with}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use worker::model::{AttentionConfig, BackboneConfig, Comparison, UnetConfig};

    use super::*;

    fn dinov2(width: usize) -> BackboneConfig {
        let text = serde_json::json!({ "kind": "dinov2", "config":
            { "width": width, "depth": 2, "heads": 4, "mlp_width": 64, "patch": 14, "input": 518 } });
        serde_json::from_value(text).unwrap()
    }

    fn convnext() -> BackboneConfig {
        let text = serde_json::json!({ "kind": "convnext", "config":
            { "widths": [192, 384, 768, 1536], "depths": [3, 3, 27, 3], "input": 224 } });
        serde_json::from_value(text).unwrap()
    }

    fn alone(backbone: BackboneConfig) -> Architecture {
        Architecture::Dacon(ModelConfig::zero_shot(backbone))
    }

    fn dacon(backbone: Option<BackboneConfig>, version: Version) -> Architecture {
        let unet = Some(UnetConfig { widths: vec![8, 16], input: 512 });
        Architecture::Dacon(ModelConfig { backbone, unet, version, ..ModelConfig::published(version) })
    }

    fn chosen(want: Want, models: &[Architecture]) -> Option<(usize, Fit)> {
        want.choose(models.iter())
    }

    #[test]
    fn a_backbone_is_taken_from_its_checkpoint_or_from_a_model_on_it() {
        let want = Want::Alone(Encoder::Dinov2);
        let models = [alone(convnext()), dacon(Some(dinov2(1024)), Version::V1_1), alone(dinov2(1024))];
        assert_eq!(chosen(want, &models), Some((1, Fit::Paper)));
        assert_eq!(chosen(want, &models[2..]), Some((0, Fit::Paper)));
        assert_eq!(chosen(want, &models[..1]), None);
        assert_eq!(chosen(Want::Alone(Encoder::ConvNext), &models), Some((0, Fit::Paper)));
    }

    #[test]
    fn the_papers_size_goes_before_others_and_others_are_marked() {
        let want = Want::Alone(Encoder::Dinov2);
        let models = [alone(dinov2(384)), alone(dinov2(1024)), alone(dinov2(768))];
        assert_eq!(chosen(want, &models), Some((1, Fit::Paper)));
        assert_eq!(chosen(want, &models[..1]), Some((0, Fit::OtherSize)));
    }

    #[test]
    fn a_trained_model_is_of_the_version_and_on_the_backbone_asked_for() {
        let want = |encoder, version| Want::Dacon { encoder, version, variant: Variant::Published };
        let models = [
            alone(dinov2(1024)),
            dacon(None, Version::V1_0),
            dacon(Some(convnext()), Version::V1_0),
            dacon(Some(dinov2(1024)), Version::V1_1),
            dacon(Some(dinov2(1024)), Version::V1_0),
        ];
        let at = |want| chosen(want, &models).map(|(index, _)| index);
        assert_eq!(at(want(Some(Encoder::Dinov2), None)), Some(3), "a backbone alone is no trained model");
        assert_eq!(at(want(Some(Encoder::Dinov2), Some(Version::V1_0))), Some(4));
        assert_eq!(at(want(Some(Encoder::Dinov2), Some(Version::V1_1))), Some(3));
        assert_eq!(at(want(Some(Encoder::Diffusion), None)), None);
        assert_eq!(at(want(None, None)), Some(1));
    }

    #[test]
    fn a_variant_is_no_published_model_and_the_other_way_round() {
        let want = |variant| Want::Dacon { encoder: Some(Encoder::Dinov2), version: None, variant };
        let mut multiplex = dacon(Some(dinov2(1024)), Version::V1_0);
        if let Architecture::Dacon(config) = &mut multiplex {
            config.comparison = Comparison::Multiplex(AttentionConfig::PAPER);
        }
        let models = [multiplex, dacon(Some(dinov2(1024)), Version::V1_0)];
        let at = |variant| chosen(want(variant), &models).map(|(index, _)| index);
        assert_eq!(at(Variant::Multiplex), Some(0));
        assert_eq!(at(Variant::Published), Some(1));
        assert_eq!(at(Variant::CrossAttention), None);
        assert!(want(Variant::Multiplex).needed().ends_with("on DINOv2, with a multiplex transformer"));
    }

    #[test]
    fn what_is_missing_is_named() {
        let variant = Variant::Published;
        let want = Want::Dacon { encoder: Some(Encoder::Diffusion), version: None, variant };
        assert!(want.needed().ends_with("DACoN on Stable Diffusion 2.1"));
        let want = Want::Dacon { encoder: None, version: Some(Version::V1_0), variant };
        assert!(want.needed().ends_with("DACoN 1.0 without a backbone"));
        assert!(Want::Alone(Encoder::Hiera).needed().contains("sam2.1_hiera_large.pt"));
    }
}

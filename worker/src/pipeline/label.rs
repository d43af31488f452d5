//! What a painted drawing follows from, as digests.

use common::Digest;
use common::farm::ModelLabel;

use super::Settings;
use crate::engine::Engine;

/// The way of painting itself. A change of what any engine paints from the same input needs another one.
const FORMAT: &[u8] = b"shiage painting 4";

/// Everything the result of a target follows from, as one digest.
///
/// A drawing painted by ourselves counts by its own fingerprint: same fingerprint, same bytes.
pub(super) fn fingerprint<'a>(
    engine: &dyn Engine,
    settings: &Settings,
    line: &'a Digest,
    references: impl Iterator<Item = &'a Digest>,
) -> Digest {
    let alpha = settings.alpha.name();
    let rules = serde_json::to_vec(&settings.rules).unwrap_or_default();
    let engine = engine.digest().as_str();
    let fixed = [FORMAT, engine.as_bytes(), alpha.as_bytes(), &rules, line.as_str().as_bytes()];
    Digest::of_parts(fixed.into_iter().chain(references.map(|digest| digest.as_str().as_bytes())))
}

/// The label of a model in the farm: other weights, another engine or another way of painting is another model.
#[must_use]
pub fn label(name: &str, engine: &dyn Engine) -> ModelLabel {
    ModelLabel::new(name, &Digest::of_parts([FORMAT, engine.digest().as_str().as_bytes()]))
}

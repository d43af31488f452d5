//! The models that a worker paints with.

use std::sync::Arc;

use common::farm::{Alpha, ModelLabel};
use common::ids::Pool;
use common::queue::MAX_POOLS;

use super::FarmError;
use crate::engine::Engine;
use crate::model::Needs;
use crate::pipeline::label;

/// A model under the label by which jobs name it.
#[derive(Clone)]
pub struct FarmModel {
    label: ModelLabel,
    composite: Arc<dyn Engine>,
    reference: Arc<dyn Engine>,
}

impl FarmModel {
    /// A model whose engine looks at white paper, and the same for jobs that read alpha as the reference implementation
    /// does. For an engine that does not care, both are one.
    #[must_use]
    pub fn new(name: &str, composite: Arc<dyn Engine>, reference: Arc<dyn Engine>) -> Self {
        Self { label: label(name, composite.as_ref()), composite, reference }
    }

    /// What jobs call it.
    #[must_use]
    pub fn label(&self) -> &ModelLabel {
        &self.label
    }

    /// Memory that a forward pass needs.
    #[must_use]
    pub fn needs(&self) -> Option<Needs> {
        self.composite.needs()
    }

    /// The engine for jobs that read alpha like this.
    pub(super) fn engine(&self, alpha: Alpha) -> &Arc<dyn Engine> {
        match alpha {
            Alpha::Composite => &self.composite,
            Alpha::Reference => &self.reference,
        }
    }
}

impl std::fmt::Debug for FarmModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("FarmModel").field(&self.label).finish()
    }
}

/// The pools of the queue that a worker with these models serves.
pub(super) fn pools(bases: &[Pool], models: &[FarmModel]) -> Result<Vec<Pool>, FarmError> {
    let pairs = bases.iter().flat_map(|base| models.iter().map(move |model| (base, model)));
    let pools: Vec<Pool> = pairs.map(|(base, model)| model.label.pool(base)).collect::<Result<_, _>>()?;
    if (1..=MAX_POOLS).contains(&pools.len()) {
        return Ok(pools);
    }
    Err(FarmError::Pools { pools: bases.len(), models: models.len() })
}

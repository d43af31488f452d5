//! The models that a worker paints with.

use std::sync::Arc;

use common::farm::{Alpha, ModelLabel, SpecFormat};
use common::ids::Pool;

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

/// Pools times models that a worker serves, at most: each counts in the queue once for every format.
pub(super) const MAX_PAIRS: usize = 8;

/// The pools of the queue that a worker with these models serves, those of one model and base together.
pub(super) fn pools(
    bases: &[Pool],
    models: &[FarmModel],
    format: SpecFormat,
) -> Result<Vec<Pool>, FarmError> {
    let pairs = bases.iter().flat_map(|base| models.iter().map(move |model| (base, model)));
    let lanes = |(base, model): (_, &FarmModel)| {
        let label = model.label.clone();
        format.and_before().map(move |format| label.pool(base, format))
    };
    if !(1..=MAX_PAIRS).contains(&(bases.len() * models.len())) {
        return Err(FarmError::Pools { pools: bases.len(), models: models.len() });
    }
    Ok(pairs.flat_map(lanes).collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use common::queue::MAX_POOLS;

    use super::*;
    use crate::engine::ShapeEngine;

    fn models(count: usize) -> Vec<FarmModel> {
        let engine: Arc<dyn Engine> = Arc::new(ShapeEngine);
        (0..count).map(|_| FarmModel::new("shape", Arc::clone(&engine), Arc::clone(&engine))).collect()
    }

    #[test]
    fn a_worker_serves_the_pools_of_the_formats_that_it_reads() {
        let bases = ["default".parse().unwrap(), "night".parse().unwrap()];
        let served = |format| pools(&bases, &models(1), format).unwrap();
        let (old, new) = (served(SpecFormat::FIRST), served(SpecFormat::RULES));
        assert_eq!((old.len(), new.len()), (2, 4));
        let lanes: Vec<_> = new.iter().map(|pool| (pool.order(), SpecFormat::number_in(pool))).collect();
        let [first, second] = [old[0].as_str(), old[1].as_str()];
        assert_eq!(lanes, [(first, 1), (first, 2), (second, 1), (second, 2)]);
    }

    #[test]
    fn the_queue_takes_as_many_pools_as_a_worker_may_serve() {
        let base = ["default".parse().unwrap()];
        let most = pools(&base, &models(MAX_PAIRS), SpecFormat::LATEST).unwrap();
        assert!(most.len() <= MAX_POOLS, "{}", most.len());
        assert!(pools(&base, &models(MAX_PAIRS + 1), SpecFormat::LATEST).is_err());
        assert!(pools(&base, &[], SpecFormat::LATEST).is_err());
    }
}

//! Which model a name means.

use std::collections::BTreeSet;

use common::farm::{ModelLabel, WorkerInfo};

use super::Service;
use super::error::{Result, ServiceError};

impl Service {
    /// The label of a model: as given, that of the model in the program, or the one model of that name that workers have.
    pub(super) async fn label(&self, model: &str) -> Result<ModelLabel> {
        if let Ok(label) = model.parse() {
            return Ok(label);
        }
        // While a farm is upgraded, workers of another release may have another model under the same name.
        if let Some(own) = self.settings.models.iter().find(|label| label.name() == model) {
            return Ok(own.clone());
        }
        let workers = self.queue.workers().await?;
        let infos = workers.iter().filter_map(|worker| serde_json::from_str::<WorkerInfo>(&worker.info).ok());
        let models = infos.flat_map(|info| info.models).chain(self.settings.models.iter().cloned());
        choose(model, &models.collect())
    }
}

fn choose(model: &str, known: &BTreeSet<ModelLabel>) -> Result<ModelLabel> {
    let mut named = known.iter().filter(|label| label.name() == model);
    match (named.next(), named.next()) {
        (Some(label), None) => Ok(label.clone()),
        (None, _) => Err(ServiceError::invalid(format!(
            "model {model:?}: no worker has it; there are {}",
            listed(known.iter())
        ))),
        (Some(_), Some(_)) => Err(ServiceError::invalid(format!(
            "model {model:?}: workers have several of this name; give one of {}",
            listed(known.iter().filter(|label| label.name() == model))
        ))),
    }
}

fn listed<'a>(labels: impl Iterator<Item = &'a ModelLabel>) -> String {
    let labels: Vec<String> = labels.map(ToString::to_string).collect();
    if labels.is_empty() { "none".to_owned() } else { labels.join(", ") }
}

#[cfg(test)]
mod tests {
    use common::Digest;

    use super::*;

    #[test]
    fn a_name_must_mean_one_model() {
        let label = |name: &str, weights: &[u8]| ModelLabel::new(name, &Digest::of(weights));
        let known = BTreeSet::from([label("builtin", b"1"), label("dacon", b"1"), label("dacon", b"2")]);
        assert_eq!(choose("builtin", &known).unwrap(), label("builtin", b"1"));
        let text = |model| choose(model, &known).unwrap_err().to_string();
        assert!(text("dacon").contains(&label("dacon", b"2").to_string()));
        assert!(text("other").contains("there are builtin@"));
        assert!(choose("x", &BTreeSet::new()).unwrap_err().to_string().contains("there are none"));
    }
}

//! The models of a farm's processes.

use std::sync::Arc;

use cel::AlphaRule;
use common::farm::ModelLabel;
use worker::engine::{Engine, ShapeEngine};
use worker::farm::FarmModel;
use worker::model::{self, Loaded, Needs, Place};

use crate::exit::CliError;
use crate::model_name::ModelName;

/// Models that are part of the program.
const USUAL: [&str; 2] = ["builtin", "shape"];

/// Labels of the models that are part of the program: they are known without any worker.
pub fn known() -> Result<Vec<ModelLabel>, CliError> {
    Ok(load(&[], &Place::cpu())?.iter().map(|model| model.label().clone()).collect())
}

/// The models of these names, or the usual ones.
pub fn load(names: &[String], place: &Place) -> Result<Vec<FarmModel>, CliError> {
    let usual = USUAL.map(str::to_owned);
    let names = if names.is_empty() { &usual } else { names };
    names.iter().map(|name| model(name, place)).collect()
}

fn model(name: &str, place: &Place) -> Result<FarmModel, CliError> {
    let named = ModelName::new(name);
    let model = match named {
        ModelName::Shape => {
            let engine: Arc<dyn Engine> = Arc::new(ShapeEngine);
            return Ok(FarmModel::new(&named.label(), Arc::clone(&engine), engine));
        }
        ModelName::Builtin => model::builtin(place)?,
        ModelName::ZeroShot(path) => model::zero_shot(path, AlphaRule::Composite, place)?,
        ModelName::Folder(folder) => model::load(folder, AlphaRule::Composite, place)?,
    };
    Ok(loaded(&named.label(), model))
}

/// Memory that models need that are held together.
pub fn needs(models: &[FarmModel]) -> Option<Needs> {
    Needs::together(models.iter().filter_map(FarmModel::needs))
}

fn loaded(name: &str, model: Loaded) -> FarmModel {
    let reference = model.clone().seeing(AlphaRule::Reference).engine();
    FarmModel::new(name, model.engine().into(), reference.into())
}

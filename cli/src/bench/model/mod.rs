//! `shiage bench model`: a drawing's way through the network, timed by stage.

mod drawing;
mod figures;
mod passes;
mod table;

use cel::AlphaRule;
use worker::device;
use worker::engine::DaconEngine;
use worker::model::{self, Dacon, Loaded, ModelConfig, Place, Version, random};

use crate::args::ModelBenchArgs;
use crate::exit::{CliError, Exit};
use crate::model_name::ModelName;
use crate::{engine, terminal};
use figures::Figures;
use passes::Passes;

/// Segments of the drawing and of its reference.
const SEGMENTS: usize = 189;

/// Runs `shiage bench model`.
pub fn run(args: &ModelBenchArgs) -> Result<Exit, CliError> {
    let place = engine::place_noted(&args.place)?;
    let engine = load(args, &place)?;
    let peak = passes::product_speed(&place)?;
    let mut all = Vec::new();
    for size in &args.size {
        let scene = drawing::Scene::new(size.0, SEGMENTS);
        for &batch in &args.batch {
            let passes = Passes::measure(&engine, &scene, batch as usize, args.runs)?;
            let figures = Figures::new(engine.model(), &scene, batch as usize, &passes);
            if args.json {
                let text = serde_json::to_string(&figures).map_err(|error| CliError::Unwritable {
                    path: "standard output".into(),
                    source: error.into(),
                })?;
                terminal::result(&text);
            }
            all.push(figures);
        }
    }
    if !args.json {
        terminal::result(&table::render(&all, &device::name(place.device()), peak));
    }
    Ok(Exit::Done)
}

/// The model of a folder, or one of the published size with random weights.
fn load(args: &ModelBenchArgs, place: &Place) -> Result<DaconEngine, CliError> {
    let Some(name) = &args.model else {
        let config = ModelConfig::published(Version::V1_1);
        let (weights, backbone) = random::weights(&config).map_err(model::ModelError::from)?;
        let model = Dacon::new(&config, Some(&weights), backbone.as_ref(), place)?;
        return Ok(DaconEngine::new(model, AlphaRule::Composite, b"random"));
    };
    let loaded = match ModelName::new(name) {
        ModelName::ZeroShot(path) => Some(model::zero_shot(path, AlphaRule::Composite, place)?),
        ModelName::Folder(folder) => Some(model::load(folder, AlphaRule::Composite, place)?),
        ModelName::Shape | ModelName::Builtin => None,
    };
    match loaded {
        Some(Loaded::Dacon(engine)) => Ok(engine),
        Some(Loaded::Matcher(_)) | None => {
            Err(CliError::Usage(format!("{name}: --model needs a DACoN model, or zero-shot:PATH")))
        }
    }
}

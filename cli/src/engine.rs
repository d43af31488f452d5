//! Which engine a `--model` names, where it runs, and how many drawings it sees at a time.

use cel::AlphaRule;
use worker::device::{self, Unusable};
use worker::engine::{Engine, ShapeEngine};
use worker::model::{self, Needs, Place};

use crate::args::{AlphaArg, BatchArgs, EngineArgs, PlaceArgs};
use crate::exit::CliError;
use crate::model_name::ModelName;
use crate::terminal;

/// Loads the engine.
pub fn load(args: &EngineArgs, place: &Place) -> Result<Box<dyn Engine>, CliError> {
    named(ModelName::new(&args.model), alpha(args.alpha), place)
}

/// Loads the engine of this name.
pub fn named(model: ModelName<'_>, alpha: AlphaRule, place: &Place) -> Result<Box<dyn Engine>, CliError> {
    match model {
        ModelName::Shape => Ok(Box::new(ShapeEngine)),
        ModelName::Builtin => Ok(model::builtin(place)?.engine()),
        ModelName::ZeroShot(path) => Ok(model::zero_shot(path, alpha, place)?.engine()),
        ModelName::Folder(folder) => Ok(model::load(folder, alpha, place)?.engine()),
    }
}

/// The place that arguments name. `tell` hears why it is the processor although a GPU was looked for; that a program
/// without CUDA looks for none goes without saying.
pub fn place(args: &PlaceArgs, tell: impl FnOnce(&Unusable)) -> Result<Place, CliError> {
    let opened = device::open(args.device)?;
    if let Some(why) = opened.fallback.filter(|why| *why != Unusable::NotBuilt) {
        tell(&why);
    }
    Ok(Place::new(opened.device, args.precision.precision())?)
}

/// The place, for commands that talk to a person.
pub fn place_noted(args: &PlaceArgs) -> Result<Place, CliError> {
    place(args, |why| terminal::note(&format!("paints on the processor: {why}")))
}

/// Bytes that a model and its batch may take: what is asked for, or most of what is free on a GPU. To be called before
/// the model is loaded.
pub fn room(args: BatchArgs, place: &Place) -> Option<u64> {
    let asked = args.memory_budget.map(|budget| budget.0);
    asked.or_else(|| device::free_bytes(place.device()).map(|free| free / 10 * 8))
}

/// How many drawings go through the network at a time, where `lanes` do so side by side.
pub fn batch(
    args: BatchArgs,
    needs: Option<Needs>,
    (room, lanes): (Option<u64>, u64),
    place: &Place,
) -> Result<usize, CliError> {
    let needs = needs.map(|needs| Needs { drawing: needs.drawing * lanes, ..needs });
    Ok(args.batch.choose(needs, room, place.device().is_cpu())?)
}

/// The rule that an argument names.
pub const fn alpha(alpha: AlphaArg) -> AlphaRule {
    match alpha {
        AlphaArg::Composite => AlphaRule::Composite,
        AlphaArg::Reference => AlphaRule::Reference,
    }
}

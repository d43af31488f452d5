//! Which engine a `--model` names.

use std::path::Path;

use worker::engine::{Engine, ShapeEngine};
use worker::model::Device;

use super::alpha;
use crate::args::{DeviceArg, PaintArgs};
use crate::exit::CliError;
use crate::terminal;

/// Loads the engine.
pub fn load(args: &PaintArgs) -> Result<Box<dyn Engine>, CliError> {
    match args.model.as_str() {
        "shape" => Ok(Box::new(ShapeEngine)),
        "builtin" => {
            terminal::note("model: `builtin` is an alias of `shape` in this version (geometry, no network)");
            Ok(Box::new(ShapeEngine))
        }
        folder => {
            let device = match args.device {
                DeviceArg::Auto | DeviceArg::Cpu => Device::Cpu,
            };
            Ok(Box::new(worker::model::load(Path::new(folder), alpha(args.alpha), &device)?))
        }
    }
}

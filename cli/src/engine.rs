//! Which engine a `--model` names.

use std::path::Path;

use cel::AlphaRule;
use worker::engine::{Engine, ShapeEngine};
use worker::model::{self, Device};

use crate::args::{AlphaArg, DeviceArg, EngineArgs};
use crate::exit::CliError;

/// Loads the engine.
pub fn load(args: &EngineArgs) -> Result<Box<dyn Engine>, CliError> {
    let device = device(args.device);
    match args.model.as_str() {
        "shape" => Ok(Box::new(ShapeEngine)),
        "builtin" => Ok(model::builtin(&device)?.engine()),
        folder => Ok(model::load(Path::new(folder), alpha(args.alpha), &device)?.engine()),
    }
}

/// The device that an argument names.
pub const fn device(device: DeviceArg) -> Device {
    match device {
        DeviceArg::Auto | DeviceArg::Cpu => Device::Cpu,
    }
}

/// The rule that an argument names.
pub const fn alpha(alpha: AlphaArg) -> AlphaRule {
    match alpha {
        AlphaArg::Composite => AlphaRule::Composite,
        AlphaArg::Reference => AlphaRule::Reference,
    }
}

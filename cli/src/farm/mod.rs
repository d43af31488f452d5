//! `shiage farm up`: a whole farm on one machine, as processes that one command starts, watches and stops.

mod folder;
mod keep;
mod parent;
mod ready;
mod redis;
mod s3;
mod up;

pub use self::parent::gone;
use crate::args::{FarmArgs, FarmCommand};
use crate::exit::{CliError, Exit};

/// Runs `shiage farm`.
pub fn run(args: &FarmArgs) -> Result<Exit, CliError> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Start)?;
    let ended = runtime.block_on(async {
        match &args.command {
            FarmCommand::Up(args) => up::run(args).await,
            FarmCommand::S3(args) => s3::run(args).await,
        }
    });
    // A read of stdin may still wait.
    runtime.shutdown_background();
    ended
}

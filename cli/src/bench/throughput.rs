//! `shiage bench farm`: the same drawings painted by one process and by a farm, side by side.

use cel::Size;
use e2e::Figures;
use e2e::throughput::{Load, Throughput, measure};

use crate::args::ThroughputArgs;
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Runs `shiage bench farm`.
pub fn run(args: &ThroughputArgs) -> Result<Exit, CliError> {
    let size = Size { width: args.size[0], height: args.size[1] };
    let figures = Figures { seed: 1, clips: args.clips, drawings: args.drawings, size, grain: args.grain };
    let load = Load { figures, workers: args.workers };
    let shiage = std::env::current_exe().map_err(CliError::Start)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Start)?;
    let measured = runtime.block_on(measure(&shiage, load));
    let measured = measured.map_err(|error| CliError::Start(std::io::Error::other(error)))?;
    tell(&measured, args.json);
    Ok(Exit::Done)
}

fn tell(measured: &Throughput, json: bool) {
    if json {
        match serde_json::to_string(measured) {
            Ok(line) => terminal::result(&line),
            Err(error) => terminal::error(&error),
        }
        return;
    }
    let Throughput { drawings, bytes_per_drawing, workers, paint, farm, .. } = measured;
    terminal::result(&format!("{drawings} drawings of {} KB, engine shape", bytes_per_drawing / 1_000));
    for (name, cost) in [("paint".to_owned(), paint), (format!("farm, {workers} workers"), farm)] {
        terminal::result(&format!(
            "{name:<16} {:7.1} s {:8.1} a second {:8.1} ms of processor time a drawing",
            cost.seconds, cost.fps, cost.cpu_ms
        ));
    }
    for (part, ms) in &measured.farm_cpu_ms {
        terminal::result(&format!("  {part:<12} {ms:8.2} ms of processor time a drawing"));
    }
    terminal::result(&format!(
        "outside of the workers {:.2} ms of processor time a drawing",
        measured.overhead_cpu_ms
    ));
}

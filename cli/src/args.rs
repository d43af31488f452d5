//! The command line.

mod check;
mod farm;
mod faults;
mod log;
mod model_bench;
mod place;
mod queue;
mod scan;
mod scene;
mod scheduler;
mod simulate;
mod throughput;
mod worker;

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};
use common::farm::OutputFormat;

use crate::client::args::ClientCommand;

pub use self::check::CheckArgs;
pub use self::farm::{FarmArgs, FarmCommand, S3Args, UpArgs};
pub use self::faults::FaultsArgs;
pub use self::log::{LogArgs, LogFormat};
pub use self::model_bench::ModelBenchArgs;
pub use self::place::{BatchArgs, PlaceArgs};
pub use self::queue::{PolicyArgs, QueueArgs};
pub use self::scan::ScanArgs;
pub use self::scene::SceneArg;
pub use self::scheduler::SchedulerArgs;
pub use self::simulate::SimulateArgs;
pub use self::throughput::ThroughputArgs;
pub use self::worker::WorkerArgs;

/// Paints line drawings with the exact colours of their references.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the command can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Paint a folder of line drawings.
    Paint(PaintArgs),
    /// List the drawings, time sheets and other files of cuts.
    Scan(ScanArgs),
    /// Look for what is to be mended in line drawings before they are painted.
    Check(CheckArgs),
    /// Measure how well a model paints a data set whose true colours are known.
    Eval(EvalArgs),
    /// Take episodes in for a farm.
    Scheduler(SchedulerArgs),
    /// Paint for a farm.
    Worker(WorkerArgs),
    /// Run a whole farm on this machine.
    Farm(FarmArgs),
    /// What can be asked of a farm.
    #[command(flatten)]
    Client(ClientCommand),
    /// Prepare models.
    Model(ModelArgs),
    /// Measure how fast parts of the farm are on this machine.
    Bench(BenchArgs),
}

/// Arguments of `paint`.
#[derive(Clone, Debug, Args)]
pub struct PaintArgs {
    /// A folder of line drawings (PNG, TGA); or a cut with a folder for each cel, and its time sheet; or `{line,gt,ref/{line,gt}}` with painted drawings and design sheets
    /// beside them; or a folder of any of these.
    pub input: PathBuf,
    /// Folder for the painted drawings, under the same relative names; made if missing.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Which references a drawing is painted from.
    #[arg(long, value_enum, default_value_t)]
    pub mode: ModeArg,
    /// Painted drawings with the names of their line drawings, in place of the `gt` beside `line`.
    #[arg(long, value_name = "DIR")]
    pub painted: Option<PathBuf>,
    /// Design sheets: painted images, or `{line,gt}` with equal names, or one painted image; in place of the `ref` beside
    /// `line`.
    #[arg(long, value_name = "PATH")]
    pub sheets: Option<PathBuf>,
    /// The time sheet of the cut (XDTS, TDTS, STS), in place of the one in its folder: it decides which drawings follow
    /// each other.
    #[arg(long, value_name = "FILE")]
    pub time_sheet: Option<PathBuf>,
    /// Design sheets to use, in the order of their names.
    #[arg(long, value_name = "N|max", default_value = "max")]
    pub shots: Count,
    /// Cut a folder into clips of so many drawings [default: 20 where `line`, `gt` and `seg` lie side by side, else
    /// max].
    #[arg(long, value_name = "N|max")]
    pub clip_interval: Option<Count>,
    /// What paints.
    #[command(flatten)]
    pub engine: EngineArgs,
    /// How many drawings at a time.
    #[command(flatten)]
    pub batch: BatchArgs,
    /// Print one JSON object on stdout at the end.
    #[arg(long)]
    pub json: bool,
    /// The colours of another scene: a design sheet painted in them, such as `night=sheet_night.png`. The painted drawings
    /// go in these colours to `_scenes/NAME` in the output folder, too. May be given several times.
    #[arg(long, value_name = "NAME=FILE")]
    pub scene: Vec<SceneArg>,
    /// The kind of file to write.
    #[arg(long, value_enum, default_value_t)]
    pub format: FormatArg,
    /// Write line and paint apart, too: `_layers/line` and `_layers/paint` in the output.
    #[arg(long)]
    pub layers: bool,
    /// What is agreed for the show.
    #[command(flatten)]
    pub show: ShowArgs,
    /// Exit with 3 also when segments need review.
    #[arg(long)]
    pub strict: bool,
}

/// What is agreed for a show.
#[derive(Clone, Debug, Args)]
pub struct ShowArgs {
    /// Rules for trace lines, white and gaps [default: the nearest `shiage.toml` in the input folder or above it].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Count gaps in lines of at most so many pixels as closed when segments are looked for; the lines stay as drawn.
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(0..=32))]
    pub close_gaps: Option<u32>,
}

/// Which engine paints, and where.
#[derive(Clone, Debug, Args)]
pub struct EngineArgs {
    /// `builtin` (the trained model in the program), `shape` (geometry alone, no network), a model folder made by
    /// `shiage model import`, or `zero-shot:PATH` for the backbone alone of such a folder or of a published checkpoint
    /// (DINOv2, OpenCLIP ConvNeXt, SAM 2.1, Stable Diffusion 2.1).
    #[arg(long, default_value = "builtin")]
    pub model: String,
    /// Where it runs.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// What lies under transparent pixels for the network: white paper, or the raw bytes as the reference
    /// implementation of DACoN takes them.
    #[arg(long, value_enum, default_value_t)]
    pub alpha: AlphaArg,
}

/// The modes on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ModeArg {
    /// `nearest` where drawings are given painted, else `keyframe`.
    #[default]
    Auto,
    /// From the drawing before, as painted by ourselves, and the sheets.
    PreviousFrame,
    /// From the first painted drawing of the clip, and the sheets.
    FirstFrame,
    /// Outward from every painted drawing in both directions, each from its painted neighbour, and the sheets.
    Nearest,
    /// From the sheets alone.
    Keyframe,
}

/// The alpha rules on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum AlphaArg {
    /// White paper.
    #[default]
    Composite,
    /// The raw bytes.
    Reference,
}

/// The kinds of output file on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// That of each line drawing.
    #[default]
    Same,
    /// PNG.
    Png,
    /// TGA.
    Tga,
}

impl FormatArg {
    /// The format that it names.
    pub const fn output(self) -> OutputFormat {
        match self {
            Self::Same => OutputFormat::Same,
            Self::Png => OutputFormat::Png,
            Self::Tga => OutputFormat::Tga,
        }
    }
}

/// A number from 1, or all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub usize);

impl FromStr for Count {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "max" {
            return Ok(Self(usize::MAX));
        }
        text.parse().map(Self).map_err(|_| "expected a number or `max`".to_owned())
    }
}

/// Arguments of `eval`.
#[derive(Clone, Debug, Args)]
pub struct EvalArgs {
    /// A data set in the PaintBucket-Character layout: `NAME/{line,seg}` and `NAME/ref/{line,seg}`, label images with
    /// colour lists beside them.
    pub root: PathBuf,
    /// Which references a drawing is painted from.
    #[arg(long, value_enum, default_value_t)]
    pub mode: ProtocolArg,
    /// Design sheets to use, in the order of their names [default: 0 in previous-frame, both-neighbours and
    /// first-frame, else max].
    #[arg(long, value_name = "N|max")]
    pub shots: Option<Count>,
    /// Drawings in a clip [default: 20].
    #[arg(long, value_name = "N|max")]
    pub clip_interval: Option<Count>,
    /// What paints.
    #[command(flatten)]
    pub engine: EngineArgs,
    /// Print one JSON object on stdout.
    #[arg(long)]
    pub json: bool,
    /// Write every segment's similarity, margin, confidence, pixels and whether it was right, as CSV.
    #[arg(long, value_name = "FILE")]
    pub segments: Option<PathBuf>,
    /// Print a table of DACoN's paper, measured on this data set: 1, keyframes with foundation models and DACoN; 2,
    /// consecutive frames; 3, how many references; 4, DACoN with other parts. Rows without a model say what is missing.
    #[arg(long, value_name = "1..4", value_parser = clap::value_parser!(u8).range(1..=4),
        conflicts_with_all = ["model", "mode", "shots", "segments"])]
    pub table: Option<u8>,
    /// The models for a table: a folder of model folders and published checkpoints, recognised by what is in them.
    #[arg(long, value_name = "DIR", requires = "table")]
    pub models: Option<PathBuf>,
}

/// The ways to evaluate on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ProtocolArg {
    /// From the true colours of the drawing before.
    #[default]
    PreviousFrame,
    /// From the true colours of the drawings before and after.
    BothNeighbours,
    /// From the drawing before as painted by ourselves, the first drawing of the clip, and the sheets.
    PreviousPredicted,
    /// From the first drawing of the clip.
    FirstFrame,
    /// From the first drawing of the clip and the sheets.
    #[value(name = "first-frame+sheets")]
    FirstFrameAndSheets,
    /// From the sheets alone.
    Keyframe,
}

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// What to measure.
    #[command(subcommand)]
    pub command: BenchCommand,
}

/// What can be measured.
#[derive(Debug, Subcommand)]
pub enum BenchCommand {
    /// The queue: jobs claimed and completed a second, latency, memory, time to rebuild.
    Queue(QueueBenchArgs),
    /// A farm of real processes under fire: what is painted must be as if nothing had happened.
    Faults(FaultsArgs),
    /// What a farm costs beside the painting: the same drawings painted by one process and by a farm
    Farm(ThroughputArgs),
    /// The network: a drawing's time by stage, memory and arithmetic on a device.
    Model(ModelBenchArgs),
    /// The farm, simulated: how long an episode takes on so many GPUs, and where more do not help.
    Simulate(SimulateArgs),
}

/// Arguments of `bench queue`.
#[derive(Debug, Args)]
pub struct QueueBenchArgs {
    /// Jobs that are ready while claims are measured.
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1_000..=5_000_000))]
    pub jobs: u64,
    /// An empty queue to measure on; a server of its own is started without it.
    #[arg(long, value_name = "URL")]
    pub redis: Option<String>,
    /// Workers that claim at a time when throughput is measured.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub workers: u64,
    /// Print one JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `model`.
#[derive(Debug, Args)]
pub struct ModelArgs {
    /// What to do with models.
    #[command(subcommand)]
    pub command: ModelCommand,
}

/// What can be done with models.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Make a model folder from published DACoN and DINOv2 checkpoints.
    Import(ImportArgs),
}

/// Arguments of `model import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// DACoN state dict (`.pth` or `.safetensors`).
    #[arg(long, value_name = "FILE")]
    pub dacon: PathBuf,
    /// Its backbone: the published checkpoint of DINOv2 (`.pth` or `.safetensors`), or that or the folder of another
    /// foundation model. Left out for a model that was trained without one.
    #[arg(long, value_name = "PATH")]
    pub backbone: Option<PathBuf>,
    /// Folder of the model to write.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Attention heads of the backbone, where its width does not tell.
    #[arg(long, value_name = "N")]
    pub heads: Option<usize>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn counts_are_numbers_or_max() {
        assert_eq!("max".parse(), Ok(Count(usize::MAX)));
        assert_eq!("0".parse(), Ok(Count(0)));
        assert!("-1".parse::<Count>().is_err());
        assert!("many".parse::<Count>().is_err());
    }
}

//! Arguments of the commands that talk to a farm.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use common::ids::{EpisodeId, JobKey, Pool, Show, User, WorkerId};
use common::queue::Priority;

use crate::args::{AlphaArg, Count, FormatArg, ModeArg, ShowArgs};

/// Where the farm is.
#[derive(Clone, Debug, Args)]
pub struct ServerArgs {
    /// The scheduler.
    #[arg(
        long,
        value_name = "URL",
        env = "SHIAGE_URL",
        default_value = "http://127.0.0.1:8080",
        global = true
    )]
    pub url: String,
    /// The token that it knows you by.
    #[arg(long, value_name = "TOKEN", env = "SHIAGE_TOKEN", hide_env_values = true, global = true)]
    pub token: Option<String>,
    /// Print one JSON value on stdout.
    #[arg(long, global = true)]
    pub json: bool,
}

/// What can be asked of a farm.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// Submit an episode to a farm.
    Submit(Box<SubmitArgs>),
    /// Submit cuts as they arrive in a folder.
    Watch(Box<WatchArgs>),
    /// Tell how far episodes are.
    Status(StatusArgs),
    /// Fetch what is painted of an episode.
    Fetch(FetchArgs),
    /// Cancel an episode for good; what is painted stays.
    Cancel(EpisodeArgs),
    /// Let an episode wait.
    Pause(EpisodeArgs),
    /// Let a paused episode go on.
    Resume(EpisodeArgs),
    /// Send the dead jobs of an episode back.
    Retry(EpisodeArgs),
    /// Change an episode's share of the farm.
    Priority(PriorityArgs),
    /// Put a drawing right: it stays, and only what follows from it is painted anew.
    Correct(CorrectArgs),
    /// Tell why a job is where it is.
    Explain(JobArgs),
    /// List the workers.
    Workers(ServerOnly),
    /// Let a worker finish what it has and end.
    Drain(WorkerArgs),
    /// Give jobs again to a worker that failed what others finished.
    Forgive(WorkerArgs),
    /// Tell what the queue holds, or pause it.
    Queue(QueueArgs),
    /// List dead jobs, the latest first.
    Dead(ListArgs),
    /// List what happened last, the oldest first.
    Events(EventsArgs),
}

/// No arguments of its own.
#[derive(Clone, Debug, Args)]
pub struct ServerOnly {
    /// Where the farm is.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// How what is submitted is painted.
#[derive(Clone, Debug, Args)]
pub struct HowArgs {
    /// The show it belongs to [default: the name of the folder].
    #[arg(long)]
    pub show: Option<Show>,
    /// Who submits it [default: the user of this machine].
    #[arg(long)]
    pub user: Option<User>,
    /// Its share of the farm: low, normal, high or urgent.
    #[arg(long, default_value = "normal")]
    pub priority: Priority,
    /// What paints: the name or label of a model that workers have.
    #[arg(long, default_value = "builtin")]
    pub model: String,
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
    /// The time sheet of the cut, in place of the one in its folder.
    #[arg(long, value_name = "FILE")]
    pub time_sheet: Option<PathBuf>,
    /// Design sheets to use, in the order of their names.
    #[arg(long, value_name = "N|max", default_value = "max")]
    pub shots: Count,
    /// Cut a folder into clips of so many drawings.
    #[arg(long, value_name = "N|max")]
    pub clip_interval: Option<Count>,
    /// What lies under transparent pixels, as for `paint`.
    #[arg(long, value_enum, default_value_t)]
    pub alpha: AlphaArg,
    /// The kind of file to write.
    #[arg(long, value_enum, default_value_t)]
    pub format: FormatArg,
    /// The workers that paint it, if other than those of the default pool.
    #[arg(long)]
    pub pool: Option<Pool>,
    /// What is agreed for the show; a manifest says it itself.
    #[command(flatten)]
    pub rules: ShowArgs,
}

/// Arguments of `submit`.
#[derive(Clone, Debug, Args)]
pub struct SubmitArgs {
    /// A folder as for `paint`, or a manifest (`.json`, `.toml`) whose files lie beside it or are uploaded already.
    pub episode: PathBuf,
    /// How it is painted.
    #[command(flatten)]
    pub how: HowArgs,
    /// Submits the same drawings as another episode.
    #[arg(long, value_name = "TEXT")]
    pub again: Option<String>,
    /// Check everything, and submit nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Wait until it is painted.
    #[arg(long)]
    pub watch: bool,
    /// Where the farm is.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Arguments of `watch`.
#[derive(Clone, Debug, Args)]
pub struct WatchArgs {
    /// A folder in which each folder is a cut, as for `submit`.
    pub folder: PathBuf,
    /// How they are painted; the show is the name of the watched folder, if none is given.
    #[command(flatten)]
    pub how: HowArgs,
    /// Seconds without a change after which a cut has arrived.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub settle: u32,
    /// Where to remember what was submitted [default: FOLDER.shiage-watch.json, beside the folder].
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Where the farm is.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Arguments of `status`.
#[derive(Clone, Debug, Args)]
pub struct StatusArgs {
    /// The episode; all of them without it.
    pub episode: Option<EpisodeId>,
    /// Only this clip.
    #[arg(long, value_name = "NAME", requires = "episode")]
    pub clip: Option<String>,
    /// List the jobs.
    #[arg(long, requires = "episode")]
    pub jobs: bool,
    /// List the drawings.
    #[arg(long, requires = "episode")]
    pub drawings: bool,
    /// Wait until it is painted.
    #[arg(long, requires = "episode")]
    pub watch: bool,
    /// Where the farm is.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Arguments of `fetch`.
#[derive(Clone, Debug, Args)]
pub struct FetchArgs {
    /// The episode.
    pub episode: EpisodeId,
    /// Folder for its files; made if missing.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Where the farm is.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Arguments of commands about episodes.
#[derive(Clone, Debug, Args)]
pub struct EpisodeArgs {
    /// The episodes.
    #[arg(required = true)]
    pub episodes: Vec<EpisodeId>,
    /// Where the farm is.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Arguments of `priority`.
#[derive(Clone, Debug, Args)]
pub struct PriorityArgs {
    /// The episode.
    pub episode: EpisodeId,
    /// low, normal, high or urgent.
    pub priority: Priority,
    /// Where the farm is.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Arguments of `correct`.
#[derive(Clone, Debug, Args)]
pub struct CorrectArgs {
    /// The episode.
    pub episode: EpisodeId,
    /// Key of the drawing, as `status --drawings` lists it.
    pub drawing: String,
    /// The painted drawing as it should be.
    pub file: PathBuf,
    /// Where the farm is.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Arguments of `explain`.
#[derive(Clone, Debug, Args)]
pub struct JobArgs {
    /// The job: EPISODE.NUMBER, as `status --jobs` lists it.
    pub job: JobKey,
    /// Where the farm is.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Arguments of commands about a worker.
#[derive(Clone, Debug, Args)]
pub struct WorkerArgs {
    /// The worker.
    pub worker: WorkerId,
    /// Where the farm is.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Arguments of `queue`.
#[derive(Clone, Debug, Args)]
pub struct QueueArgs {
    /// Let nobody claim anything, or everybody again.
    #[arg(value_parser = ["pause", "resume"])]
    pub change: Option<String>,
    /// Where the farm is.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Arguments of lists that may be long.
#[derive(Clone, Debug, Args)]
pub struct ListArgs {
    /// Entries to show.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub limit: u32,
    /// Where the farm is.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Arguments of `events`.
#[derive(Clone, Debug, Args)]
pub struct EventsArgs {
    /// Events to show: the latest, or the first after `--after`.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub limit: u32,
    /// Only what followed the event with this id.
    #[arg(long, value_name = "ID")]
    pub after: Option<String>,
    /// Go on with what happens, until interrupted; with `--json` each event is a line.
    #[arg(long)]
    pub follow: bool,
    /// Where the farm is.
    #[command(flatten)]
    pub server: ServerArgs,
}

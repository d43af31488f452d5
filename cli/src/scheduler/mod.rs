//! `shiage scheduler`: takes episodes in for a farm.

mod tokens;

use std::sync::Arc;

use common::farm::ModelLabel;
use common::queue::RedisQueue;
use scheduler::http::{self, Auth};
use scheduler::service::{Service, Settings};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::args::SchedulerArgs;
use crate::exit::{CliError, Exit};
use crate::{farm, logging, terminal};

/// What `--json` prints when the scheduler listens.
#[derive(Debug, Serialize)]
struct Ready {
    url: String,
}

/// Runs `shiage scheduler`.
pub fn run(args: &SchedulerArgs) -> Result<Exit, CliError> {
    if args.print_openapi {
        return print_openapi();
    }
    logging::start(args.log)?;
    let auth = tokens::auth(args)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Start)?;
    let ended = runtime.block_on(serve(args, auth));
    // A read of stdin may still wait.
    runtime.shutdown_background();
    ended.map(|()| Exit::Done)
}

fn print_openapi() -> Result<Exit, CliError> {
    terminal::result(http::openapi().map_err(unwritable)?.trim_end());
    Ok(Exit::Done)
}

async fn serve(args: &SchedulerArgs, auth: Auth) -> Result<(), CliError> {
    let signals = Signals::new(args.with_parent).map_err(CliError::Start)?;
    let address = |given: &Option<String>| given.clone().unwrap_or_default();
    let store = common::store::open(&address(&args.store)).await?;
    let queue = RedisQueue::connect(&address(&args.redis), args.policy.policy()).await?;
    let settings = Settings { models: known_models(), target_seconds: args.target_seconds };
    let service = Arc::new(Service::new(Arc::new(queue), store, settings));
    let listener = listen(args).await?;
    // The rounds start here, over the same service and until the same end.
    http::serve(listener, service, auth, signals.wait()).await;
    Ok(())
}

async fn listen(args: &SchedulerArgs) -> Result<TcpListener, CliError> {
    let failed = |source| CliError::Listen { address: args.listen, source };
    let listener = TcpListener::bind(args.listen).await.map_err(failed)?;
    let url = format!("http://{}", listener.local_addr().map_err(failed)?);
    tracing::info!(url, "listens");
    if args.json {
        terminal::result(&serde_json::to_string(&Ready { url }).map_err(unwritable)?);
    }
    Ok(listener)
}

fn unwritable(error: serde_json::Error) -> CliError {
    CliError::Unwritable { path: "standard output".into(), source: error.into() }
}

/// Models that are known without any worker, since they are part of the program.
fn known_models() -> Vec<ModelLabel> {
    Vec::new()
}

/// What asks a process to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    /// Whether the end of the parent is one, too.
    with_parent: bool,
}

impl Signals {
    fn new(with_parent: bool) -> std::io::Result<Self> {
        let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(Self { terminate, interrupt, with_parent })
    }

    async fn wait(mut self) {
        let parent =
            async { if self.with_parent { farm::gone().await } else { std::future::pending().await } };
        tokio::select! {
            () = parent => {}
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("asked to end: finishes its requests");
    }
}

//! `shiage scheduler`: takes episodes in for a farm.

mod cluster;
mod tokens;
mod webhook;

use std::sync::Arc;

use common::queue::RedisQueue;
use scheduler::hooks::{self, Target};
use scheduler::http::{self, Auth};
use scheduler::pods::Cluster;
use scheduler::rounds;
use scheduler::service::{Service, Settings};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::args::SchedulerArgs;
use crate::exit::{CliError, Exit};
use crate::signals::Signals;
use crate::{identity, logging, models, terminal};

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
    let (target, cluster) = (webhook::target(args)?, cluster::cluster(args)?);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Start)?;
    let ended = runtime.block_on(serve(args, auth, (target, cluster)));
    // A read of stdin may still wait.
    runtime.shutdown_background();
    ended.map(|()| Exit::Done)
}

fn print_openapi() -> Result<Exit, CliError> {
    terminal::result(http::openapi().map_err(unwritable)?.trim_end());
    Ok(Exit::Done)
}

async fn serve(
    args: &SchedulerArgs,
    auth: Auth,
    (target, cluster): (Option<Target>, Option<Cluster>),
) -> Result<(), CliError> {
    let mut signals = Signals::new(args.with_parent)?;
    let store = common::store::open(args.store.as_deref().unwrap_or_default()).await?;
    let queue = RedisQueue::connect(args.redis.as_deref().unwrap_or_default(), args.policy.policy()).await?;
    let settings = Settings { models: models::known()?, target_seconds: args.target_seconds };
    let service = Arc::new(Service::new(Arc::new(queue), store, settings));
    let listener = listen(args).await?;
    let (ending, ended) = watch::channel(false);
    let asked = async {
        signals.first().await;
        tracing::info!("asked to end: finishes its requests");
        ending.send_replace(true);
    };
    let over = |mut ended: watch::Receiver<bool>| async move {
        let _ = ended.wait_for(|&ended| ended).await;
    };
    let (who, _) = identity::unique(&identity::host());
    let (hooks, courier) = target.map(|target| hooks::open(&service, target)).unzip();
    let options = rounds::Options { hooks, cluster, ..rounds::Options::new(who, args.policy.lease()) };
    let until = over(ended.clone());
    let deliver = async {
        if let Some(courier) = courier {
            courier.run(until).await;
        }
    };
    tokio::join!(
        asked,
        deliver,
        rounds::run(Arc::clone(&service), options, over(ended.clone())),
        http::serve(listener, service, auth, over(ended)),
    );
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

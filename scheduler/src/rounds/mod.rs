//! What the scheduler does over and over: requeues what was lost, begins the queue anew when it has lost its memory,
//! compares it with the store, and publishes what is painted.
//!
//! Every round can be repeated, and run by several processes at once. That one leads only saves work.

mod epoch;
mod finish;
mod lead;
mod options;
mod pace;
mod pods;
mod reaper;
mod reconcile;
mod shared;
mod trouble;
mod watch;

use std::sync::Arc;

pub use self::options::Options;
use self::pace::repeat;
use self::shared::Shared;
use crate::service::Service;

/// Runs the rounds until `shutdown`. A round that fails is tried again; nothing else ends them.
pub async fn run(service: Arc<Service>, options: Options, shutdown: impl Future<Output = ()>) {
    let shared = Shared::new(service, options);
    let pods = async {
        if let Some(cluster) = &shared.options.cluster {
            repeat(&shared, pods::Pods::new(&shared, cluster)).await;
        }
    };
    let rounds = async {
        tokio::join!(
            repeat(&shared, lead::Lead::new(&shared)),
            repeat(&shared, reaper::Reaper::new(&shared)),
            repeat(&shared, watch::Watch::new(&shared)),
            repeat(&shared, reconcile::Reconciler::new(&shared)),
            repeat(&shared, finish::Finisher::new(&shared)),
            pods,
        )
    };
    tokio::select! {
        () = shutdown => {}
        _ = rounds => {}
    }
    lead::give_up(&shared).await;
}

//! Connections.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::auth::Auth;
use super::router::with_pages;
use crate::service::Service;

/// Connections at a time; more wait in the backlog of the system.
const CONNECTIONS: usize = 1024;
/// How long the head of a request may take to come in, and a connection to send another one.
const HEAD: Duration = Duration::from_secs(30);
/// Bytes of the head of a request, at most.
const HEAD_BYTES: usize = 64 << 10;
/// How long requests have to end once the server is told to.
const LAST: Duration = Duration::from_secs(10);
/// The pause after a connection could not be taken, such as for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(500);

/// Serves until `shutdown` is there; then takes nothing more and gives what runs ten seconds.
pub async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    auth: Auth,
    shutdown: impl Future<Output = ()>,
) {
    let (router, web) = with_pages(service, auth);
    // Dropped at the end, and with it what is measured.
    let mut measuring = JoinSet::new();
    measuring.spawn(web.clone().measure());
    let close = async move {
        shutdown.await;
        web.close();
    };
    serve_router(listener, router, close).await;
}

/// Serves any routes in the same way.
pub async fn serve_router(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    // Dropped at the end, and with it what has not ended by then.
    let mut connections = JoinSet::new();
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            accepted = accept(&listener, &free) => {
                if let Some((stream, place)) = accepted {
                    connections.spawn(connection(stream, router.clone(), graceful.watcher(), place));
                }
            }
            Some(_) = connections.join_next() => {}
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    if timeout(LAST, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still running after {} s and are broken off", LAST.as_secs());
    }
}

/// A connection, and the place that it takes until it ends.
async fn accept(listener: &TcpListener, free: &Arc<Semaphore>) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(free).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be taken");
            sleep(PAUSE).await;
            None
        }
    }
}

async fn connection(
    stream: TcpStream,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
    place: OwnedSemaphorePermit,
) {
    // Answers are small and awaited.
    let _ = stream.set_nodelay(true);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_BYTES);
    let served = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    if let Err(error) = watcher.watch(served).await {
        tracing::debug!(%error, "a connection broke off");
    }
    drop(place);
}

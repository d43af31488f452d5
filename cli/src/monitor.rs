//! Where a worker tells how it is: `/metrics`, `/healthz`, `/readyz`.

use std::future::pending;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use worker::farm::Monitor;

use crate::exit::CliError;

/// Serves what is asked of a worker, for as long as it is polled. Without an address it does nothing.
///
/// # Errors
/// When nobody may listen there, or somebody does already.
pub async fn serve(
    address: Option<SocketAddr>,
    monitor: Monitor,
) -> Result<impl Future<Output = ()>, CliError> {
    let listener = match address {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    Ok(async move {
        if let Some(listener) = listener {
            scheduler::http::serve_router(listener, router(monitor), pending()).await;
        }
        pending::<()>().await;
    })
}

async fn listen(address: SocketAddr) -> Result<TcpListener, CliError> {
    let failed = |source| CliError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let url = format!("http://{}/metrics", listener.local_addr().map_err(failed)?);
    tracing::info!(metrics.url = url, "tells how it is");
    Ok(listener)
}

fn router(monitor: Monitor) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .with_state(monitor)
}

async fn metrics(State(monitor): State<Monitor>) -> impl IntoResponse {
    match monitor.metrics() {
        Ok(text) => (StatusCode::OK, [(CONTENT_TYPE, common::metrics::CONTENT_TYPE)], text),
        Err(error) => {
            let kind = "text/plain; charset=utf-8";
            (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, kind)], format!("{error}; this is a bug\n"))
        }
    }
}

async fn healthz(State(monitor): State<Monitor>) -> (StatusCode, &'static str) {
    if monitor.is_alive() {
        (StatusCode::OK, "ok\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the heartbeat stands still; start the worker again\n")
    }
}

async fn readyz(State(monitor): State<Monitor>) -> (StatusCode, String) {
    match monitor.ready() {
        Ok(()) => (StatusCode::OK, "ok\n".to_owned()),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
    }
}

//! Routes and layers put together.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use super::app::App;
use super::auth::{Auth, Role};
use super::layers::{bound, guard, panicked, tell, unknown, wrong_method};
use super::routes;
use crate::service::Service;

/// Requests at a time. Each may hold a few connections to queue and store.
const AT_A_TIME: usize = 256;

/// The scheduler's HTTP without a connection.
pub fn router(service: Arc<Service>, auth: Auth) -> Router {
    let app = App::new(service, auth);
    let guarded = Role::ALL.into_iter().map(|role| {
        let guard = from_fn_with_state((Arc::clone(&app.auth), role), guard);
        Router::from(routes::of(role)).route_layer(guard)
    });
    let free = Arc::new(Semaphore::new(AT_A_TIME));
    let guarded = guarded.fold(Router::new(), Router::merge).route_layer(from_fn_with_state(free, bound));
    // Whether the process is alive is also told when it is busy.
    guarded
        .merge(Router::from(routes::open()))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(tell))
        .with_state(app)
}

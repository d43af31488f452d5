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
use crate::web::{self, Web};

/// Requests at a time. Each may hold a few connections to queue and store.
const AT_A_TIME: usize = 256;

/// The scheduler's HTTP without a connection.
pub fn router(service: Arc<Service>, auth: Auth) -> Router {
    with_pages(service, auth).0
}

/// The same with what the pages share.
pub(super) fn with_pages(service: Arc<Service>, auth: Auth) -> (Router, Web) {
    let app = App::new(service, auth);
    let web = Web::new(Arc::clone(&app.service), Arc::clone(&app.auth));
    let guarded = Role::ALL.into_iter().map(|role| {
        let guard = from_fn_with_state((Arc::clone(&app.auth), role), guard);
        Router::from(routes::of(role)).route_layer(guard)
    });
    let free = Arc::new(Semaphore::new(AT_A_TIME));
    let pages = web::router(web.clone());
    let guarded =
        guarded.fold(Router::new(), Router::merge).merge(pages).route_layer(from_fn_with_state(free, bound));
    // Whether the process is alive is also told when it is busy.
    (finished(guarded.merge(Router::from(routes::open()))).with_state(app), web)
}

/// With what concerns every request, also those that lead nowhere.
fn finished<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(tell))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use axum::routing::get;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;
    use crate::api::{ErrorBody, ErrorCode};

    async fn ask(router: Router) -> (StatusCode, bool, ErrorCode) {
        let response = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        let (status, retry) = (response.status(), response.headers().contains_key("retry-after"));
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let ErrorBody { error } = serde_json::from_slice(&body).unwrap();
        (status, retry, error.code)
    }

    #[tokio::test]
    async fn a_panic_is_an_answer() {
        async fn broken() {
            panic!("a bug");
        }
        let router = finished(Router::new().route("/", get(broken)));
        assert_eq!(ask(router).await, (StatusCode::INTERNAL_SERVER_ERROR, false, ErrorCode::Internal));
    }

    #[tokio::test]
    async fn a_request_too_many_is_sent_back() {
        let full = from_fn_with_state(Arc::new(Semaphore::new(0)), bound);
        let router = finished(Router::new().route("/", get(|| async {})).route_layer(full));
        assert_eq!(ask(router).await, (StatusCode::SERVICE_UNAVAILABLE, true, ErrorCode::Unavailable));
    }
}

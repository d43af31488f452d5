//! The addresses of the pages.

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};

use super::state::Web;
use super::{assets, guard, pages, pictures};

/// The pages. What they share travels with them, so that they fit into any router.
pub fn router<S: Clone + Send + Sync + 'static>(web: Web) -> Router<S> {
    Router::new()
        .route("/", get(pages::farm))
        .route("/live", get(pages::farm_live))
        .route("/login", get(pages::sign_in_page).post(pages::sign_in))
        .route("/logout", post(pages::sign_out))
        .route("/queue/{decision}", post(pages::decide_queue))
        .route("/workers/{id}/{decision}", post(pages::decide_worker))
        .route("/episodes/{id}", get(pages::episode))
        .route("/episodes/{id}/live", get(pages::episode_live))
        .route("/episodes/{id}/decide/{decision}", post(pages::decide_episode))
        .route("/episodes/{id}/clip", get(pages::clip))
        .route("/episodes/{id}/clip/live", get(pages::clip_live))
        .route("/episodes/{id}/clip/palette", get(pages::palette))
        .route("/episodes/{id}/correct", post(pages::correct))
        .route("/episodes/{id}/history", get(pages::history))
        .route("/episodes/{id}/restore", post(pages::restore))
        .route("/pictures/thumb", get(pictures::thumb))
        .route("/pictures/full", get(pictures::full))
        .route("/pictures/map", get(pictures::map))
        .route("/pictures/segments", get(pictures::segments))
        .route("/assets/{version}/{name}", get(assets::asset))
        .route_layer(from_fn(guard::pages))
        .with_state(web)
}

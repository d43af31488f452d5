//! The routes, by who may call them.

mod blobs;
mod control;
mod episodes;
mod farm;
mod files;
mod open;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::App;
use super::auth::Role;

/// Routes that need no token.
pub fn open() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(open::healthz))
        .routes(routes!(open::readyz))
        .routes(routes!(open::openapi))
}

/// Routes that need a role.
pub fn of(role: Role) -> OpenApiRouter<App> {
    match role {
        Role::Read => read(),
        Role::Submit => submit(),
        Role::Admin => admin(),
    }
}

fn read() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(episodes::episodes))
        .routes(routes!(episodes::episode))
        .routes(routes!(episodes::jobs))
        .routes(routes!(episodes::drawings))
        .routes(routes!(episodes::job))
        .routes(routes!(files::files))
        .routes(routes!(files::file))
        .routes(routes!(farm::workers))
        .routes(routes!(farm::queue))
        .routes(routes!(farm::dead))
        .routes(routes!(farm::events))
        .routes(routes!(farm::metrics))
}

fn submit() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(blobs::missing))
        .routes(routes!(blobs::upload))
        .routes(routes!(control::submit))
        .routes(routes!(control::correct))
        .routes(routes!(control::pause))
        .routes(routes!(control::resume))
        .routes(routes!(control::cancel))
        .routes(routes!(control::retry))
        .routes(routes!(control::set_priority))
}

fn admin() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(farm::drain))
        .routes(routes!(farm::forgive))
        .routes(routes!(farm::pause_queue))
        .routes(routes!(farm::resume_queue))
}

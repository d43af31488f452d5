//! The scheduler's HTTP: routes over the [service](crate::service), roles, limits, and the OpenAPI document made of them.

mod app;
mod auth;
mod body;
mod document;
mod extract;
mod failure;
mod layers;
mod manifest;
mod page;
mod router;
mod routes;
mod serve;
mod trace;

pub use self::auth::{Auth, InvalidTokens, Role};
pub(crate) use self::body::read as read_body;
pub use self::body::{MAX_BLOB, MAX_JSON};
pub use self::document::openapi;
pub(crate) use self::extract::{Path, Query};
pub(crate) use self::failure::{Failure, status};
pub use self::router::router;
pub use self::serve::{serve, serve_router};

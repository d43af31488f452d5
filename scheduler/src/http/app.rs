//! What every request shares.

use std::sync::Arc;

use axum::extract::FromRef;

use super::auth::Auth;
use super::body::Room;
use crate::service::Service;

/// What every request shares.
#[derive(Clone, Debug, FromRef)]
pub struct App {
    /// What carries requests out.
    pub service: Arc<Service>,
    /// Who may do what.
    pub auth: Arc<Auth>,
    /// Memory for bodies.
    pub room: Room,
}

impl App {
    /// Over a service, for those that `auth` knows.
    pub fn new(service: Arc<Service>, auth: Auth) -> Self {
        Self { service, auth: Arc::new(auth), room: Room::default() }
    }
}

//! Small forms that pages send.

use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use super::fault::{Fault, Result};
use crate::api::ErrorCode;
use crate::http::read_body;

/// Bytes of a form, at most.
const MOST: usize = 16 << 10;

/// A form.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        let bytes = read_body(request.into_body(), 0, MOST).await?;
        let form = serde_urlencoded::from_bytes(&bytes);
        form.map(Self).map_err(|error| Fault::new(ErrorCode::Malformed, format!("form: {error}")))
    }
}

//! Manifests as they are submitted: JSON or TOML.

use axum::extract::{FromRequest, Request};
use common::farm::Manifest;
use common::farm::manifest::{MAX_MANIFEST, ManifestError};

use super::app::App;
use super::body::Whole;
use super::extract::{media_type, unsupported};
use super::failure::Failure;
use crate::api::ErrorCode;

/// A manifest, read but not checked.
#[derive(Debug)]
pub struct Submission(pub Manifest);

impl FromRequest<App> for Submission {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let kind = media_type(request.headers());
        let read = match kind.as_deref() {
            Some("application/json") => Manifest::from_json,
            Some("application/toml") => Manifest::from_toml,
            other => return Err(unsupported(other, "application/json or application/toml")),
        };
        let whole = Whole::<MAX_MANIFEST>::from_request(request, app).await?;
        // The largest take a second: other requests go on meanwhile.
        let manifest = tokio::task::spawn_blocking(move || read(&whole.content)).await;
        let stopped = |_| Failure::new(ErrorCode::Internal, "manifest: could not be read; this is a bug");
        manifest.map_err(stopped)?.map(Self).map_err(refusal)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "maps errors")]
fn refusal(error: ManifestError) -> Failure {
    let code = match error {
        ManifestError::TooLong { .. } => ErrorCode::TooLarge,
        ManifestError::Json(_) | ManifestError::Toml(_) | ManifestError::NotText(_) => ErrorCode::Malformed,
    };
    Failure::new(code, error.to_string())
}

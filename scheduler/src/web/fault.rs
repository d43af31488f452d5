//! A page that could not be shown.

use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;

use super::pages::shell;
use crate::api::{ErrorCode, Problem};
use crate::http::{Failure, status};
use crate::service::ServiceError;

/// Why a page is not shown.
#[derive(Debug)]
pub enum Fault {
    /// Nobody is signed in.
    SignIn {
        /// Where they wanted to go.
        next: String,
    },
    /// Something is wrong.
    Problem(Problem),
}

/// Result of a page.
pub type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    /// With a code, and a message that says what to do.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::Problem(Problem { code, message: message.into(), details: Vec::new() })
    }

    /// Somebody must sign in, and comes back.
    pub fn sign_in(uri: &Uri) -> Self {
        Self::SignIn { next: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned() }
    }
}

impl From<ServiceError> for Fault {
    fn from(error: ServiceError) -> Self {
        Self::Problem(error.problem())
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Problem(failure.problem())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn { next } => {
                let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
                Redirect::to(&format!("/login?{query}")).into_response()
            }
            Self::Problem(problem) => {
                if problem.code == ErrorCode::Internal {
                    tracing::error!(message = problem.message, "page failed");
                }
                (status(problem.code), page(&problem)).into_response()
            }
        }
    }
}

fn page(problem: &Problem) -> maud::Markup {
    let title = match status(problem.code) {
        StatusCode::NOT_FOUND => "Not there",
        StatusCode::FORBIDDEN => "Not allowed",
        StatusCode::SERVICE_UNAVAILABLE => "Not now",
        _ => "That did not work",
    };
    let body = html! {
        section.notice role="alert" {
            h1 { (title) }
            p { (problem.message) }
            @if !problem.details.is_empty() { ul { @for detail in &problem.details { li { (detail) } } } }
            p { a href="/" { "To the farm" } }
        }
    };
    shell::bare(title, &body)
}

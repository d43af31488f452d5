//! A scheduler to send requests to.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use bytes::Bytes;
use common::Digest;
use common::farm::ModelLabel;
use common::queue::{MemoryQueue, Policy};
use common::store::{FrameStore, FsStore};
use http_body_util::BodyExt as _;
use scheduler::api::{ErrorBody, ErrorCode, Problem};
use scheduler::http::{Auth, router};
use scheduler::service::{Service, Settings};
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tower::ServiceExt as _;

pub const READ: &str = "read-0123456789abcdef";
pub const SUBMIT: &str = "submit-0123456789abcdef";
pub const ADMIN: &str = "admin-0123456789abcdef";

/// A scheduler that knows one model and three tokens.
pub struct Site {
    router: Router,
    pub service: Arc<Service>,
    pub store: Arc<dyn FrameStore>,
    _dir: TempDir,
}

/// What a scheduler answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Site {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store: Arc<dyn FrameStore> = Arc::new(FsStore::open(dir.path().join("store")).await.unwrap());
        Self::over(store, Arc::new(MemoryQueue::new(Policy::default())), dir)
    }

    /// Over a store and a queue; the folder is removed in the end.
    pub fn over(store: Arc<dyn FrameStore>, queue: Arc<MemoryQueue>, dir: TempDir) -> Self {
        let models = vec![ModelLabel::new("shape", &Digest::of(b"shape"))];
        let settings = Settings { models, target_seconds: 30 };
        let service = Arc::new(Service::new(queue, Arc::clone(&store), settings));
        Self { router: router(Arc::clone(&service), auth()), service, store, _dir: dir }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    /// A request without a body, by somebody who may do everything.
    pub async fn ask(&self, method: Method, path: &str) -> Answer {
        self.send(request(method, path, ADMIN, None, Body::empty())).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path).await
    }

    pub async fn json(&self, method: Method, path: &str, body: impl Into<Body>) -> Answer {
        self.send(request(method, path, ADMIN, Some("application/json"), body.into())).await
    }

    pub async fn upload(&self, content: &'static [u8]) {
        let path = format!("/v1/blobs/{}", Digest::of(content));
        let answer = self.send(request(Method::PUT, &path, SUBMIT, None, Body::from(content))).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{answer:?}");
    }
}

pub fn auth() -> Auth {
    Auth::from_lines(&format!("read {READ}\nsubmit {SUBMIT}\nadmin {ADMIN}")).unwrap()
}

pub fn request(method: Method, path: &str, token: &str, kind: Option<&str>, body: Body) -> Request<Body> {
    let mut request =
        Request::builder().method(method).uri(path).header(AUTHORIZATION, format!("Bearer {token}"));
    if let Some(kind) = kind {
        request = request.header(CONTENT_TYPE, kind);
    }
    request.body(body).unwrap()
}

impl Answer {
    #[track_caller]
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{self:?}");
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The problem, after a look whether the status is that of the code.
    #[track_caller]
    pub fn problem(&self) -> Problem {
        assert_eq!(self.headers[CONTENT_TYPE], "application/json", "{self:?}");
        let ErrorBody { error } =
            serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        assert_eq!(self.status.as_u16(), status(error.code), "{self:?}");
        assert!(!error.message.is_empty());
        error
    }

    #[track_caller]
    pub fn refused(&self, code: ErrorCode) -> String {
        let problem = self.problem();
        assert_eq!(problem.code, code, "{problem:?}");
        problem.message
    }
}

/// The statuses as the documentation of [`ErrorCode`] has them.
const fn status(code: ErrorCode) -> u16 {
    match code {
        ErrorCode::Malformed => 400,
        ErrorCode::Unauthorised => 401,
        ErrorCode::Forbidden => 403,
        ErrorCode::NotFound => 404,
        ErrorCode::MethodNotAllowed => 405,
        ErrorCode::TooSlow => 408,
        ErrorCode::Conflict => 409,
        ErrorCode::TooLarge => 413,
        ErrorCode::UnsupportedType => 415,
        ErrorCode::Invalid => 422,
        ErrorCode::Internal => 500,
        ErrorCode::Unavailable => 503,
    }
}

//! A real S3 server in the process of a test: signed requests over HTTP on a free port, objects in a temporary folder,
//! and faults on demand. It stops when it is dropped.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_credential_types::Credentials;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::{HeaderMap, Request, Response, StatusCode};
use s3s::access::{S3Access, S3AccessContext};
use s3s::dto::PutObjectInput;
use s3s::{Body, S3Request, S3Result, s3_error};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::s3_server::{self, BoxError, S3Files};
use crate::store::S3Options;

type Frames = BoxStream<'static, Result<Frame<Bytes>, BoxError>>;

/// Whether `If-None-Match: *` has an effect on a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conditions {
    /// Exactly one of several writers wins.
    Atomic,
    /// Nothing is checked, as some servers do.
    Ignored,
}

/// What happens to a request instead of, or after, its being served.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// It is not served; the answer is this status with this code.
    Answer(u16, &'static str),
    /// It is served, and the answer is an internal error: the client must think that nothing was done.
    LoseAnswer,
    /// There is no answer as long as the client waits.
    Hang,
    /// The connection ends in the middle of the content.
    CutContent,
    /// One bit of the content is another.
    FlipBit,
}

/// A request that a server got.
#[derive(Clone, Debug)]
pub struct Call {
    /// `GET`, `PUT` …
    pub method: String,
    /// The path with the bucket, percent-encoded.
    pub path: String,
    /// What stands after the question mark.
    pub query: String,
    /// The headers, with the signature.
    pub headers: HeaderMap,
}

/// A fault for the next requests that it is meant for.
struct Injection {
    fault: Fault,
    meant_for: fn(&Call) -> bool,
    times: usize,
}

struct Shared {
    files: S3Files,
    calls: Mutex<Vec<Call>>,
    injections: Mutex<Vec<Injection>>,
}

/// The server.
pub struct S3Server {
    /// `http://127.0.0.1:port`
    pub endpoint: String,
    /// A user of the server.
    pub access_key: String,
    /// What that user signs with.
    pub secret_key: String,
    /// A bucket of the server.
    pub bucket: String,
    files: TempDir,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

impl S3Server {
    /// Starts a server whose conditions are atomic.
    pub async fn start() -> Self {
        Self::start_with(Conditions::Atomic).await
    }

    /// Starts a server.
    pub async fn start_with(conditions: Conditions) -> Self {
        let (access_key, secret_key, bucket) = ("farm", "the-secret-of-the-farm", "frames");
        let files = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(files.path().join(bucket)).expect("a folder for the bucket");
        let server = match conditions {
            Conditions::Atomic => S3Files::new(files.path(), access_key, secret_key),
            Conditions::Ignored => {
                S3Files::with_access(files.path(), access_key, secret_key, WithoutConditions)
            }
        };
        let shared = Arc::new(Shared {
            files: server.expect("a store of files"),
            calls: Mutex::default(),
            injections: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let accepting = tokio::spawn(s3_server::serve(listener, {
            let shared = Arc::clone(&shared);
            move |request| answer(Arc::clone(&shared), request)
        }));
        let [access_key, secret_key, bucket] = [access_key, secret_key, bucket].map(str::to_owned);
        Self { endpoint, access_key, secret_key, bucket, files, shared, accepting }
    }

    /// How its bucket is reached, with short pauses between attempts.
    #[must_use]
    pub fn options(&self) -> S3Options {
        let mut options = S3Options::new(&self.bucket);
        options.endpoint = Some(self.endpoint.clone());
        options.region = Some("us-east-1".to_owned());
        options.backoff = std::time::Duration::from_millis(5);
        options
    }

    /// What its user signs with.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials::new(&self.access_key, &self.secret_key, None, None, "test")
    }

    /// Lets the next `times` requests that it is meant for meet a fault.
    pub fn inject(&self, times: usize, fault: Fault, meant_for: fn(&Call) -> bool) {
        locked(&self.shared.injections).push(Injection { fault, meant_for, times });
    }

    /// The requests so far.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        locked(&self.shared.calls).clone()
    }

    /// Files that uploads in parts have left: those that were begun and neither finished nor aborted.
    #[must_use]
    pub fn unfinished_uploads(&self) -> usize {
        let entries = self.files.path().read_dir().expect("the files of the server");
        let names = entries.map(|entry| entry.expect("a file of the server").file_name());
        names.filter(|name| name.to_string_lossy().starts_with(".upload")).count()
    }

    /// The folder of the objects of its bucket.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.files.path().join(&self.bucket)
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no test panicked here")
}

/// Forgets the condition of a write.
struct WithoutConditions;

#[async_trait::async_trait]
impl S3Access for WithoutConditions {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        context.credentials().map(|_| ()).ok_or_else(|| s3_error!(AccessDenied, "Signature is required"))
    }

    async fn put_object(&self, request: &mut S3Request<PutObjectInput>) -> S3Result<()> {
        request.input.if_none_match = None;
        Ok(())
    }
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Body>, BoxError> {
    let call = Call {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        headers: request.headers().clone(),
    };
    let fault = shared.next_fault(&call);
    locked(&shared.calls).push(call);
    match fault {
        None => shared.files.answer(request).await,
        Some(Fault::Answer(status, code)) => {
            // A client that still writes would meet a closed connection instead of the answer.
            BodyExt::collect(request.into_body()).await?;
            Ok(failure(status, code))
        }
        Some(Fault::LoseAnswer) => {
            let _lost = shared.files.answer(request).await?;
            Ok(failure(500, "InternalError"))
        }
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::CutContent) => changed(shared.files.answer(request).await?, cut).await,
        Some(Fault::FlipBit) => changed(shared.files.answer(request).await?, flip).await,
    }
}

impl Shared {
    fn next_fault(&self, call: &Call) -> Option<Fault> {
        let mut injections = locked(&self.injections);
        let next = injections.iter_mut().find(|next| next.times > 0 && (next.meant_for)(call))?;
        next.times -= 1;
        Some(next.fault)
    }
}

fn failure(status: u16, code: &str) -> Response<Body> {
    let xml = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>injected</Message></Error>");
    let mut answer = Response::new(Body::from(xml));
    *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
    answer
}

/// An answer with another content under the same headers.
async fn changed(answer: Response<Body>, change: fn(Vec<u8>) -> Frames) -> Result<Response<Body>, BoxError> {
    let (parts, body) = answer.into_parts();
    let content = BodyExt::collect(body).await?.to_bytes().to_vec();
    Ok(Response::from_parts(parts, Body::http_body_unsync(StreamBody::new(change(content)))))
}

fn cut(mut content: Vec<u8>) -> Frames {
    content.truncate(content.len() / 2);
    let half = stream::once(async { Ok(Frame::data(content.into())) });
    let end = stream::once(async {
        // What was written so far goes out while this is waited for.
        tokio::task::yield_now().await;
        Err("cut".into())
    });
    half.chain(end).boxed()
}

fn flip(mut content: Vec<u8>) -> Frames {
    let middle = content.len() / 2;
    content[middle] ^= 1;
    stream::once(async { Ok(Frame::data(content.into())) }).boxed()
}

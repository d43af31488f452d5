//! A server of S3 over a folder, for a farm on one machine and for tests: signed requests over HTTP.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::RwLock;
use tokio::task::JoinSet;

/// Any failure of serving.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Buckets, which are the folders of a folder.
pub struct S3Files {
    service: S3Service,
    files: RwLock<()>,
}

impl S3Files {
    /// Serves the folders of `root` to the one user who signs with these keys.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn new(root: &Path, access_key: &str, secret_key: &str) -> Result<Self, BoxError> {
        Ok(Self::build(Self::builder(root, access_key, secret_key)?))
    }

    /// The same with other rules of access.
    #[cfg(feature = "testsuite")]
    pub(crate) fn with_access(
        root: &Path,
        access_key: &str,
        secret_key: &str,
        access: impl s3s::access::S3Access,
    ) -> Result<Self, BoxError> {
        let mut builder = Self::builder(root, access_key, secret_key)?;
        builder.set_access(access);
        Ok(Self::build(builder))
    }

    fn builder(root: &Path, access_key: &str, secret_key: &str) -> Result<S3ServiceBuilder, BoxError> {
        let files = FileSystem::new(root).map_err(|error| format!("{}: {error:?}", root.display()))?;
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(access_key, secret_key));
        Ok(builder)
    }

    fn build(builder: S3ServiceBuilder) -> Self {
        Self { service: builder.build(), files: RwLock::default() }
    }

    /// Answers a request.
    ///
    /// # Errors
    /// When the client goes away.
    pub async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, BoxError> {
        // `s3s-fs` looks and then writes, and writes the content and then what is known of it. One writer at a time,
        // and no reader meanwhile, makes that atomic, as it is elsewhere.
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let (_reading, _writing);
        if reads {
            _reading = self.files.read().await;
        } else {
            _writing = self.files.write().await;
        }
        Ok(self.service.call(request.map(Body::from)).await.map_err(|error| format!("{error:?}"))?)
    }
}

/// Answers all requests that come in; ends only with its task.
pub async fn serve<A, F>(listener: TcpListener, answer: A)
where
    A: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response<Body>, BoxError>> + Send + 'static,
{
    // The connections end with this task.
    let mut connections = JoinSet::new();
    loop {
        // Out of file handles, say: the next client may have more luck.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        connections.spawn(connection(stream, answer.clone()));
    }
}

async fn connection<A, F>(stream: TcpStream, answer: A)
where
    A: Fn(Request<Incoming>) -> F,
    F: Future<Output = Result<Response<Body>, BoxError>>,
{
    // Else each answer waits 40 ms for the confirmation of its headers. A client that goes away is no error.
    if stream.set_nodelay(true).is_ok() {
        let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)).await;
    }
}

/// Serves a folder until the task ends.
///
/// # Errors
/// When the folder cannot be used.
pub async fn serve_folder(
    listener: TcpListener,
    root: &Path,
    access_key: &str,
    secret_key: &str,
) -> Result<(), BoxError> {
    let files = Arc::new(S3Files::new(root, access_key, secret_key)?);
    serve(listener, move |request| {
        let files = Arc::clone(&files);
        async move { files.answer(request).await }
    })
    .await;
    Ok(())
}

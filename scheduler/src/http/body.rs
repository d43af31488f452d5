//! Bodies of requests: whole in memory, within limits of size, time and memory in all.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

use super::app::App;
use super::failure::Failure;
use crate::api::ErrorCode;

/// Bytes of an uploaded file, at most.
pub const MAX_BLOB: usize = 256 << 20;
/// Bytes of a body in JSON, at most, manifests not counted.
pub const MAX_JSON: usize = 2 << 20;

/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes a second that earn a body more time, so that a large one over a slow line comes in, and a trickle does not.
const PACE: usize = 1 << 20;
/// Pieces of memory for bodies in all: eight uploads of the largest size at a time, or many small ones.
const PIECES: usize = 8 * (MAX_BLOB / PIECE);
const PIECE: usize = 1 << 20;
/// How long a body waits for memory.
const WAIT: Duration = Duration::from_secs(20);

/// Memory for bodies.
#[derive(Clone, Debug)]
pub struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(PIECES)))
    }
}

impl Room {
    async fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Failure> {
        let pieces = u32::try_from(bytes.div_ceil(PIECE)).unwrap_or(u32::MAX);
        let room = timeout(WAIT, Arc::clone(&self.0).acquire_many_owned(pieces)).await;
        let busy = || Failure::new(ErrorCode::Unavailable, "too many uploads at a time; send it again");
        room.map_err(|_| busy())?.map_err(|_| busy())
    }
}

/// The body of a request, whole, with the memory that it has been given until the request is done.
#[derive(Debug)]
pub struct Whole<const MOST: usize> {
    /// What was sent.
    pub content: Bytes,
    _room: OwnedSemaphorePermit,
}

impl<const MOST: usize> FromRequest<App> for Whole<MOST> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let said = length(request.headers());
        if said.is_some_and(|said| said > MOST) {
            return Err(too_large(MOST));
        }
        let room = app.room.take(said.unwrap_or(MOST)).await?;
        let content = read(request.into_body(), said.unwrap_or(0), MOST).await?;
        Ok(Self { content, _room: room })
    }
}

/// The length that the headers say; hyper has refused what is no number.
fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(most: usize) -> Failure {
    Failure::new(ErrorCode::TooLarge, format!("body: longer than {most} bytes"))
}

/// Reads a body of at most `most` bytes; `said` is the length that it says.
pub async fn read(mut body: Body, said: usize, most: usize) -> Result<Bytes, Failure> {
    let start = Instant::now();
    let mut content = BytesMut::with_capacity(said.min(PIECE));
    loop {
        let earned = Duration::from_secs((content.len() / PACE) as u64);
        let frame = timeout_at(start + PATIENCE + earned, body.frame()).await.map_err(|_| too_slow())?;
        let Some(frame) = frame else {
            return Ok(content.freeze());
        };
        let broken = |error| Failure::malformed(format!("body: broke off ({error}); send it again"));
        // Trailers say nothing to us.
        let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
        if content.len() + data.len() > most {
            return Err(too_large(most));
        }
        content.extend_from_slice(&data);
    }
}

fn too_slow() -> Failure {
    Failure::new(ErrorCode::TooSlow, "body: did not come in within a minute; send it again")
}

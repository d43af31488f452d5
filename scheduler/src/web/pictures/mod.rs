//! What a browser shows of drawings: small pictures, whole ones, where their segments are and what is known of them. All of
//! it follows from contents that never change, so browsers keep it.

mod commits;
mod map;
mod palette;
mod routes;
mod sidecar;
mod source;
mod thumbs;
mod trim;

use std::sync::LazyLock;

use tokio::sync::Semaphore;

pub use self::palette::{Colour, Palettes};
pub use self::routes::{full, map, segments, thumb};
pub use self::sidecar::labels;
pub use self::source::{Picture, alpha_rule, content, map_address, segments_address};
pub use self::thumbs::Thumbs;
use super::fault::{Fault, Result};
use crate::api::ErrorCode;

/// Drawings decoded at a time: each may take some hundred MiB.
static DECODERS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

/// Works on drawings without holding up other requests.
pub async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _place = DECODERS.acquire().await;
    let broken = |error| Fault::new(ErrorCode::Internal, format!("drawing: {error}; this is a bug"));
    tokio::task::spawn_blocking(work).await.map_err(broken)?
}

/// Decodes a file from the store.
pub fn decode(what: &str, content: &[u8]) -> Result<cel::Drawing> {
    let png = content.starts_with(b"\x89PNG");
    let kind = if png { cel::FileKind::Png } else { cel::FileKind::Tga };
    let broken = |error| Fault::new(ErrorCode::Invalid, format!("{what}: {error}; export it again"));
    cel::codec::decode(content, kind).map_err(broken)
}

/// Encodes a drawing in its format.
pub fn encode(drawing: &cel::Drawing) -> Result<Vec<u8>> {
    let broken = |error| Fault::new(ErrorCode::Internal, format!("drawing: {error}; this is a bug"));
    cel::codec::encode(drawing).map_err(broken)
}

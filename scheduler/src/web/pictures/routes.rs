//! The addresses of pictures.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use cel::Rgba;
use cel::rules::WhiteRule;
use common::Digest;
use common::farm::{Alpha, layout};
use serde::{Deserialize, Serialize};

use super::source::content;
use super::{Picture, alpha_rule, apart, decode, encode};
use crate::api::ErrorCode;
use crate::http::Query;
use crate::web::fault::{Fault, Result};
use crate::web::guard::Viewer;
use crate::web::state::Web;

/// The small picture of a drawing.
pub async fn thumb(_: Viewer, State(web): State<Web>, Query(picture): Query<Picture>) -> Result<Response> {
    let (digest, key) = picture.find(&web).await?;
    Ok(kept("image/png", web.thumbs.get(&digest, &key).await?))
}

/// A drawing as large as it is, as PNG.
pub async fn full(_: Viewer, State(web): State<Web>, Query(picture): Query<Picture>) -> Result<Response> {
    let (_, key) = picture.find(&web).await?;
    let bytes = content(&web, &key).await?;
    if bytes.starts_with(b"\x89PNG") {
        return Ok(kept("image/png", bytes));
    }
    let png = apart(move || {
        let format = cel::FileFormat::Png { sixteen_bit: false };
        encode(&cel::Drawing { format, ..decode(key.as_str(), &bytes)? })
    });
    Ok(kept("image/png", png.await?))
}

/// A line drawing, and how it is read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    line: Digest,
    alpha: Alpha,
    /// Gaps that are closed, in pixels.
    #[serde(default)]
    gaps: u32,
    /// What painted it, and as which drawing: its segments are those then.
    job: Option<common::farm::JobId>,
    key: Option<String>,
}

/// Where the segments of a line drawing are.
pub async fn map(_: Viewer, State(web): State<Web>, Query(lines): Query<Lines>) -> Result<Response> {
    let bytes = content(&web, &layout::blob(&lines.line)).await?;
    let painted = lines.job.zip(lines.key);
    let picture = painted.map(|(job, key)| Picture::painted(&crate::service::Painting::Committed(job), &key));
    let sidecar = match picture {
        Some(picture) => picture.sidecar(&web).await?,
        None => None,
    };
    let map = apart(move || {
        let drawing = decode(lines.line.as_str(), &bytes)?;
        let labels = super::labels(&drawing, alpha_rule(lines.alpha), lines.gaps, sidecar.as_deref());
        Ok(super::map::encode(&labels))
    });
    Ok(kept("application/octet-stream", map.await?))
}

/// A painted drawing with its line drawing. A [`Picture`] cannot be flattened into it where unknown fields are refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    line: Digest,
    alpha: Alpha,
    /// Gaps that are closed, in pixels.
    #[serde(default)]
    gaps: u32,
    /// What white means in files without alpha.
    #[serde(default)]
    white: WhiteRule,
    blob: Option<Digest>,
    job: Option<common::farm::JobId>,
    key: Option<String>,
}

#[derive(Serialize)]
struct Known {
    segments: Vec<Segment>,
}

#[derive(Serialize)]
struct Segment {
    label: u32,
    rgba: Rgba,
}

/// The colours of a painted drawing's segments, and, where the farm painted it, how sure they are and where they come from.
pub async fn segments(_: Viewer, State(web): State<Web>, Query(pair): Query<Pair>) -> Result<Response> {
    const JSON: &str = "application/json";
    let picture = match (pair.blob, pair.job, pair.key) {
        (Some(digest), None, None) => Picture::blob(&digest),
        (None, Some(job), Some(key)) => Picture::painted(&crate::service::Painting::Committed(job), &key),
        _ => return Err(Fault::new(ErrorCode::Malformed, "segments: give blob, or job and key")),
    };
    if let Some(sidecar) = picture.sidecar(&web).await? {
        return Ok(kept(JSON, sidecar));
    }
    let (_, key) = picture.find(&web).await?;
    let (line, painted) = (content(&web, &layout::blob(&pair.line)).await?, content(&web, &key).await?);
    let known = apart(move || {
        let (line, alpha) = (decode(pair.line.as_str(), &line)?, alpha_rule(pair.alpha));
        let labels = cel::segment_closed(&line, alpha, pair.gaps);
        let painted = decode(key.as_str(), &painted)?;
        let colours = cel::meant_colours(&line, &painted, &labels, alpha, pair.white)
            .map_err(|error| Fault::new(ErrorCode::Invalid, format!("{key}: {error}")))?;
        let segments = (1..).zip(colours).map(|(label, rgba)| Segment { label, rgba }).collect();
        Ok(serde_json::to_vec(&Known { segments }).unwrap_or_default())
    });
    Ok(kept(JSON, known.await?))
}

/// An answer that never changes.
fn kept(kind: &'static str, content: impl Into<axum::body::Body>) -> Response {
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "private, max-age=31536000, immutable")];
    (headers, content.into()).into_response()
}

//! A corrected drawing: segments get other colours of the palette, and it stays as it is from then on.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Request, State};
use bytes::Bytes;
use cel::{Drawing, Rgba};
use common::Digest;
use common::farm::{Blob, layout};
use common::ids::EpisodeId;
use serde::{Deserialize, Serialize};

use super::clip::look;
use crate::api::{Correction, ErrorCode};
use crate::http::{MAX_JSON, Path, Role, read_body};
use crate::service::ClipDetail;
use crate::web::fault::{Fault, Result};
use crate::web::guard::Viewer;
use crate::web::pictures::{Picture, alpha_rule, apart, content, decode, encode, labels};
use crate::web::state::Web;

/// What a page sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edited {
    form_key: String,
    clip: String,
    key: String,
    /// The address of the painted drawing that was edited.
    painted: String,
    /// The new colour of each segment that changes, by label.
    colours: BTreeMap<u32, Rgba>,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Saved {
    /// Version of the episode.
    revision: u32,
    /// Jobs that are painted anew.
    jobs: u32,
}

/// Takes a corrected drawing.
pub async fn correct(
    viewer: Viewer,
    State(web): State<Web>,
    Path(id): Path<EpisodeId>,
    request: Request,
) -> Result<Json<Saved>> {
    viewer.needs(Role::Submit)?;
    let body = read_body(request.into_body(), 0, MAX_JSON).await?;
    let edited: Edited = serde_json::from_slice(&body)
        .map_err(|error| Fault::new(ErrorCode::Malformed, format!("correction: {error}")))?;
    viewer.decides(Role::Submit, &edited.form_key)?;
    let place = (id.clone(), edited.clip.clone());
    web.looks.clips.forget(&place);
    let look = look(&web, &id, &edited.clip).await?;
    allowed(&web, &look, &edited).await?;
    let painted = repainted(&web, &look, &edited).await?;
    let correction = Correction { key: edited.key.clone(), painted };
    let submitted = web.service.correct(&id, correction).await?;
    web.looks.clips.forget(&place);
    web.looks.episodes.forget(&id);
    let revision = web.service.record(&id).await?.revision;
    Ok(Json(Saved { revision, jobs: submitted.jobs.saturating_sub(submitted.known) }))
}

/// A painted pixel is a colour of a reference, always.
async fn allowed(web: &Web, look: &ClipDetail, edited: &Edited) -> Result<()> {
    if edited.colours.is_empty() {
        return Err(Fault::new(ErrorCode::Invalid, "Nothing was changed."));
    }
    let palette = web.palettes.of(web, &look.references, look.reading()).await?;
    let palette: BTreeSet<Rgba> = palette.iter().map(|colour| colour.rgba).collect();
    match edited.colours.values().find(|colour| !palette.contains(colour)) {
        None => Ok(()),
        Some(Rgba([red, green, blue, alpha])) => {
            let message =
                format!("{red}, {green}, {blue}, {alpha}: no reference of the clip has this colour.");
            Err(Fault::new(ErrorCode::Invalid, message))
        }
    }
}

/// Paints the segments anew and uploads the drawing.
async fn repainted(web: &Web, look: &ClipDetail, edited: &Edited) -> Result<Blob> {
    let key = &edited.key;
    let none = || Fault::new(ErrorCode::NotFound, format!("drawing {key}: the clip has none of this key"));
    let drawing = look.drawings.iter().find(|drawing| drawing.key == *key).ok_or_else(none)?;
    let picture = drawing.painting.as_ref().map(|painting| Picture::painted(painting, key));
    let picture = picture.filter(|picture| picture.full() == edited.painted).ok_or_else(|| {
        let message = format!("drawing {key}: it was painted or corrected anew meanwhile; look at it again");
        Fault::new(ErrorCode::Conflict, message)
    })?;
    let (_, at) = picture.find(web).await?;
    let sidecar = picture.sidecar(web).await?;
    let (line, painted) = (content(web, &layout::blob(&drawing.line)).await?, content(web, &at).await?);
    let (name, alpha, colours) = (key.clone(), alpha_rule(look.alpha), edited.colours.clone());
    let rules = look.rules.clone();
    let (bytes, extension) = apart(move || {
        let line = decode(&name, &line)?;
        let labels = labels(&line, alpha, rules.close_gaps, sidecar.as_deref());
        let painted = decode(&name, &painted)?;
        if labels.size != painted.size || colours.keys().any(|&label| label == 0 || label > labels.count) {
            return Err(Fault::new(ErrorCode::Invalid, format!("drawing {name}: it has no such segment")));
        }
        let new = cel::repaint((&line, &painted), &labels, &colours, alpha, &rules)
            .map_err(|error| Fault::new(ErrorCode::Invalid, format!("drawing {name}: {error}")))?;
        Ok((Bytes::from(encode(&new)?), extension(&new)))
    })
    .await?;
    let digest = Digest::of(&bytes);
    web.service.put_blob(&digest, bytes.clone()).await?;
    Ok(Blob { name: format!("{}.{extension}", &digest.as_str()[..16]), size: bytes.len() as u64, digest })
}

const fn extension(drawing: &Drawing) -> &'static str {
    match drawing.format {
        cel::FileFormat::Png { .. } => "png",
        cel::FileFormat::Tga { .. } => "tga",
    }
}

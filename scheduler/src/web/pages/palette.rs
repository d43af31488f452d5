//! The colours of a clip.

use axum::Json;
use axum::extract::State;
use common::ids::EpisodeId;
use serde::Serialize;

use super::clip::{Which, look};
use crate::http::{Path, Query};
use crate::web::fault::Result;
use crate::web::guard::Viewer;
use crate::web::pictures::{Colour, Picture, map_address, segments_address};
use crate::web::state::Web;

/// References offered to pick colours from: each is a picture on the page.
const REFERENCES: usize = 40;

/// The colours a clip may have, and where they come from.
#[derive(Debug, Serialize)]
pub struct Palette {
    colours: Vec<Colour>,
    references: Vec<Reference>,
}

#[derive(Debug, Serialize)]
struct Reference {
    name: String,
    thumb: String,
    painted: String,
    map: String,
    segments: String,
}

/// Tells the colours.
pub async fn palette(
    _: Viewer,
    State(web): State<Web>,
    Path(id): Path<EpisodeId>,
    Query(which): Query<Which>,
) -> Result<Json<Palette>> {
    let look = look(&web, &id, &which.name).await?;
    let colours = web.palettes.of(&web, &look.references, look.reading()).await?;
    let reference = |reference: &common::farm::BlobReference| {
        let painted = Picture::blob(&reference.painted.digest);
        Reference {
            name: reference.name.clone(),
            thumb: painted.thumb(),
            painted: painted.full(),
            map: map_address(&reference.line.digest, look.reading(), None),
            segments: segments_address(&reference.line.digest, look.reading(), &painted),
        }
    };
    Ok(Json(Palette {
        colours,
        references: look.references.iter().take(REFERENCES).map(reference).collect(),
    }))
}

//! Style and scripts, part of the program. Their addresses hold their digests, so that browsers keep them for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use common::Digest;

/// A file of the pages.
struct Asset {
    name: &'static str,
    kind: &'static str,
    content: &'static str,
}

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

const ASSETS: [Asset; 11] = [
    Asset { name: "style.css", kind: STYLE, content: include_str!("style.css") },
    Asset { name: "clip.css", kind: STYLE, content: include_str!("clip.css") },
    Asset { name: "icon.svg", kind: "image/svg+xml", content: include_str!("icon.svg") },
    Asset { name: "live.js", kind: SCRIPT, content: include_str!("live.js") },
    Asset { name: "clip.js", kind: SCRIPT, content: include_str!("clip.js") },
    Asset { name: "drawing.js", kind: SCRIPT, content: include_str!("drawing.js") },
    Asset { name: "layers.js", kind: SCRIPT, content: include_str!("layers.js") },
    Asset { name: "correct.js", kind: SCRIPT, content: include_str!("correct.js") },
    Asset { name: "player.js", kind: SCRIPT, content: include_str!("player.js") },
    Asset { name: "stage.js", kind: SCRIPT, content: include_str!("stage.js") },
    Asset { name: "history.js", kind: SCRIPT, content: include_str!("history.js") },
];

/// The digest of all of them: scripts import one another by plain names beside them.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let all = Digest::of_parts(ASSETS.iter().map(|asset| asset.content.as_bytes()));
    all.as_str()[..16].to_owned()
});

/// The address of a file.
pub fn address(name: &str) -> String {
    format!("/assets/{}/{name}", *VERSION)
}

/// Gives a file.
pub async fn asset(Path((version, name)): Path<(String, String)>) -> Response {
    let asset = ASSETS.iter().find(|asset| asset.name == name && version == *VERSION);
    asset.map_or_else(
        || StatusCode::NOT_FOUND.into_response(),
        |asset| {
            let kept = (CACHE_CONTROL, "public, max-age=31536000, immutable");
            ([(CONTENT_TYPE, asset.kind), kept], asset.content).into_response()
        },
    )
}

//! The commands that talk to a farm, and a farm of a few lines.

mod fetch;
mod requests;
mod server;
mod submit;

use serde_json::{Value, json};

use self::server::Server;
use crate::support::{Run, shiage};

/// `shiage ARGS… --url URL`.
fn ask(server: &Server, args: &[&str]) -> Run {
    shiage(&[args, &["--url", &server.url()]].concat())
}

/// An error as the farm tells it.
fn refusal(code: &str, message: &str, details: &[&str]) -> Value {
    json!({"error": {"code": code, "message": message, "details": details}})
}

/// An episode of one drawing.
fn episode(state: &str) -> Value {
    json!({
        "id": "e1", "show": "S", "user": "u", "priority": "normal", "model": "m@1", "revision": 1,
        "created_ms": 1, "state": state,
        "drawings": {"total": 1, "given": 0, "painted": 1, "failed": 0, "left": 0},
        "jobs": {"blocked": 0, "parked": 0, "ready": 0, "running": 0, "delayed": 0, "done": 1, "dead": 0, "cancelled": 0},
        "drawings_per_second": null, "eta_seconds": null, "clips": [], "notices": []
    })
}

//! `shiage submit` and `correct`.

use common::Digest;
use serde_json::{Value, json};

use super::server::{Asked, Reply, Server};
use super::{ask, refusal};
use crate::support::{BLUE, Figure, RED, clip, save, text};

fn submitted(known: u32) -> Value {
    json!({"id": "e1", "created": true, "drawings": 3, "jobs": 1, "known": known})
}

#[test]
fn only_what_is_missing_is_uploaded() {
    let folder = tempfile::tempdir().unwrap();
    clip(folder.path(), 3, &[0]);
    let wanted = std::fs::read(folder.path().join("line/0001.png")).unwrap();
    let digest = Digest::of(&wanted);
    let missing = digest.to_string();
    let server = Server::start(move |asked, _| match asked.line.as_str() {
        "POST /v1/blobs/missing" => Reply::Json(200, json!({"missing": [missing]})),
        "POST /v1/episodes" => Reply::Json(201, submitted(0)),
        line if line.starts_with("PUT /v1/blobs/") => Reply::Json(201, json!({})),
        _ => Reply::Json(404, refusal("not-found", "no such path", &[])),
    });
    let run = ask(&server, &["submit", text(folder.path()), "--show", "S", "--user", "u"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.starts_with("e1: submitted, 3 drawings in 1 jobs"), "{run:?}");
    let puts = server.asked("PUT");
    assert_eq!(puts.len(), 1);
    assert_eq!((puts[0].line.as_str(), &puts[0].body), (&*format!("PUT /v1/blobs/{digest}"), &wanted));
    let asked: Value = serde_json::from_slice(&server.asked("POST /v1/blobs/missing")[0].body).unwrap();
    assert_eq!(asked["digests"].as_array().unwrap().len(), 4);
}

/// A farm that has every file, and answers corrections so.
fn corrected_by(answer: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |asked: &Asked, before| match asked.line.as_str() {
        "POST /v1/blobs/missing" => Reply::Json(200, json!({"missing": []})),
        _ => answer(before),
    })
}

#[test]
fn a_correction_is_repeated_only_while_it_was_not_carried_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("1.png");
    save(&file, &Figure { shift: 0 }.painted(RED, BLUE));
    let correct = |server: &Server| ask(server, &["correct", "e1", "line/1.png", text(&file)]);

    let server = corrected_by(|_| Reply::Nothing);
    let run = correct(&server);
    assert!(run.code == 1 && run.stderr.contains("the answer was lost"), "{run:?}");
    assert_eq!(server.asked("POST /v1/episodes/e1/correct").len(), 1);

    // More jobs are known than there are: a server's numbers are not trusted.
    let server = corrected_by(|before| match before {
        0 => Reply::Json(503, refusal("unavailable", "later", &[])),
        _ => Reply::Json(200, submitted(7)),
    });
    let run = correct(&server);
    assert!(run.code == 0 && run.stdout.contains("0 of 1 jobs"), "{run:?}");
    assert_eq!(server.asked("POST /v1/episodes/e1/correct").len(), 2);
}

#[test]
fn a_correction_must_open() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("1.png");
    std::fs::write(&file, "no picture").unwrap();
    let server = corrected_by(|_| Reply::Nothing);
    let run = ask(&server, &["correct", "e1", "line/1.png", text(&file)]);
    assert!(run.code == 1 && run.stderr.contains("1.png"), "{run:?}");
    assert!(server.asked("").is_empty());
}

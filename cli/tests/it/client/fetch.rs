//! `shiage fetch`.

use common::Digest;
use serde_json::{Value, json};

use super::server::{Reply, Server};
use super::{ask, episode, refusal};
use crate::support::{Run, text};

fn file(name: &str, content: &str) -> Value {
    json!({"name": name, "size": content.len(), "digest": Digest::of(content.as_bytes()).to_string()})
}

/// A farm with these files, all of which have this content.
fn farm(files: Vec<Value>, content: &'static str) -> Server {
    Server::start(move |asked, _| match asked.line.as_str() {
        "GET /v1/episodes/e1" => Reply::Json(200, episode("done")),
        "GET /v1/episodes/e1/files" => Reply::Json(200, json!({"files": files, "next": null})),
        line if line.starts_with("GET /v1/episodes/e1/files/") => Reply::Bytes(content.into()),
        _ => Reply::Json(404, refusal("not-found", "no such path", &[])),
    })
}

fn fetch(server: &Server, out: &std::path::Path) -> Run {
    ask(server, &["fetch", "e1", "--out", text(out), "--json"])
}

#[test]
fn what_is_there_is_not_fetched_again() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let server = farm(vec![file("c 1/仕.png", "new"), file("c 1/b.png", "new")], "new");
    std::fs::create_dir_all(out.join("c 1")).unwrap();
    std::fs::write(out.join("c 1/b.png"), "old").unwrap();
    let run = fetch(&server, &out);
    assert_eq!((run.code, run.count("files"), run.count("fetched")), (0, 2, 2), "{run:?}");
    assert_eq!(std::fs::read_to_string(out.join("c 1/仕.png")).unwrap(), "new");
    assert_eq!(std::fs::read_to_string(out.join("c 1/b.png")).unwrap(), "new");
    assert_eq!(server.asked("GET /v1/episodes/e1/files/c%201/%E4%BB%95.png").len(), 1);
    assert_eq!(fetch(&server, &out).count("fetched"), 0);
    assert_eq!(server.asked("GET /v1/episodes/e1/files/").len(), 2);
}

#[test]
fn what_arrives_damaged_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let run = fetch(&farm(vec![file("a.png", "good")], "evil"), folder.path());
    assert!(run.code == 1 && run.stderr.contains("arrived with the digest"), "{run:?}");
    assert!(!folder.path().join("a.png").exists());
}

#[test]
fn unsafe_names_are_refused() {
    for name in ["../a.png", "/tmp/a.png", "c/../../a.png", "c\\a.png", ""] {
        let folder = tempfile::tempdir().unwrap();
        let run = fetch(&farm(vec![file(name, "x")], "x"), &folder.path().join("out"));
        assert!(run.code == 1 && run.stderr.contains("leads out of the folder"), "{name}: {run:?}");
        assert!(!folder.path().join("a.png").exists(), "{name}");
    }
}

#[test]
#[cfg(unix)]
fn a_link_does_not_lead_out() {
    let folder = tempfile::tempdir().unwrap();
    let (out, other) = (folder.path().join("out"), folder.path().join("other"));
    std::fs::create_dir_all(&out).unwrap();
    std::fs::create_dir_all(&other).unwrap();
    std::os::unix::fs::symlink(&other, out.join("c1")).unwrap();
    let run = fetch(&farm(vec![file("c1/a.png", "x")], "x"), &out);
    assert!(run.code == 1 && run.stderr.contains("leads out of"), "{run:?}");
    assert!(!other.join("a.png").exists());
}

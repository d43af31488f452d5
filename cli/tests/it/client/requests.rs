//! What is asked again, and what is told.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::server::{Reply, Server};
use super::{ask, episode, refusal};
use crate::support::shiage;

fn queue() -> Value {
    json!({"epoch": 1, "paused": false, "jobs": 5, "dead": 0, "stale": 0, "pools": []})
}

#[test]
fn a_farm_that_is_busy_is_asked_again() {
    let server = Server::start(|_, before| match before {
        0 | 1 => Reply::Json(503, refusal("unavailable", "the queue does not serve now", &[])),
        2 => Reply::Nothing,
        _ => Reply::Json(200, queue()),
    });
    let run = ask(&server, &["queue"]);
    assert!(run.code == 0 && run.stdout.starts_with("5 jobs"), "{run:?}");
    assert_eq!(server.asked("GET /v1/queue").len(), 4);
}

#[test]
fn a_refusal_is_told_whole_and_at_once() {
    let message = refusal("invalid", "two things are wrong", &["the first", "the \u{1b}second"]);
    let server = Server::start(move |_, _| Reply::Json(422, message.clone()));
    let run = ask(&server, &["retry", "e1"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.stderr, "error: two things are wrong\n  the first\n  the \u{fffd}second\n");
    assert_eq!(server.asked("POST /v1/episodes/e1/retry").len(), 1);
}

#[test]
fn what_is_no_farm_is_told_apart() {
    let server = Server::start(|_, _| Reply::Bytes(b"<html>".to_vec()));
    let run = ask(&server, &["queue"]);
    assert!(run.code == 1 && run.stderr.contains("not understood"), "{run:?}");
    let run = shiage(&["queue", "--url", "farm:8080"]);
    assert!(run.code == 2 && run.stderr.contains("begins with http://"), "{run:?}");
}

#[test]
fn one_that_never_answers_is_soon_given_up() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let start = Instant::now();
    let run = shiage(&["queue", "--url", &format!("http://{free}")]);
    assert!(run.code == 1 && run.stderr.contains("cannot reach"), "{run:?}");
    assert!((Duration::from_secs(2)..Duration::from_secs(15)).contains(&start.elapsed()));
}

#[test]
fn the_exit_code_tells_how_an_episode_ended() {
    for (state, code) in [("done", 0), ("incomplete", 3), ("halted", 3), ("cancelled", 1)] {
        let server = Server::start(move |_, _| Reply::Json(200, episode(state)));
        let run = ask(&server, &["status", "e1", "--watch"]);
        assert_eq!(run.code, code, "{state}: {run:?}");
    }
}

#[test]
fn the_latest_events_are_shown() {
    let server = Server::start(|asked, _| {
        let after: u64 = asked.line.rsplit_once("after=").map_or(0, |(_, id)| id.parse().unwrap());
        let limit: u64 = if asked.line.contains("limit=1000") { 1_000 } else { 2 };
        let event =
            |id: u64| json!({"id": id.to_string(), "kind": "worker-joined", "subject": "w", "note": ""});
        let events: Vec<Value> = (after + 1..=1_500.min(after + limit)).map(event).collect();
        Reply::Json(200, json!({ "events": events }))
    });
    let ids = |args: &[&str]| -> Vec<String> {
        let run = ask(&server, &[&["events", "--limit", "2", "--json"], args].concat());
        let events = run.json()["events"].as_array().unwrap().clone();
        events.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&[]), ["1499", "1500"]);
    assert_eq!(ids(&["--after", "7"]), ["8", "9"]);
}

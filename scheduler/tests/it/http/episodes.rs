//! An episode is submitted, watched and decided about.

use axum::body::Body;
use axum::http::{Method, Request};
use common::Digest;
use common::farm::layout;
use scheduler::api::{
    DrawingList, DrawingState, EpisodeList, EpisodeView, ErrorCode, FileList, JobDetail, JobList, Missing,
    Phase, Submitted, Summary,
};
use serde_json::{Value, json};

use super::site::{ADMIN, SUBMIT, Site, request};

const FILES: [&[u8]; 4] = [b"line 1", b"line 2", b"line 3", b"painted 1"];

fn blob(content: &[u8]) -> Value {
    json!({ "digest": Digest::of(content), "size": content.len(), "name": "a.png" })
}

fn manifest() -> Value {
    let drawing =
        |number: usize| json!({ "key": format!("c1/A/{number}.png"), "line": blob(FILES[number - 1]) });
    let mut first = drawing(1);
    first["painted"] = blob(FILES[3]);
    let clip =
        json!({ "cut": "c1", "cel": "A", "mode": "nearest", "drawings": [first, drawing(2), drawing(3)] });
    json!({ "format": 1, "show": "Akatsuki", "user": "mori", "model": "shape", "clips": [clip] })
}

async fn submit(site: &Site) -> Submitted {
    for file in FILES {
        site.upload(file).await;
    }
    let answer = site.json(Method::POST, "/v1/episodes", manifest().to_string()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.ok()
}

#[tokio::test]
async fn files_come_first() {
    let site = Site::new().await;
    site.upload(FILES[0]).await;
    let asked = json!({ "digests": FILES.map(Digest::of) }).to_string();
    let missing: Missing = site.json(Method::POST, "/v1/blobs/missing", asked).await.ok();
    assert_eq!(missing.missing, FILES[1..].iter().map(|file| Digest::of(file)).collect::<Vec<_>>());
    let problem = site.json(Method::POST, "/v1/episodes", manifest().to_string()).await.problem();
    assert_eq!((problem.code, problem.details.len()), (ErrorCode::Invalid, 3), "{problem:?}");
}

#[tokio::test]
async fn submitted_again_it_is_the_same() {
    let site = Site::new().await;
    let first = submit(&site).await;
    assert_eq!((first.created, first.drawings), (true, 3));
    let again = site.json(Method::POST, "/v1/episodes", manifest().to_string()).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.ok::<Submitted>(), Submitted { created: false, ..first.clone() });
    let toml = toml::to_string(&manifest()).unwrap();
    let sent = request(Method::POST, "/v1/episodes", SUBMIT, Some("application/toml"), toml.into());
    assert_eq!(site.send(sent).await.ok::<Submitted>().id, first.id);
    let other = site.json(Method::POST, "/v1/episodes?token=take-2", manifest().to_string()).await;
    assert_eq!(other.status, 201);
    assert_ne!(other.ok::<Submitted>().id, first.id);
    assert_eq!(site.get("/v1/episodes").await.ok::<EpisodeList>().episodes.len(), 2);
}

#[tokio::test]
async fn lists_come_in_pages() {
    let site = Site::new().await;
    let id = submit(&site).await.id;
    let first: DrawingList = site.get(&format!("/v1/episodes/{id}/drawings?limit=2")).await.ok();
    let states: Vec<_> = first.drawings.iter().map(|drawing| drawing.state).collect();
    assert_eq!(states, [DrawingState::Given, DrawingState::Waiting]);
    let after = first.next.unwrap().replace('/', "%2F");
    let rest: DrawingList = site.get(&format!("/v1/episodes/{id}/drawings?limit=2&after={after}")).await.ok();
    assert_eq!((rest.drawings.len(), rest.next), (1, None));
    let jobs: JobList = site.get(&format!("/v1/episodes/{id}/jobs?limit=1000")).await.ok();
    let job: JobDetail = site.get(&format!("/v1/jobs/{}", jobs.jobs[0].key)).await.ok();
    assert_eq!(job.job, jobs.jobs[0]);
    site.get("/v1/episodes/e0/jobs").await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn people_decide() {
    let site = Site::new().await;
    let id = submit(&site).await.id;
    let decide = async |what: &str| site.ask(Method::POST, &format!("/v1/episodes/{id}/{what}")).await;
    assert_eq!(decide("pause").await.ok::<Summary>().state, Phase::Paused);
    assert_eq!(decide("resume").await.ok::<Summary>().state, Phase::Running);
    let path = format!("/v1/episodes/{id}/priority");
    let changed: Summary = site.json(Method::PUT, &path, r#"{"priority":"urgent"}"#).await.ok();
    assert_eq!(serde_json::to_value(changed.priority).unwrap(), "urgent");
    assert_eq!(decide("retry").await.status, 200);
    let painted = json!({ "key": "c1/A/2.png", "painted": blob(FILES[3]) }).to_string();
    let path = format!("/v1/episodes/{id}/correct");
    assert_eq!(site.json(Method::POST, &path, painted).await.ok::<Submitted>().id, id);
    let view: EpisodeView = site.get(&format!("/v1/episodes/{id}")).await.ok();
    assert_eq!((view.summary.revision, view.summary.drawings.given), (2, 2));
    assert_eq!(decide("cancel").await.ok::<Summary>().state, Phase::Cancelled);
    decide("retry").await.refused(ErrorCode::Conflict);
}

#[tokio::test]
async fn files_are_fetched_once() {
    let site = Site::new().await;
    let id = submit(&site).await.id;
    let name = "c1/A/2.png";
    site.store.put(&layout::published(&id, name), "pixels".into()).await.unwrap();
    site.store.put(&layout::published(&id, "report.html"), "<p>".into()).await.unwrap();
    let files: FileList = site.get(&format!("/v1/episodes/{id}/files")).await.ok();
    assert_eq!(files.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), [name]);
    let path = format!("/v1/episodes/{id}/files/{name}");
    let answer = site.get(&path).await;
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, b"pixels".as_slice()));
    assert_eq!(answer.headers["content-type"], "image/png");
    let tag = answer.headers["etag"].clone();
    assert_eq!(tag, format!("\"{}\"", Digest::of(b"pixels")));
    let again =
        Request::get(&path).header("authorization", format!("Bearer {ADMIN}")).header("if-none-match", tag);
    let answer = site.send(again.body(Body::empty()).unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (304, 0));
    let page = site.get(&format!("/v1/episodes/{id}/files/report.html")).await;
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.headers["content-security-policy"], "sandbox allow-scripts");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
}

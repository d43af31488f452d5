//! Others are told, and cuts are taken in as they arrive.

use std::path::Path;
use std::time::Duration;

use e2e::{Farm, Figures, Process};
use tempfile::TempDir;

use super::receiver::{Receiver, SECRET};
use super::{PATIENCE, farm};

/// Waits until something is as it should be.
async fn until(what: &str, farm: &Farm, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..PATIENCE.as_millis() / 100 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{what}\n{}", farm.logs());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_are_signed_and_sent_until_they_are_taken() {
    let receiver = Receiver::start(2).await;
    let farm = farm().webhook(&receiver.url(), SECRET).start().await.unwrap();
    let dir = TempDir::new().unwrap();
    Figures::small(21, 2, 4).write(dir.path()).unwrap();
    let torn = dir.path().join("c001/line/0002.png");
    let bytes = std::fs::read(&torn).unwrap();
    std::fs::write(&torn, &bytes[..bytes.len() / 2]).unwrap();
    let episode = farm.submit(dir.path(), &[]).await.unwrap();
    let status = farm.wait(&episode, PATIENCE).await.unwrap();
    assert_eq!(status["state"], "incomplete", "{status}");
    until("four webhooks", &farm, async || receiver.taken().len() >= 4).await;
    let taken = receiver.taken();
    let found = |event: &str| taken.iter().any(|taken| taken.starts_with(event));
    let clips = ["clip.finished c000", "clip.finished c001", "review.needed c001", "episode.failed -"];
    assert!(clips.iter().all(|event| found(event)), "{taken:?}");
    let requests = receiver.requests();
    assert!(requests.iter().all(super::receiver::Request::is_signed), "{requests:?}");
    for refused in requests.iter().filter(|request| !request.taken) {
        let id = &refused.headers["shiage-delivery"];
        let later = requests.iter().filter(|other| other.taken && other.headers["shiage-delivery"] == *id);
        assert_eq!(later.count(), 1, "{requests:?}");
    }
    let end = requests.iter().find(|request| request.headers["shiage-event"] == "episode.failed").unwrap();
    let end = end.json();
    assert_eq!((&end["episode"], &end["state"]), (&episode.as_str().into(), &"incomplete".into()));
    assert_eq!((&end["drawings"]["painted"], &end["drawings"]["failed"]), (&5.into(), &1.into()), "{end}");
    farm.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_is_away_holds_up_nothing() {
    let away = format!("http://127.0.0.1:{}/hook", e2e::free_port().unwrap());
    let farm = farm().webhook(&away, SECRET).start().await.unwrap();
    let dir = TempDir::new().unwrap();
    Figures::small(22, 2, 4).write(dir.path()).unwrap();
    let episode = farm.submit(dir.path(), &[]).await.unwrap();
    assert_eq!(farm.wait(&episode, PATIENCE).await.unwrap()["state"], "done");
    farm.stop().await.unwrap();
}

fn watch(farm: &Farm, folder: &Path, log: &Path) -> Process {
    let folder = folder.to_str().unwrap();
    let args = ["watch", folder, "--settle", "1", "--model", "shape", "--user", "test", "--json"];
    farm.start_client(&args, log).unwrap()
}

fn lines(log: &Path, cut: &str) -> usize {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    text.lines().filter(|line| line.contains(&format!("\"cut\":\"{cut}\""))).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cuts_are_submitted_as_they_arrive_and_once() {
    let farm = farm().start().await.unwrap();
    let dir = TempDir::new().unwrap();
    let (incoming, drawn, log) = (dir.path().join("Show"), dir.path().join("drawn"), dir.path().join("log"));
    std::fs::create_dir(&incoming).unwrap();
    Figures::small(23, 2, 3).write(&drawn).unwrap();
    let mut watching = watch(&farm, &incoming, &log);
    // Half of the first cut, and a file on its way.
    std::fs::create_dir_all(incoming.join("c000")).unwrap();
    std::fs::rename(drawn.join("c000/gt"), incoming.join("c000/gt")).unwrap();
    std::fs::rename(drawn.join("c000/line"), incoming.join("c000/line")).unwrap();
    std::fs::write(incoming.join("c000/line/0009.png.part"), "on its way").unwrap();
    until("the first cut", &farm, async || lines(&log, "c000") == 1).await;
    watching.kill().await.unwrap();

    std::fs::rename(drawn.join("c001"), incoming.join("c001")).unwrap();
    // The same content at another time.
    let drawing = incoming.join("c000/line/0001.png");
    std::fs::write(&drawing, std::fs::read(&drawing).unwrap()).unwrap();
    let mut watching = watch(&farm, &incoming, &log);
    until("the second cut", &farm, async || lines(&log, "c001") == 1).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!((lines(&log, "c000"), lines(&log, "c001")), (1, 1));

    std::fs::copy(incoming.join("c000/line/0002.png"), incoming.join("c000/line/0003.png")).unwrap();
    until("the first cut again", &farm, async || lines(&log, "c000") == 2).await;
    watching.kill().await.unwrap();
    let episodes = farm.shiage(&["status", "--json"]).await.unwrap().ended(0).unwrap().json().unwrap();
    let episodes = episodes["episodes"].as_array().unwrap();
    assert_eq!(episodes.len(), 3);
    assert!(episodes.iter().all(|episode| episode["show"] == "Show"), "{episodes:?}");
    for episode in episodes {
        farm.wait(episode["id"].as_str().unwrap(), PATIENCE).await.unwrap();
    }
    farm.stop().await.unwrap();
}

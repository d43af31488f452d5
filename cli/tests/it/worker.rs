//! `shiage worker`: the example, painted by processes of a farm.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use common::Digest;
use common::farm::{Commit, OutputFormat, SpecFormat, layout};
use common::ids::{EpisodeId, Pool};
use common::queue::{JobQueue as _, Policy, Priority, RedisQueue, RedisServer};
use common::store::{FrameStore, FsStore};
use scheduler::episode::{About, FileFacts, Planned, Rates, manifest, plan, to_queue};
use scheduler::intake::{Intake, scan};
use worker::engine::ShapeEngine;
use worker::pipeline::label;

use crate::support::{files, paint, shiage, text};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/query_waving")
}

/// Uploads the example and plans it in jobs of four drawings.
async fn submit(store: &FsStore, queue: &RedisQueue, id: &EpisodeId) -> Vec<Planned> {
    let (painted, sheets, time_sheet) = (None, None, None);
    let (mode, clip_interval, exclude) = (None, None, None);
    let intake = Intake { root: example(), painted, sheets, time_sheet, mode, clip_interval, exclude };
    let label = label("shape", &ShapeEngine);
    let about = About {
        show: "S".parse().unwrap(),
        user: "u".parse().unwrap(),
        priority: Priority::Normal,
        pool: None,
        model: label.to_string(),
        alpha: common::farm::Alpha::Composite,
        output: OutputFormat::Tga,
        rules: cel::PaintRules::default(),
        mode: None,
        shots: None,
    };
    let look = |path: &Path| -> std::io::Result<FileFacts> {
        let content = std::fs::read(path)?;
        Ok(FileFacts { digest: Digest::of(&content), bytes: content.len() as u64, size: None })
    };
    let mut scanned = manifest(&scan(&intake).unwrap(), &about, look).unwrap();
    for clip in &mut scanned.manifest.clips {
        clip.job_drawings = Some(4);
    }
    for (digest, path) in &scanned.files {
        store.put(&layout::blob(digest), Bytes::from(std::fs::read(path).unwrap())).await.unwrap();
    }
    let jobs = plan(&scanned.manifest, &Rates::default(), 60).unwrap();
    for job in &jobs {
        store.put(&layout::spec(&job.id), Bytes::from(job.spec.to_json().unwrap().1)).await.unwrap();
    }
    let pool = label.pool(&Pool::default(), SpecFormat::FIRST).unwrap();
    let (episode, new) = to_queue(id, (&scanned.manifest, None), &jobs, |_| pool.clone(), |_| None).unwrap();
    queue.submit(episode, new).await.unwrap();
    jobs
}

fn start(redis: &str, store: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_shiage"))
        .args(["worker", "--model", "shape", "--log-format", "json", "--tag", "rack=7"])
        .env("SHIAGE_REDIS", redis)
        .env("SHIAGE_STORE", store)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Asks a worker to end; gives its exit code and its log.
fn end(worker: Child) -> (i32, String) {
    let pid = worker.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let output = worker.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_paint_what_the_command_paints() {
    let folder = tempfile::tempdir().unwrap();
    let server = RedisServer::start(folder.path()).await.unwrap();
    let queue = RedisQueue::connect(&server.address(), Policy::default()).await.unwrap();
    queue.reset(1).await.unwrap();
    queue.join().await.unwrap();
    let root = folder.path().join("store");
    let store = FsStore::open(root.clone()).await.unwrap();
    let id: EpisodeId = "e1".parse().unwrap();
    let jobs = submit(&store, &queue, &id).await;

    let workers = [(); 2].map(|()| start(&server.address(), &root));
    let begun = Instant::now();
    while !queue.episode(&id).await.unwrap().is_finished() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", queue.episode(&id).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let known = queue.workers().await.unwrap();
    assert!(known.len() == 2 && known[0].info.contains("\"rack\":\"7\""), "{known:?}");
    for worker in workers {
        let (code, log) = end(worker);
        assert_eq!(code, 0, "{log}");
        assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{log}");
    }
    assert!(queue.workers().await.unwrap().is_empty(), "they have left");

    let out = folder.path().join("out");
    paint(&example(), &out, &["--format", "tga"]);
    let mut painted = files(&out);
    let mut compared = 0;
    for job in jobs {
        let commit = Commit::from_json(&store.get(&layout::commit(&job.id)).await.unwrap()).unwrap();
        for output in commit.drawings.iter().flat_map(|drawing| [&drawing.painted, &drawing.sidecar]) {
            let content = store.get(&commit.key_of(output)).await.unwrap();
            assert!(
                painted.remove(Path::new(&output.name)).is_some_and(|file| file == content),
                "{output:?}"
            );
            compared += 1;
        }
    }
    assert_eq!(compared, 15 * 2);
    let left: Vec<_> = painted.into_keys().collect();
    let report = ["report.csv", "report.html", "report.json"].map(Path::new);
    assert_eq!((&left[0], &left[1..]), (&PathBuf::from("line/0000.tga"), &report.map(Path::to_path_buf)[..]));
}

#[test]
fn a_worker_that_cannot_start_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let store = text(folder.path());
    let run =
        shiage(&["worker", "--redis", "redis://:secret@127.0.0.1:1/0", "--store", store, "--model", "shape"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("127.0.0.1:1") && !run.stderr.contains("secret"), "{run:?}");
    let run = shiage(&["worker", "--redis", "redis://127.0.0.1:1/0", "--store", store, "--tag", "rack"]);
    assert_eq!(run.code, 2, "{run:?}");
    let run = shiage(&["worker", "--help"]);
    assert!(run.stdout.contains("SHIAGE_REDIS") && run.stdout.contains("--grace"), "{run:?}");
}

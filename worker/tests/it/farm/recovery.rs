//! Work that is interrupted, and goes on.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use common::queue::{JobQueue, JobState};
use tokio::runtime::Handle;
use worker::engine::{Engine, ShapeEngine};
use worker::farm::{Drain, End};

use super::engine::{Watched, broken};
use super::field::{FIRST, Field, Running, episode_id, key};

/// Does something when the drawing of this width is embedded.
fn at(width: u32, work: impl Fn() + Send + Sync + 'static) -> Arc<Watched> {
    Watched::new(move |embedded| {
        if embedded == width {
            work();
        }
        Ok(())
    })
}

/// A worker that is drained while it paints its third drawing, for which it takes long enough to hear of it.
fn drained_at_third(field: &Field) -> Running {
    let asked: Arc<Mutex<Option<Drain>>> = Arc::default();
    let drain = Arc::clone(&asked);
    let engine = at(FIRST + 2, move || {
        drain.lock().unwrap().as_ref().unwrap().drain();
        std::thread::sleep(Duration::from_millis(100));
    });
    let worker = field.start("w1", engine);
    *asked.lock().unwrap() = Some(worker.drain.clone());
    worker
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drained_worker_finishes_the_drawing_in_hand_and_another_paints_the_rest() {
    let field = Field::new().await;
    let spec = field.spec(true, 6).await;
    let jobs = field.submit(std::slice::from_ref(&spec)).await;
    let worker = drained_at_third(&field);
    assert_eq!(worker.end().await.unwrap(), End::Drained);
    let status = field.queue.job(&key(0)).await.unwrap();
    assert_eq!((status.state, status.progress, status.attempt), (JobState::Ready, 3, 0), "uncharged");

    let engine = Watched::new(|_| Ok(()));
    let worker = field.start("w2", engine.clone());
    field.done(0).await;
    worker.stop().await;
    assert_eq!(engine.embeds(), 3 + 2 + 1, "the rest, anchor and sheet, the last one of the first attempt");
    assert_eq!(field.results(&jobs).await, field.expected(&spec));
    let token = field.commit(&jobs[0]).await.token;
    let ours = field.objects(&format!("out/e1/{}/{token}/", jobs[0])).await;
    assert_eq!(ours.len(), 6 * 2, "all files of a commit are of one attempt");
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_checkpoints_are_painted_again() {
    let field = Field::new().await;
    let spec = field.spec(true, 4).await;
    let jobs = field.submit(std::slice::from_ref(&spec)).await;
    let worker = drained_at_third(&field);
    worker.end().await.unwrap();
    let written = field.objects("out/").await;
    let second = written.iter().find(|key| key.ends_with("c1/1.png")).unwrap();
    field.store.put(&second.parse().unwrap(), "damage".into()).await.unwrap();

    let engine = Watched::new(|_| Ok(()));
    let worker = field.start("w2", engine.clone());
    field.done(0).await;
    worker.stop().await;
    assert_eq!(engine.embeds(), 3 + 2 + 1);
    assert_eq!(field.results(&jobs).await, field.expected(&spec));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_stops() {
    let field = Field::new().await;
    let jobs = field.submit(&[field.spec(true, 40).await]).await;
    let queue = field.queue.handle();
    let engine = Watched::new(move |width| {
        if width == FIRST + 1 {
            Handle::current().block_on(queue.cancel(&episode_id())).unwrap();
        }
        std::thread::sleep(Duration::from_millis(if width > FIRST + 1 { 30 } else { 0 }));
        Ok(())
    });
    let worker = field.start("w1", engine.clone());
    field.wait(&key(0), |status| status.state == JobState::Cancelled).await;
    worker.stop().await;
    assert!(engine.embeds() < 30, "{}", engine.embeds());
    assert!(field.objects(&format!("jobs/{}/commit", jobs[0])).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_lost_its_lease_writes_no_more() {
    let field = Field::new().await;
    let spec = field.spec(true, 6).await;
    let jobs = field.submit(std::slice::from_ref(&spec)).await;
    let queue = field.queue.handle();
    // The queue takes the worker for dead while it paints the third drawing; it registers again and gets the job anew.
    let once = Mutex::new(true);
    let engine = at(FIRST + 2, move || {
        if std::mem::take(&mut *once.lock().unwrap()) {
            Handle::current().block_on(queue.deregister(&"w1".parse().unwrap())).unwrap();
            std::thread::sleep(Duration::from_millis(300));
        }
    });
    let worker = field.start("w1", engine);
    field.done(0).await;
    worker.stop().await;
    assert_eq!(field.results(&jobs).await, field.expected(&spec));
    let token = field.commit(&jobs[0]).await.token;
    let ours = format!("out/e1/{}/{token}/", jobs[0]);
    let lost = field.objects("out/").await.into_iter().filter(|key| !key.starts_with(&ours)).count();
    assert!(lost <= 2 * 2, "{lost} files of the lost attempt: none of the third drawing or a later one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_lost_its_memory_gets_the_job_back() {
    let field = Field::new().await;
    let spec = field.spec(true, 6).await;
    let jobs = field.submit(std::slice::from_ref(&spec)).await;
    let (told, mut begun) = tokio::sync::mpsc::unbounded_channel();
    // Long enough at the third drawing to forget and rebuild, and at the last to see that the first ones are recorded anew.
    let engine = Watched::new(move |width| {
        if width == FIRST + 2 {
            told.send(()).unwrap();
            std::thread::sleep(Duration::from_millis(600));
        }
        if width == FIRST + 5 {
            std::thread::sleep(Duration::from_millis(300));
        }
        Ok(())
    });
    let worker = field.start("w1", engine.clone());
    begun.recv().await.unwrap();
    field.queue.reset(2).await.unwrap();
    field.queue.join().await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    field.submit(std::slice::from_ref(&spec)).await;
    field.wait(&key(0), |status| status.progress >= 4).await;
    field.done(0).await;
    worker.stop().await;
    assert_eq!(engine.embeds(), 6 + 2, "nothing was painted twice");
    assert_eq!(field.results(&jobs).await, field.expected(&spec));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_device_ends_the_worker_and_gives_its_jobs_back() {
    let field = Field::new().await;
    let spec = field.spec(true, 4).await;
    let jobs = field.submit(std::slice::from_ref(&spec)).await;
    let sick = std::sync::atomic::AtomicBool::new(false);
    let engine = Watched::new(move |width| {
        let fails =
            sick.fetch_or(width == FIRST + 1, std::sync::atomic::Ordering::SeqCst) || width == FIRST + 1;
        if fails { Err(broken("CUDA_ERROR_ILLEGAL_ADDRESS")) } else { Ok(()) }
    });
    let end = field.start("w1", engine).end().await.unwrap();
    assert!(matches!(&end, End::Broken(reason) if reason.contains("ILLEGAL_ADDRESS")), "{end:?}");
    let status = field.queue.job(&key(0)).await.unwrap();
    assert_eq!((status.state, status.attempt), (JobState::Ready, 0), "the job is not blamed");
    let worker = field.start("w2", Arc::new(ShapeEngine));
    field.done(0).await;
    worker.stop().await;
    assert_eq!(field.results(&jobs).await, field.expected(&spec));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_paints_nonsense_does_not_start() {
    let field = Field::new().await;
    let engine: Arc<dyn Engine> = Watched::new(|_| Err(broken("no kernel image")));
    let error = field.start("w1", engine).end().await.unwrap_err().to_string();
    assert!(error.contains("shape@") && error.contains("no kernel image") && error.contains("--device cpu"));
    assert!(field.queue.workers().await.unwrap().is_empty());
}

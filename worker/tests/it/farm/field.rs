//! A store with drawings, a queue with jobs, and workers on both.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use candle_core::Device;
use cel::{FileFormat, PaintRules, Rgba, Size};
use common::farm::{
    Alpha, Blob, BlobReference, Commit, JobId, JobSpec, OutputFormat, Payload, SpecFormat, Target, layout,
};
use common::ids::{EpisodeId, JobKey, Pool};
use common::queue::{
    Affinity, JobQueue, JobState, JobStatus, MemoryQueue, NewEpisode, NewJob, Policy, Priority,
};
use common::store::{FrameStore, FsStore};
use common::{Digest, Drawing, Job, Reference};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use worker::engine::{Engine, ShapeEngine};
use worker::farm::{Drain, End, FarmError, FarmModel, Monitor, Options, Worker};
use worker::pipeline::{Batch, ReferenceCache, Settings, StageTimes, Stop, Tools, run};

/// Width of the references.
pub const REFERENCE: u32 = 30;
/// Width of the first drawing; each one after it is wider by one.
pub const FIRST: u32 = 31;
/// Longest that a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Field {
    pub folder: TempDir,
    pub store: Arc<dyn FrameStore>,
    pub queue: Arc<MemoryQueue>,
}

/// Short times, so that a test sees leases end and failed jobs come back.
pub fn policy() -> Policy {
    Policy { lease_ms: 400, backoff_ms: 5, backoff_cap_ms: 20, patience_ms: 0, ..Policy::default() }
}

pub fn episode_id() -> EpisodeId {
    "e1".parse().unwrap()
}

pub fn key(index: u32) -> JobKey {
    JobKey { episode: episode_id(), index }
}

/// A box of `width` by 20 pixels, outlined, with the inside in one colour, as a PNG file.
pub fn picture(width: u32, inside: Rgba) -> Vec<u8> {
    let size = Size { width, height: 20 };
    let edge = |x: u32, y: u32| [2, width - 3].contains(&x) || [2, 17].contains(&y);
    let within = |x: u32, y: u32| (2..width - 2).contains(&x) && (2..18).contains(&y);
    let pixel = |(x, y)| match (within(x, y), edge(x, y)) {
        (true, true) => Rgba::BLACK,
        (true, false) => inside,
        (false, _) => Rgba::EMPTY,
    };
    let pixels = (0..20).flat_map(|y| (0..width).map(move |x| (x, y))).map(pixel).collect();
    let format = FileFormat::Png { sixteen_bit: false };
    cel::codec::encode(&cel::Drawing { size, pixels, has_alpha: true, format }).unwrap()
}

impl Field {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(FsStore::open(folder.path().join("store")).await.unwrap());
        Self { store, queue: Arc::new(MemoryQueue::new(policy())), folder }
    }

    /// Uploads a file, and puts it into a folder for the pipeline alone.
    pub async fn blob(&self, name: &str, content: Vec<u8>) -> Blob {
        let blob = Blob { digest: Digest::of(&content), size: content.len() as u64, name: name.into() };
        std::fs::create_dir_all(self.folder.path().join("in")).unwrap();
        std::fs::write(self.file(&blob), &content).unwrap();
        self.store.put(&layout::blob(&blob.digest), Bytes::from(content)).await.unwrap();
        blob
    }

    fn file(&self, blob: &Blob) -> std::path::PathBuf {
        self.folder.path().join("in").join(format!("{}.png", blob.digest))
    }

    pub async fn reference(&self, name: &str, width: u32) -> BlobReference {
        let line = self.blob("line.png", picture(width, Rgba::EMPTY)).await;
        let painted = self.blob("painted.png", picture(width, Rgba::opaque(9, 99, 199))).await;
        BlobReference { name: name.into(), line, painted }
    }

    /// A run of `count` drawings.
    pub async fn spec(&self, carry: bool, count: u32) -> JobSpec {
        let mut targets = Vec::new();
        for i in 0..count {
            let line = self.blob(&format!("{i}.png"), picture(FIRST + i, Rgba::EMPTY)).await;
            targets.push(Target { key: format!("c1/{i}.png"), line });
        }
        JobSpec {
            format: SpecFormat::FIRST,
            model: model(Arc::new(ShapeEngine)).label().to_string(),
            alpha: Alpha::Composite,
            output: OutputFormat::Same,
            rules: PaintRules::default(),
            anchor: Some(self.reference("anchor", REFERENCE).await),
            continues: None,
            follows: None,
            carry,
            sheets: vec![self.reference("sheet", REFERENCE - 1).await],
            targets,
        }
    }

    /// Writes the specs and submits them as one episode; each that continues another needs the one before it.
    pub async fn submit(&self, specs: &[JobSpec]) -> Vec<JobId> {
        let (mut jobs, mut ids) = (Vec::new(), Vec::new());
        for (index, spec) in (0_u32..).zip(specs) {
            let (id, bytes) = spec.to_json().unwrap();
            self.store.put(&layout::spec(&id), Bytes::from(bytes)).await.unwrap();
            let payload = Payload { job: id.clone(), clip: "c1".into(), show: None, trace: None };
            jobs.push(NewJob {
                pool: model(Arc::new(ShapeEngine)).label().pool(&Pool::default(), spec.format).unwrap(),
                cost_ms: 1000,
                affinity: Affinity::default(),
                needs: if spec.continues.is_some() { vec![index - 1] } else { Vec::new() },
                payload: serde_json::to_string(&payload).unwrap(),
                committed: None,
            });
            ids.push(id);
        }
        self.submit_jobs(jobs).await;
        ids
    }

    pub async fn submit_jobs(&self, jobs: Vec<NewJob>) {
        let episode = NewEpisode {
            id: episode_id(),
            show: "Akiko".parse().unwrap(),
            user: "mei".parse().unwrap(),
            priority: Priority::Normal,
        };
        self.queue.submit(episode, jobs).await.unwrap();
    }

    /// Starts a worker.
    pub fn start(&self, name: &str, engine: Arc<dyn Engine>) -> Running {
        self.start_with(name, engine, Arc::clone(&self.store), |_| {})
    }

    pub fn start_with(
        &self,
        name: &str,
        engine: Arc<dyn Engine>,
        store: Arc<dyn FrameStore>,
        change: impl FnOnce(&mut Options),
    ) -> Running {
        let mut options = options(name, &self.folder.path().join(name));
        change(&mut options);
        let beat = self.queue.handle();
        let connect = Box::new(move || -> futures::future::BoxFuture<'static, _> {
            Box::pin(async move { Ok(Arc::new(beat) as Arc<dyn JobQueue>) })
        });
        let queue = Arc::new(self.queue.handle());
        let worker = Worker::new(options, vec![model(engine)], queue, connect, store).unwrap();
        Running { drain: worker.drain(), monitor: worker.monitor(), task: tokio::spawn(worker.run()) }
    }

    /// Waits until a job is as it should be.
    pub async fn wait(&self, key: &JobKey, is: impl Fn(&JobStatus) -> bool) -> JobStatus {
        let waiting = async {
            loop {
                self.queue.reap().await.unwrap();
                let status = self.queue.job(key).await.unwrap();
                if is(&status) {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, waiting).await;
        match found {
            Ok(status) => status,
            Err(_) => panic!("waited in vain: {:?}", self.queue.job(key).await),
        }
    }

    pub async fn done(&self, index: u32) -> JobStatus {
        self.wait(&key(index), |status| status.state == JobState::Done).await
    }

    pub async fn commit(&self, job: &JobId) -> Commit {
        Commit::from_json(&self.store.get(&layout::commit(job)).await.unwrap()).unwrap()
    }

    /// Everything that the commits of some jobs name, by name.
    pub async fn results(&self, jobs: &[JobId]) -> BTreeMap<String, Bytes> {
        let mut results = BTreeMap::new();
        for job in jobs {
            let commit = self.commit(job).await;
            for output in commit.drawings.iter().flat_map(|drawing| [&drawing.painted, &drawing.sidecar]) {
                let content = self.store.get(&commit.key_of(output)).await.unwrap();
                assert_eq!(Digest::of(&content), output.digest);
                results.insert(output.name.clone(), content);
            }
        }
        results
    }

    /// What the pipeline alone makes of a spec, as one job.
    pub fn expected(&self, spec: &JobSpec) -> BTreeMap<String, Bytes> {
        let reference = |reference: &BlobReference| Reference {
            name: reference.name.clone(),
            line: self.file(&reference.line),
            painted: self.file(&reference.painted),
        };
        let target = |target: &Target| Drawing { key: target.key.clone(), line: self.file(&target.line) };
        let job = Job {
            clip: "c1".into(),
            anchor: spec.anchor.as_ref().map(reference),
            before: None,
            carry: spec.carry,
            sheets: spec.sheets.iter().map(reference).collect(),
            targets: spec.targets.iter().map(target).collect(),
        };
        let out = tempfile::tempdir().unwrap();
        let settings = Settings { output: spec.output, ..Settings::new(out.path().into()) };
        let (references, times, stop) = (ReferenceCache::new(0), StageTimes::default(), Stop::default());
        let engine = &ShapeEngine;
        run(
            Tools {
                engine,
                settings: &settings,
                batch: &Batch::new(1),
                references: &references,
                times: &times,
                stop: &stop,
            },
            &[job],
            &|_| {},
        );
        let files = std::fs::read_dir(out.path().join("c1")).unwrap().map(Result::unwrap);
        files
            .map(|file| {
                let name = format!("c1/{}", file.file_name().into_string().unwrap());
                (name, Bytes::from(std::fs::read(file.path()).unwrap()))
            })
            .collect()
    }

    /// Objects below a prefix.
    pub async fn objects(&self, prefix: &str) -> Vec<String> {
        let page = self.store.list(&prefix.parse().unwrap(), None, 1000).await.unwrap();
        page.entries.into_iter().map(|entry| entry.key.to_string()).collect()
    }
}

/// Cuts a run into jobs of `count` drawings.
pub fn cut(whole: &JobSpec, count: usize) -> Vec<JobSpec> {
    let mut specs: Vec<JobSpec> = Vec::new();
    for targets in whole.targets.chunks(count) {
        let continues = specs.last().map(|spec| spec.to_json().unwrap().0);
        specs.push(JobSpec { continues, targets: targets.to_vec(), ..whole.clone() });
    }
    specs
}

pub fn model(engine: Arc<dyn Engine>) -> FarmModel {
    FarmModel::new("shape", Arc::clone(&engine), engine)
}

fn options(name: &str, work_dir: &Path) -> Options {
    Options {
        id: name.parse().unwrap(),
        nonce: "n1".into(),
        host: "here".into(),
        device: Device::Cpu,
        tags: BTreeMap::new(),
        pools: vec![Pool::default()],
        format: SpecFormat::LATEST,
        concurrency: 1,
        batch: 1,
        reference_bytes: 1 << 20,
        blob_bytes: 1 << 20,
        work_dir: work_dir.into(),
        grace: Duration::from_secs(10),
        lease: Duration::from_millis(policy().lease_ms),
        poll: Duration::from_millis(20),
    }
}

/// A worker that runs.
pub struct Running {
    pub drain: Drain,
    pub monitor: Monitor,
    task: JoinHandle<Result<End, FarmError>>,
}

impl Running {
    /// Waits until it has ended by itself.
    pub async fn end(self) -> Result<End, FarmError> {
        tokio::time::timeout(PATIENCE, self.task).await.unwrap().unwrap()
    }

    /// Has it end.
    pub async fn stop(self) -> End {
        self.drain.drain();
        self.end().await.unwrap()
    }
}

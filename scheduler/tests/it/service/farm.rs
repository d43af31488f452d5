//! A farm in one process: a queue in memory, a store in a folder, and a painter that writes what a worker would.

use std::sync::Arc;

use bytes::Bytes;
use common::farm::manifest::{ManifestClip, ManifestDrawing};
use common::farm::{
    Alpha, Blob, Commit, CommittedDrawing, FailedDrawing, Format, JobSpec, Manifest, ModelLabel, Output,
    OutputFormat, Payload, SpecFormat, WorkerInfo, layout, sidecar_name,
};
use common::ids::{EpisodeId, Pool};
use common::queue::{
    Claim, ClaimRequest, FailureClass, Grant, Held, JobQueue, MemoryQueue, NewWorker, Policy, Priority,
};
use common::store::{FrameStore, FsStore};
use common::{Digest, Mode};
use scheduler::service::{Service, Settings};
use tempfile::TempDir;

use super::rival::RivalStore;

/// A farm without workers.
pub struct Farm {
    pub service: Service,
    pub queue: Arc<MemoryQueue>,
    pub store: Arc<RivalStore>,
    _dir: TempDir,
}

/// The one model there is.
pub fn label() -> ModelLabel {
    ModelLabel::new("shape", &Digest::of(b"shape"))
}

/// Where the jobs of a format lie.
pub fn pool(format: SpecFormat) -> Pool {
    label().pool(&Pool::default(), format).unwrap()
}

impl Farm {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Arc::new(RivalStore::new(FsStore::open(dir.path()).await.unwrap()));
        let queue = Arc::new(MemoryQueue::new(Policy::default()));
        let service = service(Arc::clone(&queue), Arc::clone(&store), vec![label()]);
        Self { service, queue, store, _dir: dir }
    }

    /// The same farm, as another scheduler serves it: it remembers nothing.
    pub fn replica(&self) -> Service {
        service(Arc::new(self.queue.handle()), Arc::clone(&self.store), vec![label()])
    }

    /// The same farm, as a scheduler serves it that knows no model of its own.
    pub fn without_models(&self) -> Service {
        service(Arc::new(self.queue.handle()), Arc::clone(&self.store), Vec::new())
    }

    /// Uploads every file of a manifest.
    pub async fn upload(&self, manifest: &Manifest) {
        for drawing in manifest.clips.iter().flat_map(|clip| &clip.drawings) {
            self.put(content_of(&drawing.line)).await;
            if let Some(painted) = &drawing.painted {
                self.put(content_of(painted)).await;
            }
        }
    }

    pub async fn put(&self, content: Bytes) {
        self.service.put_blob(&Digest::of(&content), content).await.unwrap();
    }

    /// Uploads the files of a manifest and submits it.
    pub async fn submit(&self, manifest: &Manifest) -> EpisodeId {
        self.upload(manifest).await;
        self.service.submit(manifest.clone(), None).await.unwrap().id
    }

    /// Registers a worker.
    pub async fn join(&self, name: &str, models: Vec<ModelLabel>) {
        let info = serde_json::to_string(&WorkerInfo { models, ..WorkerInfo::default() }).unwrap();
        let id = name.parse().unwrap();
        let worker = NewWorker { id, nonce: name.into(), pools: vec![pool(SpecFormat::FIRST)], info };
        self.queue.register(worker).await.unwrap();
    }

    /// Gets the next job, with its specification.
    pub async fn claim(&self) -> Option<(Grant, JobSpec)> {
        self.join("painter", vec![label()]).await;
        let worker = "painter".parse().unwrap();
        let request = ClaimRequest { worker, pools: vec![pool(SpecFormat::FIRST)], warm: Vec::new() };
        let Claim::Granted(grant) = self.queue.claim(&request).await.unwrap() else { return None };
        let job = serde_json::from_str::<Payload>(&grant.payload).unwrap().job;
        let spec = self.store.get(&layout::spec(&job)).await.unwrap();
        Some((grant, JobSpec::from_json(&job, &spec).unwrap()))
    }

    /// Paints whatever there is to paint; gives the keys of the drawings in order. Those in `torn` fail.
    pub async fn paint_all(&self, torn: &[&str]) -> Vec<String> {
        let mut painted = Vec::new();
        while let Some((grant, spec)) = self.claim().await {
            let commit = self.commit(&grant, &spec, torn).await;
            self.queue.complete(&held(&grant), &commit).await.unwrap();
            painted.extend(spec.targets.into_iter().map(|target| target.key));
        }
        painted
    }

    /// Writes results and commit of a job, and tells the queue nothing.
    pub async fn commit(&self, grant: &Grant, spec: &JobSpec, torn: &[&str]) -> Digest {
        let mut commit = Commit {
            format: Format,
            job: spec.to_json().unwrap().0,
            episode: grant.key.episode.clone(),
            token: grant.token.clone(),
            worker: "painter".parse().unwrap(),
            drawings: Vec::new(),
            failed: Vec::new(),
            unusable: Vec::new(),
            pace: None,
        };
        for target in &spec.targets {
            let key = target.key.clone();
            if torn.contains(&key.as_str()) {
                commit.failed.push(FailedDrawing { key, error: "torn".into() });
                continue;
            }
            let name = spec.output.name_of(&key);
            let sidecar = self.output(&commit, &sidecar_name(&name)).await;
            let painted = self.output(&commit, &name).await;
            commit.drawings.push(CommittedDrawing { key, painted, sidecar, review: 0 });
        }
        let (digest, bytes) = commit.to_json().unwrap();
        self.store.put(&layout::commit(&commit.job), Bytes::from(bytes)).await.unwrap();
        digest
    }

    async fn output(&self, commit: &Commit, name: &str) -> Output {
        let content = Bytes::from(format!("{name} of {}", commit.job));
        let output = Output { name: name.into(), digest: Digest::of(&content), size: content.len() as u64 };
        self.store.put(&commit.key_of(&output), content).await.unwrap();
        output
    }

    /// Lets the next job die.
    pub async fn kill(&self, reason: &str) {
        let (grant, _) = self.claim().await.unwrap();
        self.queue.fail(&held(&grant), FailureClass::Permanent, reason).await.unwrap();
    }

    /// The queue loses its memory and begins anew.
    pub async fn lose_queue(&self) {
        let epoch = self.queue.pulse().await.unwrap().epoch.unwrap();
        self.queue.reset(epoch + 1).await.unwrap();
    }
}

fn service(queue: Arc<MemoryQueue>, store: Arc<RivalStore>, models: Vec<ModelLabel>) -> Service {
    Service::new(queue, store, Settings { models, target_seconds: 30 })
}

pub fn held(grant: &Grant) -> Held {
    Held { key: grant.key.clone(), token: grant.token.clone() }
}

/// A file, whose content is its name.
pub fn blob(name: &str) -> Blob {
    Blob { digest: Digest::of(name.as_bytes()), size: name.len() as u64, name: name.into() }
}

fn content_of(blob: &Blob) -> Bytes {
    Bytes::from(blob.name.clone())
}

/// A clip whose drawings are `CUT/0.png`, `CUT/1.png` and so on, the first given painted, in jobs of `job_drawings`.
pub fn clip(cut: &str, mode: Mode, drawings: usize, job_drawings: u32) -> ManifestClip {
    let drawing = |i: usize| ManifestDrawing {
        key: format!("{cut}/{i}.png"),
        line: blob(&format!("{cut}-{i}.png")),
        painted: (i == 0).then(|| blob(&format!("{cut}-{i}-painted.png"))),
        corrected: false,
    };
    ManifestClip {
        cut: cut.into(),
        cel: String::new(),
        characters: Vec::new(),
        model: None,
        mode: Some(mode),
        shots: None,
        size: None,
        job_drawings: Some(job_drawings),
        drawings: (0..drawings).map(drawing).collect(),
    }
}

pub fn manifest(clips: Vec<ManifestClip>) -> Manifest {
    Manifest {
        format: SpecFormat::FIRST,
        show: "Akiko".parse().unwrap(),
        user: "mei".parse().unwrap(),
        priority: Priority::Normal,
        pool: None,
        model: "shape".into(),
        alpha: Alpha::Composite,
        output: OutputFormat::Same,
        rules: cel::PaintRules::default(),
        mode: None,
        shots: None,
        sheets: [].into(),
        clips,
    }
}

/// A chain of seven drawings, the first given, in jobs of two.
pub fn chain() -> Manifest {
    manifest(vec![clip("c1", Mode::PreviousFrame, 7, 2)])
}

/// Seven drawings painted from the first, in jobs of two.
pub fn independent() -> Manifest {
    manifest(vec![clip("c1", Mode::FirstFrame, 7, 2)])
}

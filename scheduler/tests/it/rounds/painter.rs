//! A worker that writes texts in place of drawings.

use std::sync::Arc;

use bytes::Bytes;
use common::Digest;
use common::farm::{
    Commit, CommittedDrawing, FailedDrawing, Format, JobSpec, Output, Pace, Payload, SpecFormat, layout,
    sidecar_name,
};
use common::ids::{Pool, WorkerId};
use common::queue::{
    Claim, ClaimRequest, Completion, FailureClass, Grant, Held, JobQueue, NewWorker, QueueError,
};
use common::store::{Create, FrameStore};

use super::farm::{Farm, model};

/// What it says a drawing took, in seconds: longer than anybody would have thought.
pub const SECONDS: f64 = 1.5;

/// A worker.
pub struct Painter {
    pub queue: Arc<dyn JobQueue>,
    store: Arc<dyn FrameStore>,
    id: WorkerId,
    /// Keys of the drawings it painted, in order.
    pub painted: Vec<String>,
    /// The drawing that it cannot paint.
    pub fails_at: Option<String>,
}

impl Painter {
    pub async fn new(farm: &Farm, id: &str) -> Self {
        let painter = Self {
            queue: farm.queue().await,
            store: Arc::clone(&farm.store),
            id: id.parse().unwrap(),
            painted: Vec::new(),
            fails_at: None,
        };
        painter.register().await;
        painter
    }

    fn pool() -> Pool {
        model().pool(&Pool::default(), SpecFormat::FIRST).unwrap()
    }

    async fn register(&self) {
        let new = NewWorker {
            id: self.id.clone(),
            nonce: "n1".into(),
            pools: vec![Self::pool()],
            info: String::new(),
        };
        // Without an epoch it registers later.
        let _ = self.queue.register(new).await;
    }

    /// Claims a job, in whatever epoch there is.
    pub async fn claim(&self) -> Option<Grant> {
        let request = ClaimRequest { worker: self.id.clone(), pools: vec![Self::pool()], warm: Vec::new() };
        match self.queue.claim(&request).await {
            Ok(Claim::Granted(grant)) => Some(grant),
            Ok(_) => None,
            Err(QueueError::Epoch { .. } | QueueError::NoWorker(_)) => {
                let _ = self.queue.join().await;
                self.register().await;
                None
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Writes the results of a job and its commit, if it has none.
    pub async fn commit(&mut self, grant: &Grant) -> Digest {
        let payload: Payload = serde_json::from_str(&grant.payload).unwrap();
        let key = layout::commit(&payload.job);
        if self.store.head(&key).await.unwrap().is_none() {
            let commit = self.paint(grant, &payload).await;
            let created = self.store.put_if_absent(&key, Bytes::from(commit.to_json().unwrap().1)).await;
            assert_eq!(created.unwrap(), Create::Created);
        }
        Digest::of(&self.store.get(&key).await.unwrap())
    }

    async fn paint(&mut self, grant: &Grant, payload: &Payload) -> Commit {
        let spec = self.store.get(&layout::spec(&payload.job)).await.unwrap();
        let spec = JobSpec::from_json(&payload.job, &spec).unwrap();
        let mut commit = Commit {
            format: Format,
            job: payload.job.clone(),
            episode: grant.key.episode.clone(),
            token: grant.token.clone(),
            worker: self.id.clone(),
            drawings: Vec::new(),
            failed: Vec::new(),
            unusable: Vec::new(),
            pace: Some(Pace {
                drawings: spec.targets.len() as u32,
                seconds: SECONDS * spec.targets.len() as f64,
            }),
        };
        for target in &spec.targets {
            if self.fails_at.as_ref() == Some(&target.key) {
                commit.failed.push(FailedDrawing { key: target.key.clone(), error: "torn".into() });
                continue;
            }
            self.painted.push(target.key.clone());
            let name = spec.output.name_of(&target.key);
            let painted = self.write(&commit, &name, &painted(&target.key)).await;
            let sidecar = self.write(&commit, &sidecar_name(&name), &sidecar(&target.key)).await;
            commit.drawings.push(CommittedDrawing { key: target.key.clone(), painted, sidecar, review: 0 });
        }
        commit
    }

    async fn write(&self, commit: &Commit, name: &str, text: &str) -> Output {
        let digest = Digest::of(text.as_bytes());
        let output = Output { name: name.to_owned(), digest, size: text.len() as u64 };
        self.store.put(&commit.key_of(&output), Bytes::from(text.to_owned())).await.unwrap();
        output
    }

    /// Paints one job, if it gets one. A completion that is not heard is left to the scheduler.
    pub async fn paint_one(&mut self) -> bool {
        let Some(grant) = self.claim().await else { return false };
        let commit = self.commit(&grant).await;
        match self.queue.complete(&held(&grant), &commit).await {
            Ok(completion) => assert_ne!(completion, Completion::Cancelled),
            Err(QueueError::Epoch { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        true
    }

    /// Lets a job fail for good.
    pub async fn fail_one(&self) {
        let grant = self.claim().await.unwrap();
        self.queue.fail(&held(&grant), FailureClass::Permanent, "torn").await.unwrap();
    }

    /// The drawings it painted, sorted.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = self.painted.clone();
        keys.sort();
        keys
    }
}

/// What stands for a painted drawing.
pub fn painted(key: &str) -> String {
    format!("painted {key}")
}

/// What stands for its sidecar.
pub fn sidecar(key: &str) -> String {
    format!("sidecar of {key}")
}

fn held(grant: &Grant) -> Held {
    Held { key: grant.key.clone(), token: grant.token.clone() }
}

//! A farm with real drawings, and a painter that makes every segment of one colour.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{Method, Request};
use bytes::Bytes;
use cel::{AlphaRule, Drawing, FileFormat, PaintRules, Rgba, Size};
use common::Digest;
use common::farm::manifest::{ManifestClip, ManifestDrawing};
use common::farm::{
    Blob, Commit, CommittedDrawing, Format, JobSpec, ModelLabel, Output, Payload, SpecFormat, WorkerInfo,
    layout, sidecar_name,
};
use common::ids::{EpisodeId, Pool};
use common::queue::{Claim, ClaimRequest, Grant, Held, JobQueue as _, MemoryQueue, NewWorker, Policy};
use common::store::{FrameStore as _, FsStore};

use super::counted::CountedStore;
use crate::http::site::{Answer, Site};
use crate::service::farm::manifest;

/// What the painter paints with.
pub const RED: Rgba = Rgba::opaque(200, 30, 30);
/// The other colour of the references.
pub const BLUE: Rgba = Rgba::opaque(30, 30, 200);

pub struct Studio {
    pub site: Site,
    pub store: Arc<CountedStore>,
    queue: Arc<MemoryQueue>,
}

/// Somebody in front of a browser.
pub struct Browser<'a> {
    studio: &'a Studio,
    cookie: String,
    pub form_key: String,
}

impl Studio {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Arc::new(CountedStore::new(FsStore::open(dir.path().join("store")).await.unwrap()));
        let queue = Arc::new(MemoryQueue::new(Policy::default()));
        let site = Site::over(Arc::clone(&store) as _, Arc::clone(&queue), dir);
        Self { site, store, queue }
    }

    /// Signs in with a token.
    pub async fn browser(&self, token: &str) -> Browser<'_> {
        let answer = self.send(Method::POST, "/login", &[], format!("token={token}&next=/")).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        let cookie = answer.headers[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let mut browser = Browser { studio: self, cookie, form_key: String::new() };
        let page = browser.get("/").await.text();
        let (_, rest) = page.split_once("data-key=\"").unwrap();
        browser.form_key = rest.split('"').next().unwrap().to_owned();
        browser
    }

    /// A request without a session.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.site.send(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn put(&self, drawing: &Drawing) -> Blob {
        let bytes = Bytes::from(cel::codec::encode(drawing).unwrap());
        let (digest, size) = (Digest::of(&bytes), bytes.len() as u64);
        self.site.service.put_blob(&digest, bytes).await.unwrap();
        Blob { digest, size, name: "a.png".into() }
    }

    /// Submits a chain of drawings, the first of them painted, two to a job.
    pub async fn chain(&self, drawings: u32) -> EpisodeId {
        let mut list = Vec::new();
        for i in 0..drawings {
            let line = line(i);
            let painted =
                if i == 0 { Some(self.put(&painted(&line, &[BLUE, RED, BLUE])).await) } else { None };
            list.push(ManifestDrawing {
                key: format!("c1/A/{i}.png"),
                line: self.put(&line).await,
                painted,
                corrected: false,
            });
        }
        self.submit(vec![clip("c1", list, 2)]).await
    }

    pub async fn submit(&self, clips: Vec<ManifestClip>) -> EpisodeId {
        self.site.service.submit(manifest(clips), None).await.unwrap().id
    }

    /// Paints whatever there is to paint; gives the keys in order.
    pub async fn paint_all(&self) -> Vec<String> {
        self.work(true).await
    }

    /// Says that everything is painted, without a drawing.
    pub async fn pretend_all(&self) -> Vec<String> {
        self.work(false).await
    }

    async fn work(&self, really: bool) -> Vec<String> {
        let label = ModelLabel::new("shape", &Digest::of(b"shape"));
        let pools = vec![label.pool(&Pool::default(), SpecFormat::FIRST).unwrap()];
        let info =
            serde_json::to_string(&WorkerInfo { models: vec![label], ..WorkerInfo::default() }).unwrap();
        let worker =
            NewWorker { id: "painter".parse().unwrap(), nonce: "1".into(), pools: pools.clone(), info };
        self.queue.register(worker).await.unwrap();
        let request = ClaimRequest { worker: "painter".parse().unwrap(), pools, warm: Vec::new() };
        let mut keys = Vec::new();
        while let Claim::Granted(grant) = self.queue.claim(&request).await.unwrap() {
            keys.extend(self.finish(&grant, really).await);
        }
        keys
    }

    async fn finish(&self, grant: &Grant, really: bool) -> Vec<String> {
        let job = serde_json::from_str::<Payload>(&grant.payload).unwrap().job;
        let spec = JobSpec::from_json(&job, &self.store.get(&layout::spec(&job)).await.unwrap()).unwrap();
        let mut commit = Commit {
            format: Format,
            job,
            episode: grant.key.episode.clone(),
            token: grant.token.clone(),
            worker: "painter".parse().unwrap(),
            drawings: Vec::new(),
            failed: Vec::new(),
            unusable: Vec::new(),
            pace: None,
        };
        for target in &spec.targets {
            let (painted, sidecar) = if really {
                results(&self.store.get(&layout::blob(&target.line.digest)).await.unwrap())
            } else {
                (Bytes::from_static(b"x"), Bytes::from_static(b"{}"))
            };
            let outputs = [(target.key.clone(), painted), (sidecar_name(&target.key), sidecar)];
            let [painted, sidecar] = outputs.map(|(name, content)| {
                let output = Output { name, digest: Digest::of(&content), size: content.len() as u64 };
                (output, content)
            });
            if really {
                for (output, content) in [&painted, &sidecar] {
                    self.store.put(&commit.key_of(output), content.clone()).await.unwrap();
                }
            }
            let drawing = CommittedDrawing {
                key: target.key.clone(),
                painted: painted.0,
                sidecar: sidecar.0,
                review: 0,
            };
            commit.drawings.push(drawing);
        }
        let (digest, bytes) = commit.to_json().unwrap();
        self.store.put(&layout::commit(&commit.job), Bytes::from(bytes)).await.unwrap();
        let held = Held { key: grant.key.clone(), token: grant.token.clone() };
        self.queue.complete(&held, &digest).await.unwrap();
        spec.targets.into_iter().map(|target| target.key).collect()
    }
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        self.studio.send(Method::GET, path, &[(COOKIE.as_str(), &self.cookie)], String::new()).await
    }

    pub async fn post(&self, path: &str, body: String) -> Answer {
        self.studio.send(Method::POST, path, &[(COOKIE.as_str(), &self.cookie)], body).await
    }

    /// A form with the key of the session.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let own = [("form_key", self.form_key.as_str())];
        let body: Vec<String> =
            own.iter().chain(fields).map(|(name, value)| format!("{name}={value}")).collect();
        self.post(path, body.join("&")).await
    }
}

impl Answer {
    pub fn text(&self) -> String {
        assert!(self.status.is_success(), "{self:?}");
        String::from_utf8(self.body.to_vec()).unwrap()
    }
}

/// Two boxes in a frame, which move.
pub fn line(step: u32) -> Drawing {
    let size = Size { width: 40, height: 24 };
    let edge = |left: u32, x: u32, y: u32| {
        let inside = (left..=left + 10).contains(&x) && (6..=16).contains(&y);
        inside && (x == left || x == left + 10 || y == 6 || y == 16)
    };
    let at = |x: u32, y: u32| edge(3 + step, x, y) || edge(20 + step, x, y);
    let pixels = (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
    let pixels = pixels.map(|(x, y)| if at(x, y) { Rgba::BLACK } else { Rgba::EMPTY }).collect();
    Drawing { size, pixels, has_alpha: true, format: FileFormat::Png { sixteen_bit: false } }
}

pub fn painted(line: &Drawing, colours: &[Rgba]) -> Drawing {
    let labels = cel::segment(line, AlphaRule::Composite);
    let colours: Vec<Option<Rgba>> = colours.iter().copied().map(Some).collect();
    cel::paint(line, &labels, &colours, AlphaRule::Composite, &PaintRules::default())
}

/// A painted drawing and its sidecar.
fn results(line: &[u8]) -> (Bytes, Bytes) {
    let line = cel::codec::decode(line, cel::FileKind::Png).unwrap();
    let painted = painted(&line, &[RED; 3]);
    let segments: Vec<_> = (1..=3).map(|label| serde_json::json!({"label": label, "rgba": RED})).collect();
    let sidecar = serde_json::json!({ "segments": segments });
    (Bytes::from(cel::codec::encode(&painted).unwrap()), Bytes::from(sidecar.to_string()))
}

pub fn clip(cut: &str, drawings: Vec<ManifestDrawing>, job_drawings: u32) -> ManifestClip {
    ManifestClip {
        cut: cut.into(),
        cel: "A".into(),
        characters: Vec::new(),
        mode: Some(common::Mode::PreviousFrame),
        model: None,
        shots: None,
        size: None,
        job_drawings: Some(job_drawings),
        drawings,
    }
}

//! A cluster hears which workers are busy.

use std::sync::{Arc, Mutex};

use common::farm::{SpecFormat, WorkerInfo};
use common::ids::Pool;
use common::queue::{Claim, ClaimRequest, JobQueue, NewWorker};
use scheduler::pods::Cluster;
use scheduler::rounds::Options;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::{TcpListener, TcpStream};

use super::farm::{Farm, model, options, rounds, until};
use super::manifest::plain;

/// The server of a cluster's API.
struct Api {
    port: u16,
    state: Arc<Mutex<State>>,
}

struct State {
    /// The status of every answer.
    status: u16,
    /// Requests that were answered with 200: first line, token, and body.
    taken: Vec<[String; 3]>,
    /// All others.
    refused: usize,
}

impl Api {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let state = Arc::new(Mutex::new(State { status: 200, taken: Vec::new(), refused: 0 }));
        let api = Self { port: listener.local_addr().unwrap().port(), state: Arc::clone(&state) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                answer(stream, &state).await;
            }
        });
        api
    }

    fn answer_with(&self, status: u16) {
        self.state.lock().unwrap().status = status;
    }

    fn refused(&self) -> usize {
        self.state.lock().unwrap().refused
    }

    /// Pods with the costs that were told, in order.
    fn told(&self) -> Vec<(String, String)> {
        let taken = self.state.lock().unwrap().taken.clone();
        let pair = |[line, _, body]: [String; 3]| {
            let path = line.strip_prefix("PATCH /api/v1/namespaces/studio/pods/").unwrap().to_owned();
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            let cost = &body["metadata"]["annotations"]["controller.kubernetes.io/pod-deletion-cost"];
            (path.strip_suffix(" HTTP/1.1").unwrap().to_owned(), cost.as_str().unwrap().to_owned())
        };
        taken.into_iter().map(pair).collect()
    }

    fn last_token(&self) -> String {
        self.state.lock().unwrap().taken.last().unwrap()[1].clone()
    }
}

/// Answers one request, and closes.
async fn answer(stream: TcpStream, state: &Mutex<State>) {
    let mut stream = BufStream::new(stream);
    let (mut head, mut line) = (Vec::new(), String::new());
    while stream.read_line(&mut line).await.unwrap() > 2 {
        head.push(std::mem::take(&mut line).trim_end().to_owned());
    }
    let header = |name: &str| head.iter().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    assert_eq!(header("content-type: "), "application/merge-patch+json");
    let mut body = vec![0; header("content-length: ").parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    let status = {
        let mut state = state.lock().unwrap();
        match state.status {
            200 => {
                let body = String::from_utf8(body).unwrap();
                state.taken.push([head[0].clone(), header("authorization: Bearer "), body]);
            }
            _ => state.refused += 1,
        }
        state.status
    };
    let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}");
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
}

async fn join(queue: &dyn JobQueue, pod: &str) {
    let info = WorkerInfo { host: pod.into(), ..WorkerInfo::default() };
    let worker = NewWorker {
        id: pod.parse().unwrap(),
        nonce: "n".into(),
        pools: vec![pool()],
        info: serde_json::to_string(&info).unwrap(),
    };
    queue.register(worker).await.unwrap();
}

fn pool() -> Pool {
    model().pool(&Pool::default(), SpecFormat::FIRST).unwrap()
}

#[tokio::test]
async fn a_cluster_hears_of_each_change_once() {
    let (farm, api) = (Farm::memory().await, Api::start().await);
    let token = farm.dir().join("token");
    std::fs::write(&token, "first\n").unwrap();
    let cluster = Cluster {
        url: format!("http://127.0.0.1:{}", api.port),
        namespace: "studio".into(),
        token: token.clone(),
        agent: ureq::Agent::config_builder().http_status_as_error(false).build().into(),
    };
    let soon = std::time::Duration::from_millis(20);
    let scheduler = farm.start(Options { cluster: Some(cluster), pods: soon, ..options("s1") }).await;
    let queue = farm.queue().await;
    queue.join().await.unwrap();
    for pod in ["worker-a", "worker-b"] {
        join(queue.as_ref(), pod).await;
    }
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(pod, cost)| ((*pod).to_owned(), (*cost).to_owned())).collect()
    };
    let mut expected = pairs(&[("worker-a", "0"), ("worker-b", "0")]);
    until("both are idle", async || {
        let mut told = api.told();
        told.sort();
        told == expected
    })
    .await;
    assert_eq!(api.last_token(), "first");

    // One gets a job; the cluster refuses for a while, and has another token then.
    api.answer_with(403);
    farm.submit(&scheduler, &plain(3), "1").await;
    let request = ClaimRequest { worker: "worker-b".parse().unwrap(), pools: vec![pool()], warm: Vec::new() };
    until("it has a job", async || matches!(queue.claim(&request).await.unwrap(), Claim::Granted(_))).await;
    until("it is tried again", async || api.refused() > 2).await;
    std::fs::write(&token, "second\n").unwrap();
    api.answer_with(200);
    expected.extend(pairs(&[("worker-b", "1")]));
    until("one is busy", async || api.told().len() == 3).await;
    assert_eq!((&api.told()[2], api.last_token().as_str()), (&expected[2], "second"));

    queue.drain(&"worker-a".parse().unwrap()).await.unwrap();
    until("one leaves", async || api.told().len() == 4).await;
    rounds().await;
    assert_eq!(api.told()[3..], pairs(&[("worker-a", "-1")]), "and nothing is told twice");
}

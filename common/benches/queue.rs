//! The queue's state machine by itself: what it costs without a server and a network.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a benchmark, run by hand")]

use std::hint::black_box;
use std::sync::Arc;

use common::queue::{
    Claim, ClaimRequest, Held, JobQueue, MemoryQueue, NewEpisode, NewJob, NewWorker, Policy, Priority,
    measure,
};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use tokio::runtime::Runtime;

/// Jobs that are ready meanwhile.
const READY: [u64; 2] = [10_000, 100_000];

/// Claims a job and gives it back, so that the queue stays as full as it is.
fn claim(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut group = criterion.benchmark_group("claim and release");
    for ready in READY {
        let queue = Arc::new(MemoryQueue::new(Policy::default()));
        runtime.block_on(measure::fill(&queue, ready)).unwrap();
        let worker = NewWorker {
            id: "w1".parse().unwrap(),
            nonce: "n".into(),
            pools: vec!["gpu".parse().unwrap()],
            info: String::new(),
        };
        runtime.block_on(queue.register(worker.clone())).unwrap();
        let request = ClaimRequest { worker: worker.id, pools: worker.pools, warm: Vec::new() };
        group.bench_function(BenchmarkId::from_parameter(ready), |bencher| {
            bencher.iter(|| {
                let Claim::Granted(grant) = runtime.block_on(queue.claim(&request)).unwrap() else {
                    panic!("jobs are ready");
                };
                let held = Held { key: grant.key, token: grant.token };
                black_box(runtime.block_on(queue.release(&held)).unwrap());
            });
        });
    }
}

/// Submits an episode of a thousand jobs, in chains of ten.
fn submit(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let job = |index: u32| NewJob {
        pool: "gpu".parse().unwrap(),
        cost_ms: 4_000,
        affinity: common::queue::Affinity::default(),
        needs: (!index.is_multiple_of(10)).then(|| index - 1).into_iter().collect(),
        payload: "{\"clip\":\"c0001/A\"}".into(),
        committed: None,
    };
    let jobs: Vec<NewJob> = (0..1_000).map(job).collect();
    criterion.bench_function("submit 1000 jobs", |bencher| {
        bencher.iter(|| {
            let queue = MemoryQueue::new(Policy::default());
            let episode = NewEpisode {
                id: "e1".parse().unwrap(),
                show: "Akiko".parse().unwrap(),
                user: "mei".parse().unwrap(),
                priority: Priority::Normal,
            };
            black_box(runtime.block_on(queue.submit(episode, jobs.clone())).unwrap());
        });
    });
}

criterion_group!(benches, claim, submit);
criterion_main!(benches);

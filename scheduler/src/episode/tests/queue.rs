//! The queue takes what was planned.

use common::farm::{JobId, Payload};
use common::queue::{JobQueue as _, JobState, MemoryQueue, Policy};

use super::*;
use crate::episode::to_queue;

#[tokio::test]
async fn the_queue_takes_a_plan() {
    let manifest = manifest(vec![
        clip("c1", Mode::PreviousFrame, &[false; 6], &["ken"]),
        clip("c2", Mode::Keyframe, &[false; 3], &["akiko"]),
    ]);
    let jobs = planned(&manifest, 4);
    let done = jobs[0].id.clone();
    let committed = |id: &JobId| (*id == done).then(|| Digest::of(b"commit"));
    let (episode, queued) =
        to_queue(&"e1".parse().unwrap(), &manifest, &jobs, |_| "gpu".parse().unwrap(), committed).unwrap();
    let payload: Payload = serde_json::from_str(&queued[1].payload).unwrap();
    assert_eq!(payload, Payload { job: jobs[1].id.clone(), clip: "c1".into() });

    let queue = MemoryQueue::new(Policy::default());
    let status = queue.submit(episode, queued).await.unwrap();
    let counts = [JobState::Done, JobState::Ready, JobState::Blocked].map(|state| status.counts.of(state));
    assert_eq!(counts, [1, 3, 1], "the second job of the chain is ready, since the first is committed");
}

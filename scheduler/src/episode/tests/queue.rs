//! The queue takes what was planned.

use common::farm::{JobId, JobSpec, Payload};
use common::queue::{JobQueue as _, JobState, MemoryQueue, Policy};
use common::trace::TraceContext;

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
    let (id, trace) = ("e1".parse().unwrap(), Some(TraceContext::root()));
    let pool = |_: &JobSpec| "gpu".parse().unwrap();
    let (episode, queued) = to_queue(&id, (&manifest, trace), &jobs, pool, committed).unwrap();
    let payload: Payload = serde_json::from_str(&queued[1].payload).unwrap();
    assert_eq!(
        payload,
        Payload { job: jobs[1].id.clone(), clip: "c1".into(), show: Some(manifest.show.clone()), trace }
    );

    let queue = MemoryQueue::new(Policy::default());
    let status = queue.submit(episode, queued).await.unwrap();
    let counts = [JobState::Done, JobState::Ready, JobState::Blocked].map(|state| status.counts.of(state));
    assert_eq!(counts, [1, 3, 1], "the second job of the chain is ready, since the first is committed");
}

//! A slot: one half claims and prepares, the other paints.

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::farm::Payload;
use common::queue::{Claim, ClaimRequest, FailureClass, Grant, QueueError};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tracing::Instrument as _;

use super::attempt::{self, Ended};
use super::commit;
use super::error::JobError;
use super::lease::{Lease, Verdict};
use super::metrics::{Asked, Ending};
use super::prepare::{self, Ready};
use super::shared::Shared;

/// Longest wait after a claim that failed.
const PAUSE: Duration = Duration::from_secs(2);

/// Runs a slot until the worker ends.
pub(super) async fn run(shared: Arc<Shared>) {
    // One job waits while another is painted.
    let (to_paint, ready) = mpsc::channel(1);
    tokio::join!(claim_all(&shared, to_paint), paint_all(&shared, ready));
}

async fn claim_all(shared: &Arc<Shared>, to_paint: Sender<Ready>) {
    while !shared.drain.is_over() {
        // A job is claimed when the one before it has gone to be painted, so that nobody waits for what lies here.
        let place = tokio::select! {
            () = shared.drain.over() => return,
            place = to_paint.reserve() => place,
        };
        let Ok(place) = place else { return };
        let Some((lease, grant)) = claim(shared).await else { return };
        let (clip, trace) = (tracing::field::Empty, tracing::field::Empty);
        let span = tracing::info_span!(
            "job", job.id = %grant.key, job.attempt = grant.attempt, clip.id = clip, trace.id = trace
        );
        if let Some(ready) = take(shared, &lease, &grant).instrument(span).await {
            place.send(ready);
        }
    }
}

/// Claims a job; waits until there is one. `None` when the worker ends.
async fn claim(shared: &Shared) -> Option<(Arc<Lease>, Grant)> {
    let mut silent = false;
    loop {
        if shared.drain.is_over() {
            return None;
        }
        let queue = shared.session.queue();
        let listener = queue.listen(&shared.pools);
        let request = ClaimRequest {
            worker: shared.session.worker().clone(),
            pools: shared.pools.clone(),
            warm: shared.warm.all(),
        };
        let sent = Instant::now();
        let claimed = queue.claim(&request).await;
        shared.metrics.claim_seconds.observe(sent.elapsed().as_secs_f64());
        shared.metrics.claims.of(Asked::from(&claimed)).inc();
        let wait = match claimed {
            Ok(Claim::Granted(grant)) => match add(shared, &grant, sent) {
                Some(lease) => return Some((lease, grant)),
                None => continue,
            },
            Ok(Claim::Draining) => {
                shared.drain.drain();
                return None;
            }
            Ok(Claim::Nothing) => {
                silent = false;
                shared.options.poll
            }
            Err(error) => pause_after(shared, &error, &mut silent),
        };
        tokio::select! {
            () = shared.drain.over() => {}
            () = listener.wait(wait.mul_f64(rand::random_range(0.5..=1.0))) => {}
        }
    }
}

fn add(shared: &Shared, grant: &Grant, sent: Instant) -> Option<Arc<Lease>> {
    let lease = shared.leases.add(grant, sent, shared.options.fence())?;
    if shared.drain.is_over() {
        lease.tell(Verdict::Yield);
    }
    Some(lease)
}

/// How long to wait after a claim that failed; what is the same as before is not told again.
fn pause_after(shared: &Shared, error: &QueueError, silent: &mut bool) -> Duration {
    match error {
        QueueError::Epoch { .. } | QueueError::NoWorker(_) => {
            shared.session.alarm.notify_one();
            PAUSE / 10
        }
        _ => {
            if !std::mem::replace(silent, true) {
                tracing::warn!(%error, "claims fail; trying on");
            }
            PAUSE
        }
    }
}

/// Prepares a job, unless it is committed already or is not wanted any more.
async fn take(shared: &Shared, lease: &Arc<Lease>, grant: &Grant) -> Option<Ready> {
    let prepared = async {
        let payload = prepare::payload(grant)?;
        name(&payload);
        tracing::info!("claimed");
        prepare_or_complete(shared, lease, payload, grant).await
    };
    let prepared = tokio::select! {
        biased;
        () = lease.told(Verdict::Yield) => Ok(None),
        prepared = prepared => prepared,
    };
    match prepared {
        Ok(Some(ready)) => Some(ready),
        Ok(None) => {
            give_back(shared, lease).await;
            None
        }
        Err(error) => {
            fail(shared, lease, &error).await;
            None
        }
    }
}

/// Tells the log of the job more about it.
fn name(payload: &Payload) {
    let span = tracing::Span::current();
    span.record("clip.id", payload.clip.as_str());
    if let Some(trace) = &payload.trace {
        span.record("trace.id", trace.trace_id());
    }
}

async fn prepare_or_complete(
    shared: &Shared,
    lease: &Arc<Lease>,
    payload: Payload,
    grant: &Grant,
) -> Result<Option<Ready>, JobError> {
    if let Some(commit) = commit::existing(shared.store.as_ref(), &payload.job).await? {
        commit::complete(shared, lease, &commit).await;
        shared.leases.remove(lease);
        return Ok(None);
    }
    prepare::prepare(shared, lease, payload, &grant.checkpoints).await.map(Some)
}

async fn paint_all(shared: &Arc<Shared>, mut ready: Receiver<Ready>) {
    while let Some(ready) = ready.recv().await {
        let span = ready.span.clone();
        paint(shared, Arc::new(ready)).instrument(span).await;
    }
}

async fn paint(shared: &Arc<Shared>, ready: Arc<Ready>) {
    let lease = &ready.lease;
    if lease.verdict() != Verdict::Go {
        return give_back(shared, lease).await;
    }
    match attempt::paint(shared, &ready).await {
        Ok(Ended::Committed(commit)) => {
            shared.warm.note(ready.spec.affinity());
            shared.metrics.attempts.of(Ending::Committed).inc();
            commit::complete(shared, lease, &commit).await;
            shared.leases.remove(lease);
        }
        Ok(Ended::Stopped) => give_back(shared, lease).await,
        Err(error) => fail(shared, lease, &error).await,
    }
}

/// Gives a job back, if it is still ours.
async fn give_back(shared: &Shared, lease: &Arc<Lease>) {
    let held = lease.held();
    let lost = lease.verdict() == Verdict::Lost;
    shared.metrics.attempts.of(if lost { Ending::Lost } else { Ending::Released }).inc();
    if lost {
        tracing::warn!("lost: another worker goes on with it");
    } else if let Err(error) = shared.session.queue().release(&held).await {
        tracing::warn!(%error, "not given back; it comes back when its lease is over");
    }
    shared.leases.remove(lease);
}

/// Ends an attempt with a failure, unless the worker itself has failed or the lease is over.
async fn fail(shared: &Shared, lease: &Arc<Lease>, error: &JobError) {
    if lease.verdict() > Verdict::Go {
        return give_back(shared, lease).await;
    }
    let JobError { class, reason } = error;
    shared.metrics.attempts.of(Ending::from(class)).inc();
    match class {
        FailureClass::Permanent => tracing::error!(%reason, "failed for good"),
        _ => tracing::warn!(%reason, job.class = ?class, "failed"),
    }
    if let Err(error) = shared.session.queue().fail(&lease.held(), class.clone(), reason).await {
        tracing::warn!(%error, "not told; the job comes back when its lease is over");
    }
    shared.leases.remove(lease);
}

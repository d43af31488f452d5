//! Everything the queue knows as sorted text, for comparing one backend with another.

use super::{Job, Place, Shard};
use crate::ids::JobKey;

impl Shard {
    /// One line a fact, sorted. Ids of events are left out: each backend has its own.
    pub fn dump(&self) -> Vec<String> {
        let epoch = self.epoch.map(|epoch| epoch.to_string()).unwrap_or_default();
        let mut lines =
            vec![format!("meta {epoch} {} {} {}", self.canary, self.stale, u8::from(self.paused))];
        lines.extend(self.leader.iter().map(|(who, until)| format!("leader {who} {until}")));
        lines.extend(self.pools.iter().map(|pool| format!("pool {pool}")));
        lines.extend(self.vtime.iter().map(|(order, at)| format!("vtime {order} {at}")));
        lines.extend(self.flows.iter().map(|(flow, tag)| format!("flow {flow} {} {}", tag.last, tag.ready)));
        lines.extend(self.episodes.iter().map(|(id, e)| {
            let (state, priority) = (e.state.name(), e.priority);
            let counts = e.counts.0;
            format!(
                "episode {id} {state} {}/{} {priority} {} {} {counts:?} {}",
                e.show, e.user, e.jobs, e.loaded, e.created
            )
        }));
        lines.extend(self.jobs.iter().map(|(key, job)| job_line(key, job)));
        lines.extend(self.jobs.iter().flat_map(|(key, job)| {
            job.checkpoints
                .iter()
                .enumerate()
                .map(move |(at, content)| format!("checkpoint {key}#{at} {content}"))
        }));
        lines.extend(self.ready.iter().map(|entry| format!("ready {entry}")));
        for (name, index) in [("lease", &self.leases), ("delayed", &self.delayed), ("dead", &self.dead)] {
            lines.extend(index.iter().map(|(time, member)| format!("{name} {time} {member}")));
        }
        lines.extend(self.workers.iter().map(|(id, w)| {
            let pools: Vec<&str> = w.pools.iter().map(crate::ids::Pool::as_str).collect();
            let (state, pools) = (w.state.name(), pools.join(","));
            format!(
                "worker {id} {state} {} {pools} {} {} {} {}",
                w.nonce, w.info, w.blame, w.blocked_until, w.beat
            )
        }));
        lines.sort();
        // The log keeps its order.
        lines.extend(self.events.iter().map(|e| format!("event {} {} {}", e.kind.name(), e.subject, e.note)));
        lines
    }
}

fn job_line(key: &JobKey, job: &Job) -> String {
    let place = match &job.place {
        Place::None => String::new(),
        Place::Entry(entry) => entry.clone(),
        Place::Time(time) => time.to_string(),
    };
    let list = |items: &[String]| items.join(",");
    let children: Vec<String> = job.children.iter().map(ToString::to_string).collect();
    let failed_on: Vec<String> = job.failed_on.iter().map(ToString::to_string).collect();
    let (worker, token) =
        (job.worker.as_ref().map(ToString::to_string), job.token.as_ref().map(ToString::to_string));
    [
        format!("job {key} {} {} {} {} {}", job.state.name(), job.since, job.pool, job.cost_ms, job.affinity),
        format!(
            "{} [{}] {} {} {} {}",
            job.needs,
            list(&children),
            job.attempt,
            job.grants,
            job.lost,
            job.resource
        ),
        format!("[{}] {} {} {place}", list(&failed_on), job.checkpoints.len(), job.priority),
        format!("{} {} {}", worker.unwrap_or_default(), token.unwrap_or_default(), job.note),
        job.payload.clone(),
        format!("{} {}", job.blamed, job.begun),
    ]
    .join(" ")
}

//! `shiage explain`.

use common::queue::Explanation;
use scheduler::api::JobDetail;

use super::args::JobArgs;
use super::http::Client;
use super::print_json;
use super::table::{duration, plain};
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Runs `shiage explain`.
pub fn run(args: &JobArgs) -> Result<Exit, CliError> {
    let detail: JobDetail = Client::new(&args.server)?.get(&format!("/jobs/{}", args.job))?;
    if args.server.json {
        print_json(&detail);
        return Ok(Exit::Done);
    }
    let job = &detail.job;
    terminal::result(&format!(
        "{} ({}, {} drawings): {}",
        job.key,
        plain(&job.clip),
        job.drawings,
        plain(&why(&detail.explanation))
    ));
    terminal::result(&format!("paints {}", plain(&detail.targets.join(", "))));
    terminal::result(&format!("from {}", plain(&detail.references.join(", "))));
    Ok(Exit::Done)
}

/// Why a job is where it is, in a sentence.
fn why(explanation: &Explanation) -> String {
    let time = |ms: &u64| duration(*ms as f64 / 1_000.0);
    match explanation {
        Explanation::Blocked { needs } => format!("waits for {needs} jobs of its clip that come before it"),
        Explanation::Loading => "its episode is on its way into the queue".into(),
        Explanation::Paused => "waits, since its episode or the whole queue is paused".into(),
        Explanation::Ready { workers: 0, .. } => {
            "waits for a worker: none has its model and serves its pool".into()
        }
        Explanation::Ready { rank, workers, shunned } => {
            let shunned =
                if *shunned > 0 { format!(", of which {shunned} have failed it") } else { String::new() };
            format!("can be painted: {rank} jobs go first, {workers} workers{shunned}")
        }
        Explanation::Running { worker, attempt, lease_ms, progress } => format!(
            "is painted by {worker}, attempt {attempt}, {progress} drawings done, lease for {}",
            time(lease_ms)
        ),
        Explanation::Delayed { wait_ms, reason } => format!("comes back in {}: {reason}", time(wait_ms)),
        Explanation::Done => "is painted".into(),
        Explanation::Dead { reason } => {
            format!("has failed for good: {reason} (`shiage retry` sends it back)")
        }
        Explanation::Cancelled => "its episode was cancelled".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_no_worker_can_paint_says_so() {
        let text = why(&Explanation::Ready { rank: 0, workers: 0, shunned: 0 });
        assert!(text.contains("none has its model"));
        assert!(why(&Explanation::Ready { rank: 3, workers: 2, shunned: 1 }).contains("3 jobs go first"));
    }
}

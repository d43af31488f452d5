//! `shiage explain`.

use common::farm::SpecFormat;
use common::ids::Pool;
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
        plain(&why(&detail.explanation, &job.pool))
    ));
    terminal::result(&format!("paints {}", plain(&detail.targets.join(", "))));
    terminal::result(&format!("from {}", plain(&detail.references.join(", "))));
    Ok(Exit::Done)
}

/// Why a job of a pool is where it is, in a sentence.
fn why(explanation: &Explanation, pool: &Pool) -> String {
    let time = |ms: &u64| duration(*ms as f64 / 1_000.0);
    match explanation {
        Explanation::Blocked { needs } => format!("waits for {needs} jobs of its clip that come before it"),
        Explanation::Loading => "its episode is on its way into the queue".into(),
        Explanation::Paused => "waits, since its episode or the whole queue is paused".into(),
        Explanation::Ready { workers: 0, .. } => {
            let format = SpecFormat::number_in(pool);
            format!(
                "waits for a worker: none has its model, serves its pool {pool} and reads format {format}"
            )
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
        let pool = "default-shape-f2".parse().unwrap();
        let text = why(&Explanation::Ready { rank: 0, workers: 0, shunned: 0 }, &pool);
        assert!(text.contains("none has its model") && text.ends_with("reads format 2"), "{text}");
        let text = why(&Explanation::Ready { rank: 3, workers: 2, shunned: 1 }, &pool);
        assert!(text.contains("3 jobs go first"), "{text}");
    }
}

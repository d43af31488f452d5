//! What is printed.

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::queues::Queue;
use crate::rounds::{ROUNDS, Rounds};
use crate::work::{CONCURRENCY, Work};

/// The versions that were built.
const LOCK: &str = include_str!("../Cargo.lock");

/// All figures.
#[derive(Debug, Serialize)]
pub struct Report {
    jobs: u64,
    concurrency: u64,
    peer_workers: u64,
    rounds: usize,
    redis: String,
    queues: Vec<Figures>,
}

/// Those of a queue.
#[derive(Debug, Serialize)]
struct Figures {
    name: &'static str,
    version: &'static str,
    jobs_per_s: f64,
    jobs_per_s_of_rounds: Vec<f64>,
    /// How many times as many jobs a second our queue completes.
    ours_to_this: f64,
}

impl Report {
    /// The figures of these rounds.
    pub fn new(work: Work, rounds: &Rounds) -> Result<Self> {
        let medians: Vec<f64> = rounds.per_s.iter().map(|per_s| median(per_s)).collect();
        let mut queues = Vec::new();
        for ((queue, per_s), median) in Queue::ALL.into_iter().zip(&rounds.per_s).zip(&medians) {
            queues.push(Figures {
                name: queue.name(),
                version: locked(queue.package())?,
                jobs_per_s: median.round(),
                jobs_per_s_of_rounds: per_s.iter().map(|value| value.round()).collect(),
                ours_to_this: (medians[0] / median * 100.0).round() / 100.0,
            });
        }
        let (Work { jobs, peer_workers }, redis) = (work, rounds.redis.clone());
        Ok(Self { jobs, concurrency: CONCURRENCY, peer_workers, rounds: ROUNDS, redis, queues })
    }

    /// The figures as a table.
    pub fn table(&self) -> String {
        let mut lines = vec![
            format!(
                "{} jobs, {} at a time, workers of each peer: {}; Redis {}; median of {} rounds",
                self.jobs, self.concurrency, self.peer_workers, self.redis, self.rounds
            ),
            String::new(),
            format!("{:<23} {:<8} {:>10} {:>12}  each round", "queue", "version", "jobs/s", "ours/this"),
        ];
        for queue in &self.queues {
            let rounds: Vec<String> = queue.jobs_per_s_of_rounds.iter().map(f64::to_string).collect();
            lines.push(format!(
                "{:<23} {:<8} {:>10} {:>12.2}  {}",
                queue.name,
                queue.version,
                queue.jobs_per_s,
                queue.ours_to_this,
                rounds.join(" ")
            ));
        }
        lines.join("\n")
    }
}

/// The one in the middle; 0 of none.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// The version of a package in the lock file.
fn locked(package: &str) -> Result<&'static str> {
    let name = format!("name = \"{package}\"\nversion = \"");
    let found = LOCK.split_once(name.as_str()).and_then(|(_, rest)| rest.split_once('"'));
    found.map(|(version, _)| version).with_context(|| format!("the lock file does not name {package}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_medians_and_ratios() {
        let per_s = vec![
            vec![900.0, 1000.0, 1100.0],
            vec![400.0, 500.0, 600.0],
            vec![2000.0, 1.0, 9000.0],
            vec![1000.0; 3],
        ];
        let rounds = Rounds { redis: "7.0".to_owned(), per_s };
        let report = Report::new(Work { jobs: 10, peer_workers: 1 }, &rounds).unwrap();
        let figures: Vec<_> =
            report.queues.iter().map(|queue| (queue.jobs_per_s, queue.ours_to_this)).collect();
        assert_eq!(figures, [(1000.0, 1.0), (500.0, 2.0), (2000.0, 0.5), (1000.0, 1.0)]);
        assert_eq!(report.table().lines().count(), 3 + Queue::ALL.len());
    }

    #[test]
    fn packages_that_are_not_locked_are_named() {
        assert!(locked("nothing").unwrap_err().to_string().contains("nothing"));
    }
}

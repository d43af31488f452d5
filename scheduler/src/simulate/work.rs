//! An episode's jobs as a simulation needs them.

use std::collections::BTreeMap;

use common::Digest;
use common::farm::{BlobReference, Manifest};
use common::ids::Pool;
use common::queue::{Affinity, NewEpisode, NewJob};

use super::{Costs, SimulateError};
use crate::episode::{Planned, Rate, Rates, plan, to_queue};

/// A painted drawing that others are painted from, by number.
pub(super) type Painted = u32;

/// The work of an episode.
#[derive(Clone, Debug)]
pub struct Work {
    pub(super) episode: NewEpisode,
    pub(super) jobs: Vec<NewJob>,
    pub(super) parts: Vec<Part>,
    pub(super) costs: Costs,
}

/// The work of a job.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Drawings to paint.
    pub drawings: u32,
    pub affinity: Affinity,
    /// References of every drawing, which were given.
    given: Vec<Painted>,
    /// The job that it continues.
    after: Option<usize>,
    /// What was painted before its first drawing, if it continues another job.
    before: Option<Painted>,
    /// Its drawings have the numbers from here on.
    first: Painted,
    /// Whether each drawing is painted from the one before.
    carry: bool,
}

impl Part {
    /// What must be embedded to begin at one of its drawings.
    pub fn references(&self, position: u32) -> impl Iterator<Item = Painted> {
        let before = if position == 0 { self.before } else { self.carried(position - 1) };
        self.given.iter().copied().chain(before)
    }

    /// A drawing whose features are kept since the next one is painted from it.
    pub fn carried(&self, position: u32) -> Option<Painted> {
        self.carry.then_some(self.first + position)
    }
}

impl Work {
    /// Plans an episode as the scheduler does, in jobs of about `target_seconds`.
    ///
    /// # Errors
    /// When the queue would not take the jobs.
    pub fn plan(manifest: &Manifest, costs: Costs, target_seconds: u32) -> Result<Self, SimulateError> {
        let mut rates = Rates::default();
        let rate = Rate { seconds: costs.drawing_us as f64 / 1e6, seconds_per_megapixel: 0.0 };
        rates.measure(&manifest.model, rate);
        let planned = plan(manifest, &rates, target_seconds)?;
        let (episode, jobs) =
            to_queue(&"e1".parse()?, (manifest, None), &planned, |_| Pool::default(), |_| None)?;
        Ok(Self { episode, jobs, parts: parts(&planned), costs })
    }

    /// Jobs of the episode.
    #[must_use]
    pub fn jobs(&self) -> usize {
        self.jobs.len()
    }

    /// Drawings to paint.
    #[must_use]
    pub fn drawings(&self) -> u32 {
        self.parts.iter().map(|part| part.drawings).sum()
    }

    /// Drawings of the longest path: a chain from its start to its end, or a job that continues no other.
    #[must_use]
    pub fn longest_path(&self) -> u32 {
        self.along(|part| part.drawings, |_| 0).into_iter().max().unwrap_or(0)
    }

    /// What the engines must do in any case, in microseconds: no farm of so many workers takes less than its part of it.
    #[must_use]
    pub fn engine_us(&self) -> u64 {
        self.parts.iter().map(|part| self.paint_us(part) + self.costs.commit_us).sum()
    }

    /// What the longest path takes from first claim to last commit, in microseconds: no farm takes less.
    #[must_use]
    pub fn critical_path_us(&self) -> u64 {
        let job = |part: &Part| self.costs.fetch_us + self.paint_us(part) + self.costs.commit_us;
        let begin = |part: &Part| part.given.len() as u64 * self.costs.embedding_us;
        self.along(job, begin).into_iter().max().unwrap_or(0)
    }

    fn paint_us(&self, part: &Part) -> u64 {
        u64::from(part.drawings) * self.costs.drawing_us
    }

    /// The sum over each job and those it continues, with what the first of them needs to begin.
    fn along<T>(&self, of: impl Fn(&Part) -> T, begin: impl Fn(&Part) -> T) -> Vec<T>
    where
        T: Copy + std::ops::Add<Output = T>,
    {
        let mut sums: Vec<T> = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let before = part.after.and_then(|index| sums.get(index).copied());
            sums.push(before.unwrap_or_else(|| begin(part)) + of(part));
        }
        sums
    }
}

fn parts(planned: &[Planned]) -> Vec<Part> {
    let mut known = BTreeMap::new();
    let mut number = |reference| {
        let next = known.len() as Painted;
        *known.entry(content(reference)).or_insert(next)
    };
    let given: Vec<Vec<Painted>> =
        planned.iter().map(|job| references(job).map(&mut number).collect()).collect();
    let mut first = known.len() as Painted;
    let mut parts: Vec<Part> = Vec::with_capacity(planned.len());
    for (job, given) in planned.iter().zip(given) {
        let after = job.needs.first().map(|&index| index as usize);
        let last = |part: &Part| part.carried(part.drawings - 1);
        parts.push(Part {
            drawings: job.spec.targets.len() as u32,
            affinity: job.affinity,
            given,
            after,
            before: after.and_then(|index| parts.get(index)).and_then(last),
            first,
            carry: job.spec.carry,
        });
        first += job.spec.targets.len() as Painted;
    }
    parts
}

fn references(job: &Planned) -> impl Iterator<Item = &BlobReference> {
    job.spec.anchor.iter().chain(&job.spec.follows).chain(&job.spec.sheets)
}

fn content(reference: &BlobReference) -> (&Digest, &Digest) {
    (&reference.line.digest, &reference.painted.digest)
}

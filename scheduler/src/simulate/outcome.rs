//! How an episode went.

/// How an episode went on a farm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Workers of the farm.
    pub workers: u32,
    /// From the first claim to the last commit, in microseconds.
    pub makespan_us: u64,
    /// Drawings painted and recorded.
    pub drawings: u32,
    /// Jobs committed.
    pub jobs: u32,
    /// References embedded.
    pub embeddings: u32,
    /// Workers that died.
    pub deaths: u32,
    /// Leases that expired.
    pub lost_leases: u32,
    /// Time of all workers on drawings that were recorded, in microseconds.
    pub painting_us: u64,
    /// On references.
    pub embedding_us: u64,
    /// On commits.
    pub committing_us: u64,
    /// On what a death undid.
    pub undone_us: u64,
}

impl Outcome {
    /// The share of their time, 0 to 1, in which workers had no job, waited for the drawings of one, or were dead.
    #[must_use]
    pub fn idle(&self) -> f64 {
        let busy = self.painting_us + self.embedding_us + self.committing_us + self.undone_us;
        self.share_left(busy)
    }

    /// The share of their time, 0 to 1, that workers spent on references.
    #[must_use]
    pub fn embedding(&self) -> f64 {
        1.0 - self.share_left(self.embedding_us)
    }

    fn share_left(&self, spent_us: u64) -> f64 {
        1.0 - spent_us as f64 / (self.makespan_us as f64 * f64::from(self.workers)).max(1.0)
    }
}

//! A simulated worker.

use std::collections::{HashSet, VecDeque};

use common::ids::{InvalidName, Pool, WorkerId};
use common::queue::{Affinity, ClaimRequest, Grant, Held, NewWorker};

use super::work::{Painted, Part};

/// Affinities that a worker remembers, as one of the farm does.
const WARM: usize = 64;

/// A worker. What it holds in memory is never dropped, but with its life.
#[derive(Debug)]
pub(super) struct Worker {
    pub id: WorkerId,
    /// Which of its lives it lives, or is to live next.
    pub life: u32,
    pub alive: bool,
    /// The job to paint next.
    pub next: Option<Next>,
    pub painting: Option<Painting>,
    embedded: HashSet<Painted>,
    warm: VecDeque<Affinity>,
}

/// A job that was claimed.
#[derive(Clone, Debug)]
pub(super) struct Next {
    pub held: Held,
    pub job: usize,
    /// Drawings of it that are recorded.
    pub position: u32,
    pub fetched: bool,
}

/// A job that is painted.
#[derive(Clone, Debug)]
pub(super) struct Painting {
    pub held: Held,
    pub job: usize,
    /// Drawings of it that are recorded.
    pub position: u32,
    /// When it began, or its last drawing was recorded.
    pub since_us: u64,
    /// Time for references before the next drawing.
    pub embedding_us: u64,
}

impl Worker {
    pub fn new(number: usize, life: u32) -> Result<Self, InvalidName> {
        Ok(Self {
            id: format!("w{number}-{life}").parse()?,
            life,
            alive: true,
            next: None,
            painting: None,
            embedded: HashSet::new(),
            warm: VecDeque::new(),
        })
    }

    pub fn registration(&self) -> NewWorker {
        let (id, info) = (self.id.clone(), String::new());
        NewWorker { id, nonce: "simulation".to_owned(), pools: vec![Pool::default()], info }
    }

    pub fn request(&self) -> ClaimRequest {
        let warm = self.warm.iter().copied().collect();
        ClaimRequest { worker: self.id.clone(), pools: vec![Pool::default()], warm }
    }

    /// The leases it has.
    pub fn held(&self) -> Vec<Held> {
        let painting = self.painting.iter().map(|painting| painting.held.clone());
        painting.chain(self.next.iter().map(|next| next.held.clone())).collect()
    }

    /// Takes a job that it claimed.
    pub fn take(&mut self, grant: Grant) {
        let (job, position) = (grant.key.index as usize, grant.checkpoints.len() as u32);
        let held = Held { key: grant.key, token: grant.token };
        self.next = Some(Next { held, job, position, fetched: false });
    }

    /// Embeds what it does not hold yet of a job's references; gives how many.
    pub fn embed(&mut self, part: &Part, position: u32) -> u32 {
        part.references(position).filter(|&reference| self.embedded.insert(reference)).count() as u32
    }

    /// Remembers what a painted job leaves in memory.
    pub fn finish(&mut self, part: &Part) {
        self.embedded.extend(part.carried(part.drawings - 1));
        self.warm.retain(|&affinity| affinity != part.affinity);
        self.warm.push_front(part.affinity);
        self.warm.truncate(WARM);
    }

    /// Dies; gives the time that is undone by it.
    pub fn die(&mut self, now_us: u64) -> u64 {
        self.alive = false;
        self.next = None;
        self.painting.take().map_or(0, |painting| now_us - painting.since_us)
    }
}

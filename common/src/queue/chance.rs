//! What must differ from call to call and from process to process.

use std::sync::{Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Nonces and jitter.
#[derive(Debug)]
pub(super) struct Chance(Mutex<StdRng>);

impl Chance {
    /// Seeded by the operating system.
    pub fn new() -> Self {
        Self(Mutex::new(StdRng::from_rng(&mut rand::rng())))
    }

    /// The same every time.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// Sixteen hex digits that nobody else will draw.
    pub fn nonce(&self) -> String {
        format!("{:016x}", self.0.lock().unwrap_or_else(PoisonError::into_inner).random::<u64>())
    }

    /// Thousandths of a delay that may be left out, so that what failed together does not come back together.
    pub fn jitter(&self) -> u32 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).random_range(0..=1000)
    }
}

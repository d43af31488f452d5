//! Values of labels.

use common::label;
use common::queue::{Claim, FailureClass, LeaseState, Result};

use crate::pipeline::Stage;

label! {
    /// What became of a drawing.
    pub(in crate::farm) enum Outcome as "result" {
        /// It was painted here.
        Painted = "painted",
        /// It cannot be painted.
        Failed = "failed",
    }
}

label! {
    /// How an attempt at a job ended.
    pub(in crate::farm) enum Ending as "result" {
        /// With a commit.
        Committed = "committed",
        /// Given back unfinished.
        Released = "released",
        /// The lease went to another worker.
        Lost = "lost",
        /// With a failure that may pass.
        Transient = "transient",
        /// For want of memory.
        Resource = "resource",
        /// With a failure for good.
        Permanent = "permanent",
    }
}

impl From<&FailureClass> for Ending {
    fn from(class: &FailureClass) -> Self {
        match class {
            FailureClass::Transient => Self::Transient,
            FailureClass::Resource { .. } => Self::Resource,
            FailureClass::Permanent => Self::Permanent,
        }
    }
}

label! {
    /// What came of a claim.
    pub(in crate::farm) enum Asked as "result" {
        /// A job.
        Granted = "granted",
        /// There was none.
        Nothing = "nothing",
        /// The queue did not answer, or not to this worker.
        Failed = "failed",
    }
}

impl From<&Result<Claim>> for Asked {
    fn from(claim: &Result<Claim>) -> Self {
        match claim {
            Ok(Claim::Granted(_)) => Self::Granted,
            Ok(Claim::Nothing | Claim::Draining) => Self::Nothing,
            Err(_) => Self::Failed,
        }
    }
}

label! {
    /// What a heartbeat said of a lease.
    pub(in crate::farm) enum Renewal as "result" {
        /// It goes on.
        Held = "held",
        /// To be given back after the drawing in hand.
        Preempt = "preempt",
        /// Its episode was cancelled.
        Cancel = "cancel",
        /// Another worker has it.
        Lost = "lost",
    }
}

impl From<LeaseState> for Renewal {
    fn from(state: LeaseState) -> Self {
        match state {
            LeaseState::Held => Self::Held,
            LeaseState::Preempt => Self::Preempt,
            LeaseState::Cancel => Self::Cancel,
            LeaseState::Lost => Self::Lost,
        }
    }
}

label! {
    /// Whether a heartbeat was heard.
    pub(in crate::farm) enum Beat as "result" {
        /// The queue has answered.
        Heard = "heard",
        /// It has not, or does not know the worker.
        Failed = "failed",
    }
}

label! {
    /// A part of a drawing's way through the worker.
    pub(in crate::farm) enum Step as "stage" {
        /// Everything that a job is painted from comes from the store.
        Fetch = "fetch",
        /// [`Stage::Decode`].
        Decode = "decode",
        /// [`Stage::Segment`].
        Segment = "segment",
        /// [`Stage::Embed`].
        Embed = "embed",
        /// [`Stage::Match`].
        Match = "match",
        /// [`Stage::Paint`].
        Paint = "paint",
        /// [`Stage::Write`].
        Write = "write",
        /// A painted drawing goes to the store and is recorded.
        Upload = "upload",
        /// A job is committed.
        Commit = "commit",
    }
}

impl From<Stage> for Step {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Decode => Self::Decode,
            Stage::Segment => Self::Segment,
            Stage::Embed => Self::Embed,
            Stage::Match => Self::Match,
            Stage::Paint => Self::Paint,
            Stage::Write => Self::Write,
        }
    }
}

label! {
    /// What keeps things for later jobs.
    pub(in crate::farm) enum Cache as "cache" {
        /// Embedded references, in memory.
        References = "references",
        /// Fetched drawings, on disk.
        Drawings = "drawings",
    }
}

//! What the processes of a farm tell each other: all of it stands in the store, and the queue only points to it.
//!
//! - A submission uploads its drawings as [blobs](Blob), named by their digests, and then writes the episode's
//!   [`Manifest`]. From then on the episode exists, whatever becomes of the queue.
//! - The scheduler plans the manifest into jobs. It writes the [`JobSpec`] of each and submits to the queue a
//!   [`Payload`] that names it.
//! - A worker reads the spec, paints, writes painted drawings and sidecars under the prefix of its own attempt, and
//!   creates the job's [`Commit`], if there is none yet. The first one counts.
//! - The finisher copies what was committed to its plain names.
//!
//! A job's id is the digest of its spec, and a spec holds nothing of the episode it is painted for. So the same work has
//! the same id in every episode, and is done once. [`layout`] has the key of each object.

mod blob;
mod checkpoint;
mod commit;
mod control;
mod finished;
mod format;
mod job_id;
pub mod layout;
pub mod manifest;
mod model;
mod options;
mod spec;
mod spec_format;
mod trace;
mod worker_info;

pub use self::blob::{Blob, BlobReference};
pub use self::checkpoint::Checkpoint;
pub use self::commit::{Commit, CommittedDrawing, FailedDrawing, Output, Pace, UnusableReference};
pub use self::control::{Control, Decision};
pub use self::finished::Finished;
pub use self::format::{Format, OtherFormat};
pub use self::job_id::JobId;
pub use self::manifest::Manifest;
pub use self::model::{InvalidModelLabel, LongPool, MAX_BASE_POOL, ModelLabel};
pub use self::options::{Alpha, OutputFormat, REVIEW, sidecar_name};
pub use self::spec::{JobSpec, Payload, SpecError, Target};
pub use self::spec_format::{LaterFormat, SpecFormat};
pub use self::trace::Trace;
pub use self::worker_info::WorkerInfo;

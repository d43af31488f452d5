//! What a worker says of itself when it registers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::ModelLabel;

/// Shown to people, and where the scheduler learns which models there are. Fields that a newer worker adds are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerInfo {
    /// Version of the program.
    pub version: String,
    /// Machine it runs on.
    pub host: String,
    /// Its process there.
    pub pid: u32,
    /// Where networks run, such as `cpu`.
    pub device: String,
    /// Memory of that device in bytes; 0 if it is not known.
    pub memory_bytes: u64,
    /// Memory of the process, in bytes, as it was when it last told; 0 if it is not known.
    #[serde(default)]
    pub rss_bytes: u64,
    /// What it paints with.
    pub models: Vec<ModelLabel>,
    /// Jobs it paints at a time.
    pub concurrency: u32,
    /// The latest format of specs that it reads; 0 from a worker that tells none, which reads the first.
    #[serde(default)]
    pub format: u32,
    /// What its people say of it.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

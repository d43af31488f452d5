//! The trace that an episode was submitted in.

use serde::{Deserialize, Serialize};

use super::format::Format;
use crate::trace::TraceContext;

/// What stands in `episodes/<eid>/trace.json`, written once, beside the manifest and not in it: the same manifest is the same
/// episode, whoever asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    /// The version of this document.
    pub format: Format,
    /// The span of the submission.
    pub traceparent: TraceContext,
}

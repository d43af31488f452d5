//! What people have decided about an episode, as the store keeps it.

use serde::{Deserialize, Serialize};

use super::format::Format;
use crate::queue::Priority;

/// What stands in `episodes/<eid>/control.json`, written before the queue is told: a queue that is rebuilt must not
/// bring back what was cancelled. Without it an episode is open at the priority of its manifest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// The version of this document.
    pub format: Format,
    /// Whether it goes on.
    pub decision: Decision,
    /// Its share of the farm, if changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
}

/// Whether an episode goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Its jobs can be claimed.
    #[default]
    Open,
    /// They wait until it is resumed.
    Paused,
    /// They are not wanted any more.
    Cancelled,
}

impl Control {
    /// The document as it stands in the store.
    ///
    /// # Errors
    /// Never for a control in memory; the signature is that of the writer of JSON.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    /// Reads a control.
    ///
    /// # Errors
    /// When the bytes are none, or one of a version that this program does not know.
    pub fn from_json(bytes: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_was_written() {
        let control = Control { format: Format, decision: Decision::Paused, priority: Some(Priority::High) };
        assert_eq!(Control::from_json(&control.to_json().unwrap()).unwrap(), control);
        assert!(Control::from_json(br#"{"format":2,"decision":"open"}"#).is_err());
    }
}

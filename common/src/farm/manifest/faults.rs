//! What is wrong with a manifest, each where it is.

use std::fmt;

/// One thing that is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: `clip c012/A, drawing A0001.tga`; `episode` if it is the whole.
    pub place: String,
    /// What is wrong and what to do.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// A manifest that cannot be painted, with everything that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the manifest cannot be painted:\n{}", listed(.faults))]
pub struct InvalidManifest {
    /// What is wrong, in the order of the manifest.
    pub faults: Vec<Fault>,
}

/// Faults that are spelled out in a message, at most.
const LISTED: usize = 100;

fn listed(faults: &[Fault]) -> String {
    let more = faults.len().saturating_sub(LISTED);
    let tail = (more > 0).then(|| format!("and {more} more"));
    faults.iter().take(LISTED).map(ToString::to_string).chain(tail).collect::<Vec<_>>().join("\n")
}

/// Faults as they are found.
#[derive(Default)]
pub(super) struct Faults(pub Vec<Fault>);

impl Faults {
    /// Notes a problem. A place is made of names from outside, and must stay on one line of a log.
    pub fn add(&mut self, place: impl AsRef<str>, problem: impl Into<String>) {
        let place = place.as_ref().replace(char::is_control, "\u{fffd}");
        self.0.push(Fault { place, problem: problem.into() });
    }
}

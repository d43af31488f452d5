//! The scripts: every change of the queue on Redis is one of them, whole or not at all.

use std::collections::BTreeMap;

/// Their keys, in the order of `lua/lib/record.lua`. One hash tag keeps them on one node of a cluster.
pub(super) const KEYS: [&str; 13] = [
    "{shiage:0}:meta",
    "{shiage:0}:flows",
    "{shiage:0}:episodes",
    "{shiage:0}:jobs",
    "{shiage:0}:ready",
    "{shiage:0}:leases",
    "{shiage:0}:delayed",
    "{shiage:0}:dead",
    "{shiage:0}:workers",
    "{shiage:0}:beats",
    "{shiage:0}:checkpoints",
    EVENTS,
    WAKE,
];
pub(super) const EVENTS: &str = "{shiage:0}:events";
pub(super) const WAKE: &str = "{shiage:0}:wake";

const RECORD: &str = include_str!("lua/lib/record.lua");
const EPOCH: &str = include_str!("lua/lib/epoch.lua");
const STATE: &str = include_str!("lua/lib/state.lua");
const GRANT: &str = include_str!("lua/lib/grant.lua");
const ATTEMPT: &str = include_str!("lua/lib/attempt.lua");
const REQUEUE: &str = include_str!("lua/lib/requeue.lua");

/// A script's name and its parts, in order.
macro_rules! scripts {
    ($($name:literal: $($lib:ident)*;)*) => {
        [$((
            $name,
            &[$($lib,)* include_str!(concat!("lua/", $name, ".lua"))] as &[&str],
        ),)*]
    };
}

/// A script as it is run.
#[derive(Debug)]
pub(super) struct Script {
    pub name: &'static str,
    pub source: String,
    pub sha: String,
}

/// All scripts by name.
#[derive(Debug)]
pub(super) struct Scripts(BTreeMap<&'static str, Script>);

impl Scripts {
    pub fn new() -> Self {
        Self::build(str::to_owned)
    }

    /// Scripts whose clock is the value of a key, which a test sets.
    #[cfg(any(test, feature = "testsuite"))]
    pub fn with_clock_at(key: &str) -> Self {
        let read = format!("local now = tonumber(call('GET', '{key}'))");
        Self::build(|source| source.replace("local now = server_time()", &read))
    }

    fn build(finish: impl Fn(&str) -> String) -> Self {
        let script = |(name, parts): (&'static str, &[&str])| {
            let source = finish(&parts.concat());
            let sha = redis::Script::new(&source).get_hash().to_owned();
            (name, Script { name, source, sha })
        };
        Self(all().into_iter().map(script).collect())
    }

    pub fn get(&self, name: &str) -> Option<&Script> {
        self.0.get(name)
    }
}

fn all() -> Vec<(&'static str, &'static [&'static str])> {
    #[cfg_attr(not(any(test, feature = "testsuite")), expect(unused_mut, reason = "for tests"))]
    let mut all = Vec::from(scripts! {
        "audit": RECORD EPOCH STATE;
        "begin": RECORD EPOCH STATE;
        "checkpoint": RECORD EPOCH STATE;
        "claim": RECORD EPOCH STATE GRANT;
        "complete": RECORD EPOCH STATE ATTEMPT;
        "counts": RECORD EPOCH;
        "dead": RECORD EPOCH;
        "decide": RECORD EPOCH;
        "deregister": RECORD EPOCH STATE;
        "drain": RECORD EPOCH;
        "episode": RECORD EPOCH STATE;
        "episodes": RECORD EPOCH STATE;
        "explain": RECORD EPOCH;
        "extend_leases": RECORD EPOCH STATE;
        "fail": RECORD EPOCH STATE ATTEMPT;
        "forget": RECORD EPOCH STATE;
        "forgive": RECORD EPOCH;
        "heartbeat": RECORD EPOCH STATE;
        "job": RECORD EPOCH;
        "load": RECORD EPOCH;
        "open": RECORD EPOCH STATE;
        "pause_all": RECORD EPOCH;
        "pulse": RECORD;
        "reap": RECORD EPOCH STATE ATTEMPT;
        "reattach": RECORD EPOCH STATE GRANT;
        "record_commit": RECORD EPOCH STATE ATTEMPT;
        "register": RECORD EPOCH;
        "release": RECORD EPOCH STATE;
        "requeue": RECORD EPOCH STATE REQUEUE;
        "requeue_dead": RECORD EPOCH STATE REQUEUE;
        "reset": RECORD;
        "server": RECORD;
        "set_priority": RECORD EPOCH STATE;
        "settle": RECORD EPOCH STATE;
        "workers": RECORD EPOCH;
    });
    #[cfg(any(test, feature = "testsuite"))]
    all.extend(scripts! { "dump": RECORD STATE; });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_tells_its_arguments_and_what_it_writes() {
        for (name, parts) in all() {
            let own = parts.last().unwrap();
            assert!(own.contains("-- ARGV: ") && own.contains("Returns "), "{name}");
            assert!(own.contains("Writes ") || own.contains("Reads "), "{name}");
        }
    }

    #[test]
    fn keys_stay_on_one_node() {
        assert!(KEYS.iter().all(|key| key.starts_with("{shiage:0}:")));
    }

    #[test]
    fn the_clock_of_a_test_takes_the_place_of_the_servers() {
        let scripts = Scripts::with_clock_at("now");
        assert!(scripts.get("claim").unwrap().source.contains("call('GET', 'now')"));
    }
}

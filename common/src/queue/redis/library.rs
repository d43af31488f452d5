//! The functions on Redis: every change of the queue is one of them, whole or not at all.

/// Their keys, in the order of `lua/lib/record.lua`. One hash tag keeps them on one node of a cluster; `v1` is the format
/// of the records: a release that changes it begins on other keys, with a queue rebuilt from the store.
pub(super) const KEYS: [&str; 9] = [
    "{shiage:0}:v1:records",
    "{shiage:0}:v1:episodes",
    "{shiage:0}:v1:ready",
    "{shiage:0}:v1:leases",
    "{shiage:0}:v1:delayed",
    "{shiage:0}:v1:dead",
    "{shiage:0}:v1:beats",
    EVENTS,
    WAKE,
];
pub(super) const EVENTS: &str = "{shiage:0}:v1:events";
pub(super) const WAKE: &str = "{shiage:0}:v1:wake";

/// What the functions share, in order.
const LIBRARY: [&str; 8] = [
    include_str!("lua/lib/record.lua"),
    include_str!("lua/lib/epoch.lua"),
    include_str!("lua/lib/state.lua"),
    include_str!("lua/lib/grant.lua"),
    include_str!("lua/lib/claim.lua"),
    include_str!("lua/lib/attempt.lua"),
    include_str!("lua/lib/complete.lua"),
    include_str!("lua/lib/requeue.lua"),
];

macro_rules! functions {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("lua/", $name, ".lua"))),)*]
    };
}

const FUNCTIONS: [(&str, &str); 39] = functions! {
    "audit" "begin" "begin_attempt" "checkpoint" "claim" "complete" "complete_and_claim" "counts" "dead" "decide" "deregister" "drain" "episode"
    "episodes" "explain" "extend_leases" "fail" "forget" "forgive" "heartbeat" "job" "jobs" "lead" "load" "open" "pause_all"
    "reap" "reattach" "record_commit" "register" "release" "requeue" "requeue_dead" "set_priority" "settle"
    "workers" "pulse" "reset" "server"
};

#[cfg(any(test, feature = "testsuite"))]
const FOR_TESTS: [(&str, &str); 1] = functions! { "dump" };
#[cfg(not(any(test, feature = "testsuite")))]
const FOR_TESTS: [(&str, &str); 0] = [];

/// All functions as one library of Redis. Unlike scripts, a library is set up once and not at every call, which would
/// take longer than most calls do.
#[derive(Debug)]
pub(super) struct Library {
    pub source: String,
    /// Begins the names of its functions. It is made of the source, so that processes of different versions can work
    /// on one server while a farm is upgraded.
    name: String,
}

impl Library {
    pub fn new() -> Self {
        Self::build(&LIBRARY.concat())
    }

    /// A library whose clock is the value of a key, which a test sets.
    #[cfg(any(test, feature = "testsuite"))]
    pub fn with_clock_at(key: &str) -> Self {
        let read = format!("now = tonumber(call('GET', '{key}'))");
        Self::build(&LIBRARY.concat().replace("now = server_time()", &read))
    }

    fn build(shared: &str) -> Self {
        let mut body = shared.to_owned();
        for (name, source) in FUNCTIONS.iter().chain(&FOR_TESTS) {
            body += &format!(
                "redis.register_function('NAME_{name}', function(KEYS, ARGV)\nbegin(KEYS)\n{source}end)\n"
            );
        }
        let digest = crate::Digest::of(body.as_bytes());
        let name = format!("shiage_{}", &digest.as_str()[..12]);
        Self { source: format!("#!lua name={name}\n{}", body.replace("NAME_", &format!("{name}_"))), name }
    }

    /// The name under which a function is called.
    pub fn function(&self, name: &str) -> String {
        format!("{}_{name}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_tells_its_arguments_and_what_it_writes() {
        for (name, source) in FUNCTIONS {
            assert!(source.contains("-- ARGV: ") && source.contains("Returns "), "{name}");
            assert!(source.contains("Writes ") || source.contains("Reads "), "{name}");
        }
    }

    #[test]
    fn keys_stay_on_one_node() {
        assert!(KEYS.iter().all(|key| key.starts_with("{shiage:0}:")));
    }

    #[test]
    fn the_clock_of_a_test_takes_the_place_of_the_servers() {
        let library = Library::with_clock_at("now");
        assert!(library.source.contains("call('GET', 'now')"));
        assert_ne!(library.function("claim"), Library::new().function("claim"));
    }
}

//! The name of a process in the farm: its machine's, and a nonce, so that no two share one.

/// Longest name of a machine in an id.
const MAX_HOST: usize = 64;

/// The machine's name for itself.
pub fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    if name.trim().is_empty() { "machine".to_owned() } else { name.trim().to_owned() }
}

/// An id of a process on `host`, in the letters that ids may have, and the nonce it was made with.
pub fn unique(host: &str) -> (String, String) {
    let nonce = format!("{:016x}", rand::random::<u64>());
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let host: String = host.chars().map(plain).take(MAX_HOST).collect();
    (format!("{host}-{}", &nonce[..8]), nonce)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_machine_gives_an_id() {
        for name in ["Node_7.studio.local", "仕上げ", &"x".repeat(300)] {
            let (id, nonce) = unique(name);
            assert!(id.parse::<common::ids::WorkerId>().is_ok(), "{id}");
            assert_ne!(unique(name).1, nonce);
        }
    }
}

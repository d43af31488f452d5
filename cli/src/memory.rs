//! Memory of this process and this machine.

/// The kernel's own count of the most memory this process has held.
pub fn peak_rss_bytes() -> Option<u64> {
    bytes("/proc/self/status", "VmHWM:")
}

/// Memory of this machine that processes can still get, by the kernel's estimate.
pub fn available_bytes() -> Option<u64> {
    bytes("/proc/meminfo", "MemAvailable:")
}

fn bytes(file: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

//! What a worker says of itself.

use common::farm::WorkerInfo;

/// What stays the same, with how much memory the process has now, as the queue keeps it.
pub(super) fn now(info: &WorkerInfo) -> String {
    let info = WorkerInfo { rss_bytes: resident_bytes().unwrap_or(0), ..info.clone() };
    serde_json::to_string(&info).unwrap_or_default()
}

/// The kernel's count of the memory that this process has.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_of_the_process_is_told() {
        let info = WorkerInfo { host: "node-7".into(), ..WorkerInfo::default() };
        let told: WorkerInfo = serde_json::from_str(&now(&info)).unwrap();
        assert!(told.rss_bytes > 1 << 20, "{told:?}");
        assert_eq!(WorkerInfo { rss_bytes: 0, ..told }, info);
    }
}

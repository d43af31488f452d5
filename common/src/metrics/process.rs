//! Memory of this process.

use std::fs;

/// Memory in bytes; 0 where the system does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Resident now.
    pub used: u64,
    /// Resident at most so far.
    pub peak: u64,
    /// All that there is for the process: the machine's, or less where its control group has a limit.
    pub total: u64,
}

/// The memory of this process.
#[must_use]
pub fn own_memory() -> Memory {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let (status, machine) = (read("/proc/self/status"), read("/proc/meminfo"));
    let total = kibibytes(&machine, "MemTotal").unwrap_or(0);
    // Of the control group as the process sees it: in a container that is its own.
    let limit = read("/sys/fs/cgroup/memory.max").trim().parse().unwrap_or(u64::MAX);
    Memory {
        used: kibibytes(&status, "VmRSS").unwrap_or(0),
        peak: kibibytes(&status, "VmHWM").unwrap_or(0),
        total: total.min(limit),
    }
}

/// The bytes of a line such as `VmRSS:   1234 kB`.
fn kibibytes(text: &str, field: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    value.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn this_process_has_memory() {
        let Memory { used, peak, total } = own_memory();
        assert!(0 < used && used <= peak && peak < total, "{used} {peak} {total}");
    }

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        let text = "VmRSSx:\t9 kB\nVmRSS:\t  12 kB\nVmHWM: many kB\n";
        assert_eq!(kibibytes(text, "VmRSS"), Some(12 * 1024));
        assert_eq!([kibibytes(text, "VmHWM"), kibibytes(text, "VmPeak")], [None, None]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not(text in "(VmRSS|VmHWM|[a-z]{0,3}):?[ \t]{0,3}[0-9]{0,25} ?(kB|B)?\n?") {
            let _ = kibibytes(&text, "VmRSS");
        }
    }
}

//! The processor time of another process, as Linux tells it.

use std::time::Duration;

use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use crate::Result;

/// The processor time that a process has used so far, of all its threads.
///
/// # Errors
/// When the system does not tell: only Linux has `/proc`.
pub fn used(process: u32) -> Result<Duration> {
    let file = format!("/proc/{process}/stat");
    let stat = std::fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
    let ticks = ticks(&stat).ok_or_else(|| format!("{file}: not as expected: {stat}"))?;
    Ok(Duration::from_secs_f64(ticks as f64 / clock_ticks_per_second() as f64))
}

/// Waits for the end of a child process, and gives the processor time that it used in all.
///
/// # Errors
/// When it is no child, or the system does not tell.
pub fn used_in_all(child: &mut std::process::Child) -> Result<Duration> {
    let pid = Pid::from_raw(i32::try_from(child.id())?).ok_or("no process id")?;
    // What it used is known for as long as nobody has asked how it ended.
    waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
    let used = used(child.id())?;
    let status = child.wait()?;
    if status.success() { Ok(used) } else { Err(format!("ended with {status}").into()) }
}

/// Fields 14 and 15, user and system time; the name before them may have spaces and brackets.
fn ticks(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_system_time_count() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194304 100 200 0 0 31 11 5 6 20 0 1 0 99";
        assert_eq!(ticks(stat), Some(42));
        assert_eq!(ticks("7 (a) S 1"), None);
        assert_eq!(ticks(""), None);
    }

    #[test]
    fn work_takes_time() {
        let mut child = std::process::Command::new("sh")
            .args(["-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"])
            .spawn()
            .unwrap();
        assert!(used_in_all(&mut child).unwrap() > Duration::ZERO);
    }
}

//! Several transfers at a time.

use std::sync::{Mutex, PoisonError};

use crate::exit::CliError;

/// Connections at a time.
const AT_A_TIME: usize = 4;

/// Does `work` for each item, four at a time. The first error ends it; what is under way then still finishes.
pub fn each<T: Send>(
    items: impl IntoIterator<Item = T, IntoIter: Send>,
    work: impl Fn(T) -> Result<(), CliError> + Sync,
) -> Result<(), CliError> {
    let items = Mutex::new(items.into_iter());
    let failed: Mutex<Option<CliError>> = Mutex::new(None);
    let next = || {
        let over = failed.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if over { None } else { items.lock().unwrap_or_else(PoisonError::into_inner).next() }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(item) = next() {
                    if let Err(error) = work(item) {
                        failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn everything_is_done_once_unless_something_fails() {
        let sum = AtomicU32::new(0);
        each(1..=100, |item| {
            sum.fetch_add(item, Ordering::SeqCst);
            Ok(())
        })
        .unwrap();
        assert_eq!(sum.into_inner(), 5_050);
        let done = AtomicU32::new(0);
        let failed = each(0..1_000, |item| {
            done.fetch_add(1, Ordering::SeqCst);
            if item == 3 { Err(CliError::Usage("three".into())) } else { Ok(()) }
        });
        assert!(failed.is_err() && done.into_inner() < 1_000);
    }
}

//! What errors of a file system mean for a store.

use std::io::{Error, ErrorKind};

use super::super::error::{StoreError, StoreErrorKind};
use super::{StoreKey, StorePrefix};

fn common(error: &Error) -> StoreErrorKind {
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreErrorKind::Denied,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreErrorKind::Full,
        ErrorKind::InvalidFilename | ErrorKind::FileTooLarge => StoreErrorKind::BadKey,
        ErrorKind::Unsupported => StoreErrorKind::Refused,
        _ => StoreErrorKind::Unavailable,
    }
}

/// Whether an error says that nothing lies under a name: nothing at all, a folder, or a file where a folder would be.
pub(super) fn is_absent(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory)
}

pub(super) fn reading(store: &str, key: &StoreKey, error: &Error) -> StoreError {
    let kind = if is_absent(error) { StoreErrorKind::NotFound } else { common(error) };
    StoreError::new(kind, store, key, error.to_string())
}

pub(super) fn writing(store: &str, key: &StoreKey, error: &Error) -> StoreError {
    match error.kind() {
        // Other than in S3, one name cannot be a file and a folder.
        ErrorKind::NotADirectory | ErrorKind::IsADirectory | ErrorKind::AlreadyExists => StoreError::new(
            StoreErrorKind::BadKey,
            store,
            key,
            "it, or the beginning of it, is a folder of other keys, or a key that would have to be a folder",
        ),
        _ => StoreError::new(common(error), store, key, error.to_string()),
    }
}

pub(super) fn listing(store: &str, prefix: &StorePrefix, error: &Error) -> StoreError {
    StoreError::new(common(error), store, prefix, error.to_string())
}

pub(super) fn opening(store: &str, error: &Error) -> StoreError {
    let kind = match error.kind() {
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => StoreErrorKind::Address,
        _ => common(error),
    };
    StoreError::new(kind, store, "", format!("cannot be opened as a store: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_caller_can_do_follows_from_the_error() {
        let kind = |kind: ErrorKind| writing("s", &"a/b".parse().unwrap(), &Error::from(kind)).kind();
        assert_eq!(kind(ErrorKind::StorageFull), StoreErrorKind::Full);
        assert_eq!(kind(ErrorKind::QuotaExceeded), StoreErrorKind::Full);
        assert_eq!(kind(ErrorKind::ReadOnlyFilesystem), StoreErrorKind::Denied);
        assert_eq!(kind(ErrorKind::IsADirectory), StoreErrorKind::BadKey);
        assert_eq!(kind(ErrorKind::TimedOut), StoreErrorKind::Unavailable);
        let read = reading("s", &"a/b".parse().unwrap(), &Error::from(ErrorKind::NotADirectory));
        assert_eq!(read.kind(), StoreErrorKind::NotFound);
    }
}

//! What can go wrong between a process and a store.

/// Result of an operation of a store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Why a store did not do what it was asked: which store, which key, what it said and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{store}: {key:?}: {reason}; {}", kind.remedy())]
pub struct StoreError {
    kind: StoreErrorKind,
    store: String,
    key: String,
    reason: String,
}

/// What kind of failure it is: this decides what a caller does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// There is no such object.
    NotFound,
    /// The key cannot be used in this store.
    BadKey,
    /// What was read is not what was written.
    Corrupt,
    /// The store does not let us.
    Denied,
    /// The store has no room.
    Full,
    /// The store cannot be reached, is too slow, or answers that it cannot serve now.
    Unavailable,
    /// The store does not do what is asked.
    Refused,
    /// The address of the store cannot be used.
    Address,
}

impl StoreErrorKind {
    const fn remedy(self) -> &'static str {
        match self {
            Self::NotFound => "was it written here, and under this key?",
            Self::BadKey => "use another key",
            Self::Corrupt => "read it again; if it stays so, write it again",
            Self::Denied => "check the credentials and what they permit",
            Self::Full => "free space, or give it a larger quota",
            Self::Unavailable => "try again later; if it stays so, check the address and the network",
            Self::Refused => "check that the store exists and is set up as docs/operations.md says",
            Self::Address => "docs/operations.md has the addresses",
        }
    }
}

impl StoreError {
    pub(super) fn new(
        kind: StoreErrorKind,
        store: &str,
        key: impl std::fmt::Display,
        reason: impl Into<String>,
    ) -> Self {
        Self { kind, store: store.to_owned(), key: key.to_string(), reason: reason.into() }
    }

    /// What kind of failure it is.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// Whether the same call can succeed later without anyone changing anything.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        match self.kind {
            StoreErrorKind::Corrupt | StoreErrorKind::Full | StoreErrorKind::Unavailable => true,
            StoreErrorKind::NotFound
            | StoreErrorKind::BadKey
            | StoreErrorKind::Denied
            | StoreErrorKind::Refused
            | StoreErrorKind::Address => false,
        }
    }
}

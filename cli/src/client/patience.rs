//! How long a request is repeated.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use ureq::Error;

/// A scheduler that was there is given the time to start again.
pub const KNOWN: Duration = Duration::from_secs(30);
/// One that never answered is most likely not there.
pub const UNKNOWN: Duration = Duration::from_secs(3);
/// Pause before the second attempt; doubled each time.
const PAUSE: Duration = Duration::from_millis(200);
/// Longest pause that is chosen here.
const LONGEST: Duration = Duration::from_secs(3);
/// Longest pause that a server may ask for.
const ASKED: Duration = Duration::from_secs(10);

/// Whether a request may be carried out more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Twice is as good as once.
    Freely,
    /// Only while it certainly was not carried out.
    IfUndone,
}

impl Repeat {
    /// Whether to try again after an answer with this status.
    pub const fn after_status(self, status: u16) -> bool {
        match self {
            Self::Freely => matches!(status, 408 | 429 | 502 | 503 | 504),
            Self::IfUndone => status == 503,
        }
    }

    /// Whether to try again after no answer.
    pub fn after_error(self, error: &Error) -> bool {
        match self {
            Self::Freely => is_transport(error),
            Self::IfUndone => is_refused(error),
        }
    }
}

/// Whether the connection failed, rather than what was sent over it.
pub fn is_transport(error: &Error) -> bool {
    match error {
        Error::Io(error) => !matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput),
        Error::Timeout(_) | Error::HostNotFound | Error::ConnectionFailed => true,
        _ => false,
    }
}

/// Whether nobody took the request.
pub fn is_refused(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused)
}

/// Waits between the attempts of one request.
#[derive(Debug)]
pub struct Patience {
    since: Option<Instant>,
    pause: Duration,
}

impl Patience {
    /// Nothing has failed yet.
    pub const fn new() -> Self {
        Self { since: None, pause: PAUSE }
    }

    /// The pause before the next attempt; none once `limit` has passed since the first failure.
    pub fn next(&mut self, limit: Duration, asked: Option<Duration>) -> Option<Duration> {
        let spent = self.since.get_or_insert_with(Instant::now).elapsed();
        let left = limit.checked_sub(spent).filter(|left| !left.is_zero())?;
        let pause = asked.map_or(self.pause, |asked| asked.clamp(PAUSE, ASKED));
        self.pause = (self.pause * 2).min(LONGEST);
        Some(pause.min(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn io(kind: ErrorKind) -> Error {
        Error::Io(kind.into())
    }

    #[test]
    fn only_what_may_pass_is_repeated() {
        let freely = |error| Repeat::Freely.after_error(&error);
        assert!(freely(io(ErrorKind::ConnectionReset)) && freely(io(ErrorKind::UnexpectedEof)));
        assert!(!freely(io(ErrorKind::InvalidData)) && !freely(Error::BodyExceedsLimit(1)));
        assert!(!freely(Error::BadUri("x".into())));
        assert!([408, 429, 502, 503, 504].into_iter().all(|status| Repeat::Freely.after_status(status)));
        assert!(![200, 404, 409, 500].into_iter().any(|status| Repeat::Freely.after_status(status)));
    }

    #[test]
    fn what_may_be_done_is_not_repeated() {
        let again = |error| Repeat::IfUndone.after_error(&error);
        assert!(again(io(ErrorKind::ConnectionRefused)));
        assert!(!again(io(ErrorKind::ConnectionReset)) && !again(io(ErrorKind::UnexpectedEof)));
        assert!(Repeat::IfUndone.after_status(503) && !Repeat::IfUndone.after_status(504));
    }

    #[test]
    fn pauses_grow_and_end() {
        let mut patience = Patience::new();
        let first = patience.next(KNOWN, None).unwrap();
        assert!(first < patience.next(KNOWN, None).unwrap());
        assert_eq!(patience.next(KNOWN, Some(Duration::from_secs(3_600))), Some(ASKED));
        assert_eq!(patience.next(Duration::ZERO, None), None);
    }
}

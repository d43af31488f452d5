//! Whether a store creates atomically: tried, because servers that ignore the condition do not say so.

use bytes::Bytes;
use futures::future::join_all;

use super::super::key::RESERVED;
use super::super::{Create, digest_of};
use super::error::Failure;
use super::write::nonce;
use super::{Outcome, S3Store};

/// Writers at a time, and how often: enough to meet a server that looks first and writes then.
const WRITERS: usize = 8;
const ROUNDS: usize = 3;

impl S3Store {
    pub(super) async fn probe(&self) -> Outcome<bool> {
        for _ in 0..ROUNDS {
            if !self.probe_round().await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Lets several writers create one object. Whether exactly one of them did.
    async fn probe_round(&self) -> Outcome<bool> {
        let full = self.full(format!("{RESERVED}/probe/{}", nonce()));
        let content = Bytes::from_static(b"Several writers create this object to see whether one wins.\n");
        let digest = digest_of(&content).await;
        let writers = (0..WRITERS).map(|_| self.create(&full, &content, &digest));
        let results = join_all(writers).await;
        let deleted = self.delete_object(&full).await;
        let winners = winners(results)?;
        deleted?;
        Ok(winners == Some(1))
    }
}

/// How many writers won; none where the store does not know the condition.
fn winners(results: Vec<Outcome<Create>>) -> Outcome<Option<usize>> {
    let mut winners = 0;
    for result in results {
        match result {
            Ok(Create::Created) => winners += 1,
            Ok(Create::Existed) => {}
            Err(Failure { status: Some(501), .. }) => return Ok(None),
            Err(failure) => return Err(failure),
        }
    }
    Ok(Some(winners))
}

#[cfg(test)]
mod tests {
    use super::super::super::error::StoreErrorKind;
    use super::*;

    fn refused(status: u16) -> Outcome<Create> {
        Err(Failure { status: Some(status), kind: StoreErrorKind::Refused, reason: String::new() })
    }

    #[test]
    fn one_winner_is_atomic() {
        let one = vec![Ok(Create::Existed), Ok(Create::Created), Ok(Create::Existed)];
        assert_eq!(winners(one).unwrap(), Some(1));
        assert_eq!(winners(vec![Ok(Create::Created), Ok(Create::Created)]).unwrap(), Some(2));
    }

    #[test]
    fn a_store_that_does_not_know_the_condition_is_not_atomic() {
        assert_eq!(winners(vec![refused(501)]).unwrap(), None);
        let denied = Failure { status: Some(403), kind: StoreErrorKind::Denied, reason: String::new() };
        assert_eq!(winners(vec![Err(denied)]).unwrap_err().kind, StoreErrorKind::Denied);
    }
}

//! The cookie of a session: `ENDS.NONCE.SIGNATURE`.

use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// Its name.
const NAME: &str = "shiage";

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// When the session ends, in seconds since 1970.
    pub ends: u64,
    /// Tells it from other sessions.
    pub nonce: String,
}

impl Ticket {
    /// As it is signed.
    pub fn text(&self) -> String {
        format!("{}.{}", self.ends, self.nonce)
    }
}

/// The value of the header that gives a browser the cookie.
pub fn set(ticket: &Ticket, signature: &str, lasts: Duration, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!(
        "{NAME}={}.{signature}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{secure}",
        ticket.text(),
        lasts.as_secs()
    )
}

/// The value of the header that takes it away.
pub fn cleared() -> String {
    format!("{NAME}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
}

/// The ticket of a request, not checked, and its signature.
pub fn of(headers: &HeaderMap) -> Option<(Ticket, String)> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut values = pairs.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = values.find(|(name, _)| *name == NAME)?;
    let mut parts = value.split('.');
    let (ends, nonce, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Some((Ticket { ends: ends.parse().ok()?, nonce: nonce.to_owned() }, signature.to_owned()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_header_is_read_or_refused(text in "(shiage=)?[ -~]{0,60}") {
            let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&text).unwrap())]);
            if let Some((ticket, signature)) = of(&headers) {
                let value = format!("{}.{signature}", ticket.text());
                prop_assert!(text.contains(&value) || text.contains(&signature));
            }
        }

        #[test]
        fn a_cookie_is_read_as_it_was_written(ends: u64, nonce in "[0-9a-f]{32}", signature in "[0-9a-f]{64}") {
            let ticket = Ticket { ends, nonce };
            let set = set(&ticket, &signature, Duration::from_secs(9), true);
            let sent = set.split(';').next().unwrap();
            let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(sent).unwrap())]);
            prop_assert_eq!(of(&headers), Some((ticket, signature)));
            prop_assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict") && set.contains("Secure"));
        }
    }
}

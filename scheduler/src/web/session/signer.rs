//! Signs sessions with the tokens themselves: every replica of the scheduler knows a session, and one ends when its token
//! is no longer among the known ones.

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::cookie::{self, Ticket};
use crate::clock::now_ms;
use crate::http::{Auth, Role};

/// How long a session lasts: a long working day.
const LASTS: Duration = Duration::from_secs(12 * 3600);

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What they may do.
    pub role: Role,
    /// What every form of theirs sends along: no other site can read it.
    pub form_key: String,
    /// Whether they gave a token, and can sign out.
    pub signed_in: bool,
}

impl Session {
    /// Whether a form was made by one of our own pages, for this session.
    pub fn made(&self, form_key: &str) -> bool {
        self.form_key.as_bytes().ct_eq(form_key.as_bytes()).into()
    }
}

/// Makes and checks sessions.
#[derive(Clone, Debug)]
pub struct Signer {
    auth: Arc<Auth>,
    /// Signs where nobody is asked for a token; it lasts as long as the process.
    own: [u8; 32],
}

impl Signer {
    /// For those that `auth` knows.
    pub fn new(auth: Arc<Auth>) -> Self {
        Self { auth, own: rand::random() }
    }

    /// The value of a `Set-Cookie` header for somebody with a token; none if nobody has it.
    pub fn sign_in(&self, token: &str, secure: bool) -> Option<String> {
        let digest = self.auth.digest_of_known(token)?;
        let ticket = Ticket { ends: now() + LASTS.as_secs(), nonce: hex(&rand::random::<[u8; 16]>()) };
        let signature = sign(digest.as_str().as_bytes(), "session", &ticket.text());
        Some(cookie::set(&ticket, &signature, LASTS, secure))
    }

    /// The session that a request belongs to, if it has not ended.
    pub fn session(&self, headers: &HeaderMap) -> Option<Session> {
        let Some(known) = self.auth.known() else {
            let form_key = sign(&self.own, "form", "");
            return Some(Session { role: Role::Admin, form_key, signed_in: false });
        };
        let (ticket, signature) = cookie::of(headers)?;
        let text = ticket.text();
        // All of them, so that the time taken tells nothing of which one it is.
        let found = known.fold(None, |found, (digest, role)| {
            let key = digest.as_str().as_bytes();
            let same: bool = sign(key, "session", &text).as_bytes().ct_eq(signature.as_bytes()).into();
            if same { Some((key, role)) } else { found }
        });
        let (key, role) = found.filter(|_| ticket.ends > now())?;
        Some(Session { role, form_key: sign(key, "form", &text), signed_in: true })
    }
}

/// The signature of a text for a purpose, in hexadecimal.
fn sign(key: &[u8], purpose: &str, text: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(purpose.as_bytes());
    mac.update(b"\0");
    mac.update(text.as_bytes());
    hex(&mac.finalize().into_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Seconds since 1970.
fn now() -> u64 {
    now_ms() / 1000
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::http::header::COOKIE;

    use super::*;

    const READER: &str = "reader-0123456789";
    const ADMIN: &str = "admin-0123456789";

    fn signer(lines: &str) -> Signer {
        Signer::new(Arc::new(Auth::from_lines(lines).unwrap()))
    }

    fn both() -> Signer {
        signer(&format!("read {READER}\nadmin {ADMIN}"))
    }

    fn sent(set: &str) -> HeaderMap {
        let pair = set.split(';').next().unwrap();
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&format!("other=1; {pair}")).unwrap())])
    }

    #[test]
    fn a_token_opens_a_session_with_its_role_on_every_replica() {
        let cookie = both().sign_in(READER, false).unwrap();
        assert_eq!(both().session(&sent(&cookie)).unwrap().role, Role::Read);
        let cookie = both().sign_in(ADMIN, false).unwrap();
        assert_eq!(both().session(&sent(&cookie)).unwrap().role, Role::Admin);
        assert!(both().sign_in("somebody-0123456789", false).is_none());
    }

    #[test]
    fn a_session_ends_with_its_token_or_when_it_is_changed() {
        let cookie = both().sign_in(READER, false).unwrap();
        assert!(signer(&format!("admin {ADMIN}")).session(&sent(&cookie)).is_none());
        assert!(both().session(&HeaderMap::new()).is_none());
        let later = cookie.replacen("=1", "=2", 1);
        assert_ne!(later, cookie);
        assert!(both().session(&sent(&later)).is_none());
    }

    #[test]
    fn an_old_session_is_none() {
        let (signer, digest) = (both(), common::Digest::of(READER.as_bytes()));
        let ticket = Ticket { ends: now() - 1, nonce: "00".repeat(16) };
        let signature = sign(digest.as_str().as_bytes(), "session", &ticket.text());
        let old = cookie::set(&ticket, &signature, LASTS, false);
        assert!(signer.session(&sent(&old)).is_none());
    }

    #[test]
    fn forms_of_one_session_are_none_of_another() {
        let [one, other] = [READER, READER]
            .map(|token| both().session(&sent(&both().sign_in(token, false).unwrap())).unwrap());
        assert!(one.made(&one.form_key) && !one.made(&other.form_key) && !one.made(""));
    }

    #[test]
    fn where_nobody_is_asked_forms_are_protected_all_the_same() {
        let open = Signer::new(Arc::new(Auth::nobody_asked()));
        let session = open.session(&HeaderMap::new()).unwrap();
        assert_eq!((session.role, session.signed_in), (Role::Admin, false));
        let other = Signer::new(Arc::new(Auth::nobody_asked())).session(&HeaderMap::new()).unwrap();
        assert!(!session.made(&other.form_key));
    }
}

//! Who may do what: bearer tokens with roles.

mod parse;
mod role;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use common::Digest;
use subtle::{ConditionallySelectable as _, ConstantTimeEq as _};

pub use self::parse::InvalidTokens;
pub use self::role::Role;

/// The tokens that are known.
#[derive(Clone)]
pub struct Auth {
    /// None if everybody may do everything.
    tokens: Option<Vec<Known>>,
}

/// A token and what it may do. The token itself is not kept.
#[derive(Clone)]
struct Known {
    digest: Digest,
    role: Role,
}

impl Auth {
    /// Everybody who reaches the address may do everything.
    #[must_use]
    pub const fn nobody_asked() -> Self {
        Self { tokens: None }
    }

    /// The tokens of a file: a line `ROLE TOKEN` each, `#` begins a comment.
    ///
    /// # Errors
    /// When a line is no token, or there is none at all. The message holds no token.
    pub fn from_lines(text: &str) -> Result<Self, InvalidTokens> {
        parse::lines(text).map(Self::of)
    }

    /// The tokens of a variable: `ROLE:TOKEN,ROLE:TOKEN`. A token with a comma needs a file.
    ///
    /// # Errors
    /// When a part is no token, or there is none at all. The message holds no token.
    pub fn from_list(text: &str) -> Result<Self, InvalidTokens> {
        parse::list(text).map(Self::of)
    }

    fn of(tokens: Vec<(Role, &str)>) -> Self {
        let known = |(role, token): (Role, &str)| Known { digest: Digest::of(token.as_bytes()), role };
        Self { tokens: Some(tokens.into_iter().map(known).collect()) }
    }

    /// The digests of all tokens with their roles; none where nobody is asked.
    pub(crate) fn known(&self) -> Option<impl Iterator<Item = (&Digest, Role)>> {
        Some(self.tokens.as_ref()?.iter().map(|known| (&known.digest, known.role)))
    }

    /// The digest of a token, if it is a known one.
    pub(crate) fn digest_of_known(&self, token: &str) -> Option<Digest> {
        role_of(self.tokens.as_ref()?, token.as_bytes())?;
        Some(Digest::of(token.as_bytes()))
    }

    /// What the sender of a request may do; none if the sender is not known.
    pub(super) fn role(&self, headers: &HeaderMap) -> Option<Role> {
        match &self.tokens {
            None => Some(Role::Admin),
            Some(known) => role_of(known, bearer(headers)?),
        }
    }
}

/// Compares with every token, all of it, so that the time taken tells nothing of them.
fn role_of(known: &[Known], token: &[u8]) -> Option<Role> {
    let digest = Digest::of(token);
    let mut found = 0_u8;
    for known in known {
        let same = known.digest.as_str().as_bytes().ct_eq(digest.as_str().as_bytes());
        found.conditional_assign(&known.role.rank(), same);
    }
    Role::of_rank(found)
}

/// The token of the one `Authorization` header.
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (value, None) = (values.next()?.as_bytes(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii())
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth").field("tokens", &self.tokens.as_ref().map(Vec::len)).finish()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const READER: &str = "reader-0123456789";
    const ADMIN: &str = "admin-0123456789";

    fn auth() -> Auth {
        Auth::from_lines(&format!("read {READER}\nadmin {ADMIN}")).unwrap()
    }

    fn role(values: &[&str]) -> Option<Role> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        auth().role(&headers)
    }

    #[test]
    fn a_token_has_its_role() {
        assert_eq!(role(&[&format!("Bearer {READER}")]), Some(Role::Read));
        assert_eq!(role(&[&format!("bearer {ADMIN}")]), Some(Role::Admin));
    }

    #[test]
    fn anything_else_has_none() {
        let bad: [&[&str]; 7] = [
            &[],
            &["Bearer "],
            &["Bearer"],
            &[READER],
            &["Basic reader-0123456789"],
            &["Bearer reader-012345678"],
            &["Bearer reader-0123456789", "Bearer reader-0123456789"],
        ];
        for values in bad {
            assert_eq!(role(values), None, "{values:?}");
        }
    }

    #[test]
    fn no_token_is_shown() {
        assert_eq!(format!("{:?}", auth()), "Auth { tokens: Some(2) }");
    }
}

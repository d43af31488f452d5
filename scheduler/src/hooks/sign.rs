//! Who sends a request: a secret that both sides know.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Bytes of a secret, at least.
const SHORTEST: usize = 16;

/// A secret that sender and receiver know.
#[derive(Clone)]
pub struct Secret(String);

/// A secret that is soon guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret of {0} bytes; at least {SHORTEST}: `openssl rand -hex 24` makes one")]
pub struct ShortSecret(usize);

impl Secret {
    /// A secret, without what surrounds it in a file.
    ///
    /// # Errors
    /// When it is too short.
    pub fn new(text: &str) -> Result<Self, ShortSecret> {
        let text = text.trim();
        if text.len() < SHORTEST { Err(ShortSecret(text.len())) } else { Ok(Self(text.to_owned())) }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The signature of a body that is sent at this second since 1970: `t=SECONDS,v1=HEX`, the HMAC-SHA256 of
/// `SECONDS.BODY`. With the time in it, what somebody has recorded cannot be sent again later.
#[must_use]
pub fn signature(secret: &Secret, seconds: u64, body: &[u8]) -> String {
    // Keys of any length are taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.0.as_bytes()) else { return String::new() };
    mac.update(format!("{seconds}.").as_bytes());
    mac.update(body);
    let digest: Vec<String> = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={}", digest.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `printf '1700000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef` has it.
    #[test]
    fn a_signature_is_that_of_other_programs() {
        let secret = Secret::new(" 0123456789abcdef\n").unwrap();
        let expected = "t=1700000000,v1=e4f8e2ecae2295b2ddb2f0b5584c8275e226c0ebe9b3b819e70156bb67122e3e";
        assert_eq!(signature(&secret, 1_700_000_000, b"{}"), expected);
        assert_ne!(signature(&secret, 1_700_000_001, b"{}")[13..], expected[13..]);
        assert_ne!(signature(&secret, 1_700_000_000, b"{ }"), expected);
    }

    #[test]
    fn a_short_secret_is_refused_and_none_is_shown() {
        assert_eq!(Secret::new("short ").unwrap_err(), ShortSecret(5));
        assert_eq!(format!("{:?}", Secret::new("0123456789abcdef").unwrap()), "Secret");
    }
}

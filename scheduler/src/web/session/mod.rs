//! Who sits in front of a page: a token typed in once, then a signed cookie.

mod cookie;
mod signer;

pub use self::cookie::cleared;
pub use self::signer::{Session, Signer};

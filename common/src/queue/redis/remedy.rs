//! What to do about an error of Redis.

use redis::{ErrorKind, RedisError};

use super::address::Address;
use super::link::Request;
use crate::queue::error::QueueError;

/// What helps.
pub(super) enum Remedy {
    /// Nothing was carried out: wait, and try on the same connection.
    Wait,
    /// The connection is of no use any more; the request may have been carried out.
    Reconnect,
    /// Nothing but a person.
    GiveUp(QueueError),
}

impl Remedy {
    pub fn of(error: &RedisError, request: &Request, address: &Address) -> Self {
        let unsuited = |advice: &str| {
            Self::GiveUp(QueueError::Unsuited {
                address: address.to_string(),
                reason: format!("{error}; {advice}"),
            })
        };
        match error.code() {
            // Loading its data, running somebody's script, short of replicas, or unable to save.
            Some("LOADING" | "BUSY" | "TRYAGAIN" | "NOREPLICAS" | "MISCONF") => return Self::Wait,
            // A replica now, or cut off: the master is elsewhere.
            Some("READONLY" | "MASTERDOWN" | "CLUSTERDOWN") => return Self::Reconnect,
            Some("OOM") => {
                return Self::GiveUp(QueueError::Full { reason: format!("memory of {address}: {error}") });
            }
            Some("NOAUTH" | "WRONGPASS") => return unsuited("check user and password of the address"),
            Some("NOPERM") => return unsuited("the user needs the permissions that the documentation lists"),
            Some("MOVED" | "ASK" | "CROSSSLOT") => {
                return unsuited("it belongs to a cluster: use redis+cluster://");
            }
            _ => {}
        }
        if error.to_string().contains("can't run this command") {
            return unsuited("the user needs the permissions that the documentation lists");
        }
        match error.kind() {
            ErrorKind::AuthenticationFailed => unsuited("check user and password of the address"),
            ErrorKind::InvalidClientConfig => unsuited("check the address"),
            ErrorKind::Server(_) | ErrorKind::Extension | ErrorKind::UnexpectedReturnType => {
                Self::GiveUp(QueueError::Protocol {
                    function: request.name().to_owned(),
                    reply: error.to_string(),
                })
            }
            // Whatever else: the connection, or what lies between.
            _ => Self::Reconnect,
        }
    }
}

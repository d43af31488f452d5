//! Webhooks: others are told when something has come to its end. They never hold up the farm: what cannot be delivered is
//! tried again for a while, and then given up.

mod courier;
mod event;
mod sign;

pub use self::courier::{Courier, Hooks, Pace, Target, open};
pub use self::event::{Counts, Event, EventKind};
pub use self::sign::{Secret, ShortSecret, signature};

//! The web pages of the scheduler: the farm, an episode, a clip, and correcting a drawing. Made on the server, with a few
//! small scripts; nothing comes from anywhere else.

mod assets;
mod fault;
mod forms;
mod fresh;
mod guard;
mod live;
mod pages;
mod pictures;
mod router;
mod samples;
mod session;
mod state;

pub use self::router::router;
pub use self::state::Web;

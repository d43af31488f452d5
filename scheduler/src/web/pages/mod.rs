//! The pages.

mod chart;
mod clip;
mod correct;
mod decide;
mod episode;
mod farm;
mod farm_look;
mod history;
mod palette;
mod parts;
pub mod shell;
mod sign_in;
mod tools;

pub use self::clip::{clip, clip_live};
pub use self::correct::correct;
pub use self::decide::{decide_episode, decide_queue, decide_worker};
pub use self::episode::{episode, episode_live};
pub use self::farm::{farm, farm_live};
pub use self::farm_look::FarmLook;
pub use self::history::{history, restore};
pub use self::palette::palette;
pub use self::sign_in::{sign_in, sign_in_page, sign_out};

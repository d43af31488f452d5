//! Which part of a list is asked for.

use serde::Deserialize;

/// Entries of a page, at most.
const MOST: u32 = 1000;
/// Entries of a page where nothing is said.
const USUAL: u32 = 500;

/// A page of a list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Where the page before ended: its `next`, or the id of its last event.
    after: Option<String>,
    /// Entries, at most.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 500)]
    limit: Limit,
}

/// The beginning of a list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Head {
    /// Entries, at most.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 500)]
    limit: Limit,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "u32")]
struct Limit(u32);

impl Default for Limit {
    fn default() -> Self {
        Self(USUAL)
    }
}

impl TryFrom<u32> for Limit {
    type Error = String;

    fn try_from(limit: u32) -> Result<Self, String> {
        if (1..=MOST).contains(&limit) { Ok(Self(limit)) } else { Err(format!("{limit}: use 1 to {MOST}")) }
    }
}

impl Page {
    /// What the page comes after.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref().filter(|after| !after.is_empty())
    }

    /// Entries, at most.
    pub const fn limit(&self) -> u32 {
        self.limit.0
    }
}

impl Head {
    /// Entries, at most.
    pub const fn limit(&self) -> u32 {
        self.limit.0
    }
}

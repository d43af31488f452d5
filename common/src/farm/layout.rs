//! Where everything lies in the store. `docs/operations.md` has the same as a table.

use super::job_id::JobId;
use crate::Digest;
use crate::ids::EpisodeId;
use crate::queue::Token;
use crate::store::StoreKey;

/// Longest encoded name in bytes: with the longest prefix, [`output`]'s, a key stays within the store's 512 bytes.
const MAX_NAME: usize = 300;
/// Longest encoded part in bytes: the limit of file names.
const MAX_PART: usize = 255;
/// Longest encoded token in bytes.
const MAX_TOKEN: usize = 72;
/// What comes before the digest in place of something too long. Nothing else is encoded so: `%` begins two digits.
const LONG: &str = "%~";

/// An uploaded file.
#[must_use]
pub fn blob(digest: &Digest) -> StoreKey {
    StoreKey::from_valid(format!("blobs/{digest}"))
}

/// Small pictures of drawings: they can be made again.
pub const THUMBS: &str = "thumbs/";

/// The small picture of a drawing with this content.
#[must_use]
pub fn thumb(digest: &Digest) -> StoreKey {
    StoreKey::from_valid(format!("{THUMBS}{digest}.png"))
}

/// The manifest of an episode.
#[must_use]
pub fn manifest(episode: &EpisodeId) -> StoreKey {
    StoreKey::from_valid(format!("episodes/{episode}/manifest.json"))
}

/// A later version of the manifest, from 2 on; the first is [`manifest`].
#[must_use]
pub fn revision(episode: &EpisodeId, number: u32) -> StoreKey {
    if number <= 1 {
        manifest(episode)
    } else {
        StoreKey::from_valid(format!("episodes/{episode}/manifest.{number}.json"))
    }
}

/// What people have decided about an episode since it was submitted.
#[must_use]
pub fn control(episode: &EpisodeId) -> StoreKey {
    StoreKey::from_valid(format!("episodes/{episode}/control.json"))
}

/// The trace that an episode was submitted in.
#[must_use]
pub fn trace(episode: &EpisodeId) -> StoreKey {
    StoreKey::from_valid(format!("episodes/{episode}/trace.json"))
}

/// What says that an episode is finished and published.
#[must_use]
pub fn finished(episode: &EpisodeId) -> StoreKey {
    StoreKey::from_valid(format!("episodes/{episode}/finished.json"))
}

/// What the farm has measured of its models.
#[must_use]
pub fn rates() -> StoreKey {
    StoreKey::from_valid("rates.json".to_owned())
}

/// The specification of a job.
#[must_use]
pub fn spec(job: &JobId) -> StoreKey {
    StoreKey::from_valid(format!("jobs/{job}/spec.json"))
}

/// The commit of a job.
#[must_use]
pub fn commit(job: &JobId) -> StoreKey {
    StoreKey::from_valid(format!("jobs/{job}/commit.json"))
}

/// What an attempt at a job writes under a relative name.
#[must_use]
pub fn output(episode: &EpisodeId, job: &JobId, token: &Token, name: &str) -> StoreKey {
    let token = part(&token.0, MAX_TOKEN);
    StoreKey::from_valid(format!("out/{episode}/{job}/{token}/{}", encoded(name)))
}

/// What is published of an episode under a relative name.
#[must_use]
pub fn published(episode: &EpisodeId, name: &str) -> StoreKey {
    StoreKey::from_valid(format!("done/{episode}/{}", encoded(name)))
}

/// The epoch of the queue.
#[must_use]
pub fn epoch() -> StoreKey {
    StoreKey::from_valid("epoch.json".to_owned())
}

/// A name as the end of a key. Any text gives one, no two texts give the same, and a plain relative path stays as it is:
/// characters that no key may hold are percent-encoded, and so is the percent sign; what is too long ends in its digest.
fn encoded(name: &str) -> String {
    let whole = name.split('/').map(|text| part(text, MAX_PART)).collect::<Vec<_>>().join("/");
    if whole.len() <= MAX_NAME { whole } else { shortened(name) }
}

/// One part of a name, without slashes.
fn part(text: &str, longest: usize) -> String {
    let part = match text {
        "" => "%".to_owned(),
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        _ => text.chars().map(character).collect(),
    };
    if part.len() <= longest { part } else { shortened(text) }
}

fn character(c: char) -> String {
    match c {
        c if c.is_control() || matches!(c, '%' | '/' | '\\' | '\u{fffe}' | '\u{ffff}') => {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")).collect()
        }
        c => c.to_string(),
    }
}

fn shortened(text: &str) -> String {
    format!("{LONG}{}", Digest::of(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn episode() -> EpisodeId {
        "e".repeat(32).parse().unwrap()
    }

    #[test]
    fn plain_names_stay_as_they_are() {
        let key = published(&"e1".parse().unwrap(), "第1話/カット 012/A#0001.tga");
        assert_eq!(key.as_str(), "done/e1/第1話/カット 012/A#0001.tga");
        assert_eq!(blob(&Digest::of(b"x")).as_str(), format!("blobs/{}", Digest::of(b"x")));
        assert_eq!(manifest(&"e1".parse().unwrap()).as_str(), "episodes/e1/manifest.json");
        assert_eq!(epoch().as_str(), "epoch.json");
        assert_eq!(thumb(&Digest::of(b"x")).as_str(), format!("{THUMBS}{}.png", Digest::of(b"x")));
    }

    #[test]
    fn nothing_leads_out_of_the_episode() {
        let keys = ["../e2/x", "/etc/passwd", "a//b", "50%\\\n"].map(encoded);
        assert_eq!(keys, ["%2E%2E/e2/x", "%/etc/passwd", "a/%/b", "50%25%5C%0A"]);
    }

    #[test]
    fn what_is_too_long_ends_in_its_digest() {
        let part = "仕".repeat(86);
        assert_eq!(encoded(&format!("a/{part}")), format!("a/%~{}", Digest::of(part.as_bytes())));
        let name = "abc/".repeat(80);
        assert_eq!(encoded(&name), format!("%~{}", Digest::of(name.as_bytes())));
    }

    fn names() -> impl Strategy<Value = String> {
        prop_oneof![
            ".{0,40}",
            "[a.%/\\\\~2E]{0,8}",
            "(.{0,90}/){0,6}.{0,300}",
            prop::collection::vec(any::<char>(), 0..9).prop_map(|chars| chars.into_iter().collect())
        ]
    }

    proptest! {
        #[test]
        fn any_name_gives_a_valid_key(name in names(), token in names()) {
            let key = output(&episode(), &JobId::of(b"x"), &Token(token), &name);
            prop_assert_eq!(key.as_str().parse::<StoreKey>(), Ok(key.clone()));
            let published = published(&episode(), &name);
            prop_assert_eq!(published.as_str().parse::<StoreKey>(), Ok(published.clone()));
        }

        #[test]
        fn no_two_names_share_a_key(a in names(), b in names()) {
            prop_assert_eq!(a == b, encoded(&a) == encoded(&b));
        }
    }
}

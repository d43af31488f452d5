//! Small pictures take a bounded part of the store: beyond it the oldest go. They are made again when looked at.

use common::farm::layout;
use common::store::{Entry, FrameStore, PAGE, Result, StoreErrorKind, StoreKey};

/// Bytes of all small pictures, at most, and how many are left when some go.
const MOST: u64 = 2 << 30;
const LEFT: u64 = MOST / 4 * 3;

/// Removes the oldest small pictures if they take too much room.
pub async fn trim(store: &dyn FrameStore) -> Result<()> {
    let Ok(prefix) = layout::THUMBS.parse() else { return Ok(()) };
    let (mut entries, mut after): (Vec<Entry>, Option<StoreKey>) = (Vec::new(), None);
    loop {
        let page = store.list(&prefix, after.as_ref(), PAGE).await?;
        entries.extend(page.entries);
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    for key in too_many(entries, MOST, LEFT) {
        match store.delete(&key).await {
            Err(error) if error.kind() != StoreErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The oldest entries that must go so that at most `left` bytes stay; none while there are at most `most`.
fn too_many(mut entries: Vec<Entry>, most: u64, left: u64) -> Vec<StoreKey> {
    let mut bytes: u64 = entries.iter().map(|entry| entry.size).sum();
    if bytes <= most {
        return Vec::new();
    }
    entries.sort_by_key(|entry| entry.modified);
    let mut gone = Vec::new();
    for entry in entries {
        if bytes <= left {
            break;
        }
        bytes -= entry.size;
        gone.push(entry.key);
    }
    gone
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn the_oldest_go_until_enough_room_is_left() {
        let entry = |name: &str, age: u64| Entry {
            key: format!("thumbs/{name}").parse().unwrap(),
            size: 10,
            modified: UNIX_EPOCH + Duration::from_secs(1_000 - age),
        };
        let entries = vec![entry("new", 1), entry("oldest", 9), entry("old", 5), entry("newer", 0)];
        assert_eq!(too_many(entries.clone(), 40, 20), []);
        let gone: Vec<String> = too_many(entries, 39, 20).iter().map(ToString::to_string).collect();
        assert_eq!(gone, ["thumbs/oldest", "thumbs/old"]);
    }
}

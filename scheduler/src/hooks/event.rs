//! What others are told.

use common::Digest;
use common::ids::{EpisodeId, Show, User};
use serde::Serialize;

use crate::api::Phase;
use crate::clock::now_ms;
use crate::service::Record;

/// Digits of an id.
const DIGITS: usize = 32;

/// Something that has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum EventKind {
    /// All of an episode is painted and published.
    #[serde(rename = "episode.finished")]
    EpisodeFinished,
    /// An episode has come to its end, or to a halt, and some of it is not painted.
    #[serde(rename = "episode.failed")]
    EpisodeFailed,
    /// All of a clip is published that could be painted.
    #[serde(rename = "clip.finished")]
    ClipFinished,
    /// A person should look at drawings of a clip.
    #[serde(rename = "review.needed")]
    ReviewNeeded,
}

impl EventKind {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EpisodeFinished => "episode.finished",
            Self::EpisodeFailed => "episode.failed",
            Self::ClipFinished => "clip.finished",
            Self::ReviewNeeded => "review.needed",
        }
    }
}

/// Drawings by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Painted by the farm.
    pub painted: u32,
    /// Could not be painted.
    pub failed: u32,
    /// Segments of painted drawings whose colour is not sure.
    pub review_segments: u32,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// The same for the same thing, however often it is told.
    pub id: String,
    /// What has happened.
    pub event: EventKind,
    /// When it was noticed, in milliseconds since 1970.
    pub at_ms: u64,
    /// The episode.
    pub episode: EpisodeId,
    /// Version of its manifest.
    pub revision: u32,
    /// The show it belongs to.
    pub show: Show,
    /// Who submitted it.
    pub user: User,
    /// The clip, of events of a clip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip: Option<String>,
    /// How the episode is, of events of an episode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Phase>,
    /// Its drawings, of the episode or of the clip.
    pub drawings: Counts,
}

impl Event {
    /// Of an episode.
    #[must_use]
    pub fn of_episode(record: &Record, state: Phase, drawings: Counts) -> Self {
        let event = if state == Phase::Done { EventKind::EpisodeFinished } else { EventKind::EpisodeFailed };
        Self { state: Some(state), ..Self::new(record, event, state.name(), drawings) }
    }

    /// Of a clip.
    #[must_use]
    pub fn of_clip(record: &Record, event: EventKind, clip: &str, drawings: Counts) -> Self {
        Self { clip: Some(clip.to_owned()), ..Self::new(record, event, clip, drawings) }
    }

    fn new(record: &Record, event: EventKind, what: &str, drawings: Counts) -> Self {
        let revision = record.revision.to_string();
        let parts = [record.id.as_str(), &revision, event.name(), what].map(str::as_bytes);
        Self {
            id: Digest::of_parts(parts).as_str()[..DIGITS].to_owned(),
            event,
            at_ms: now_ms(),
            episode: record.id.clone(),
            revision: record.revision,
            show: record.manifest.show.clone(),
            user: record.manifest.user.clone(),
            clip: None,
            state: None,
            drawings,
        }
    }
}

#[cfg(test)]
mod tests {
    use common::farm::{Control, Manifest};

    use super::*;

    #[test]
    fn the_same_thing_has_the_same_id() {
        let manifest = br#"{"format": 1, "show": "S", "user": "u", "clips": []}"#;
        let record = Record {
            id: "e1".parse().unwrap(),
            revision: 1,
            manifest: Manifest::from_json(manifest).unwrap(),
            control: Control::default(),
            finished: None,
        };
        let clip = |kind, clip: &str| Event::of_clip(&record, kind, clip, Counts::default()).id;
        let finished = EventKind::ClipFinished;
        assert_eq!(clip(finished, "c1/A"), clip(finished, "c1/A"));
        assert_ne!(clip(finished, "c1/A"), clip(finished, "c1/B"));
        assert_ne!(clip(finished, "c1/A"), clip(EventKind::ReviewNeeded, "c1/A"));
        let done = Event::of_episode(&record, Phase::Done, Counts { painted: 3, ..Counts::default() });
        let json = serde_json::to_value(&done).unwrap();
        assert_eq!((&json["event"], &json["state"]), (&"episode.finished".into(), &"done".into()));
        assert!(json.get("clip").is_none());
        let halted = Event::of_episode(&record, Phase::Halted, Counts::default());
        assert_eq!(halted.event, EventKind::EpisodeFailed);
    }
}

//! What others are told of an episode.

use std::collections::{BTreeMap, BTreeSet};

use super::progress::{Outcome, Progress};
use super::publish::Survey;
use crate::api::Phase;
use crate::hooks::{Counts, Event, EventKind};
use crate::rounds::shared::Shared;
use crate::service::{Plan, Record};

/// Tells of the clips that have come to their end since the last look.
pub(super) fn tell_of_clips(
    shared: &Shared,
    record: &Record,
    plan: &Plan,
    (progress, survey): (&mut Progress, &Survey),
) {
    let Some(hooks) = &shared.options.hooks else { return };
    for (clip, drawings) in ended(plan, progress, &survey.dead_jobs) {
        if !progress.told.insert(clip.clone()) {
            continue;
        }
        hooks.tell(Event::of_clip(record, EventKind::ClipFinished, &clip, drawings));
        if drawings.failed > 0 || drawings.review_segments > 0 {
            hooks.tell(Event::of_clip(record, EventKind::ReviewNeeded, &clip, drawings));
        }
    }
}

/// Tells, when that begins, that only dead jobs hold an episode up.
pub(super) fn tell_of_halt(
    shared: &Shared,
    record: &Record,
    (progress, survey): (&mut Progress, &Survey),
    halted: bool,
) {
    let begins = halted && !progress.halted;
    progress.halted = halted;
    if begins {
        let failed = progress.outcome().failed + survey.dead_drawings;
        tell_of_end(shared, record, Phase::Halted, Counts { failed, ..counts(progress.outcome()) });
    }
}

/// Tells that an episode has come to its end, or to a halt.
pub(super) fn tell_of_end(shared: &Shared, record: &Record, state: Phase, drawings: Counts) {
    if let Some(hooks) = &shared.options.hooks {
        hooks.tell(Event::of_episode(record, state, drawings));
    }
}

pub(super) fn counts(outcome: Outcome) -> Counts {
    let Outcome { painted, failed, review, .. } = outcome;
    Counts { painted, failed, review_segments: review }
}

/// The clips whose jobs are all published or dead.
fn ended(plan: &Plan, progress: &Progress, dead: &BTreeSet<u32>) -> BTreeMap<String, Counts> {
    let mut clips: BTreeMap<&str, Option<Counts>> = BTreeMap::new();
    for (index, job) in (0..).zip(&plan.jobs) {
        let clip = clips.entry(&job.clip).or_insert_with(|| Some(Counts::default()));
        let job = match progress.published.get(&index) {
            Some(outcome) => Some(counts(*outcome)),
            None if dead.contains(&index) => {
                Some(Counts { failed: job.spec.targets.len() as u32, ..Counts::default() })
            }
            None => None,
        };
        *clip = clip.zip(job).map(|(sum, job)| Counts {
            painted: sum.painted + job.painted,
            failed: sum.failed + job.failed,
            review_segments: sum.review_segments + job.review_segments,
        });
    }
    clips.into_iter().filter_map(|(clip, drawings)| Some((clip.to_owned(), drawings?))).collect()
}

#[cfg(test)]
mod tests {
    use cel::PaintRules;
    use common::farm::{Alpha, JobId, JobSpec, OutputFormat, SpecFormat, Target};
    use common::queue::Affinity;

    use super::*;
    use crate::episode::Planned;

    fn job(clip: &str, drawings: usize) -> Planned {
        let line = common::farm::Blob { digest: common::Digest::of(b"x"), size: 1, name: "a.png".into() };
        let target = |index: usize| Target { key: format!("{clip}/{index}.png"), line: line.clone() };
        Planned {
            clip: clip.into(),
            spec: JobSpec {
                format: SpecFormat::FIRST,
                model: "shape".into(),
                alpha: Alpha::Composite,
                output: OutputFormat::Same,
                rules: PaintRules::default(),
                anchor: None,
                continues: None,
                follows: None,
                carry: false,
                sheets: Vec::new(),
                targets: (0..drawings).map(target).collect(),
            },
            id: JobId::of(clip.as_bytes()),
            needs: Vec::new(),
            cost_ms: 1,
            affinity: Affinity::default(),
        }
    }

    #[test]
    fn a_clip_has_ended_when_all_its_jobs_have() {
        let jobs = vec![job("a", 4), job("a", 3), job("b", 2), job("c", 5)];
        let plan = Plan { jobs, by_key: BTreeMap::new() };
        let outcome = Outcome { painted: 3, failed: 1, review: 6, pace: None };
        let mut progress = Progress { published: [(0, outcome), (2, outcome)].into(), ..Progress::default() };
        let whole = Counts { painted: 3, failed: 1, review_segments: 6 };
        assert_eq!(ended(&plan, &progress, &BTreeSet::new()), [("b".to_owned(), whole)].into());
        let with_dead = ended(&plan, &progress, &[1].into());
        assert_eq!(with_dead["a"], Counts { painted: 3, failed: 4, review_segments: 6 });
        progress.published.insert(3, Outcome::default());
        assert_eq!(ended(&plan, &progress, &[1].into()).len(), 3);
    }
}

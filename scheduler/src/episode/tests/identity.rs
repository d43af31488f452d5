//! Equal work has equal ids, and other work has others.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::episode::pin;

fn ids(jobs: &[Planned]) -> BTreeSet<&str> {
    jobs.iter().map(|job| job.id.as_str()).collect()
}

/// The id of the job that paints each drawing.
fn by_key(jobs: &[Planned]) -> BTreeMap<&str, &str> {
    jobs.iter().flat_map(|job| keys(job).into_iter().map(|key| (key, job.id.as_str()))).collect()
}

/// The drawings whose jobs are others than before.
fn changed(before: &Manifest, after: &Manifest) -> Vec<String> {
    let (before, after) = (planned(before, 4), planned(after, 4));
    let old = by_key(&before);
    by_key(&after)
        .into_iter()
        .filter(|(key, id)| old.get(key) != Some(id))
        .map(|(key, _)| key.to_owned())
        .collect()
}

fn names(clip: &str, numbers: &[usize]) -> Vec<String> {
    numbers.iter().map(|i| format!("{clip}/{i}.png")).collect()
}

#[test]
fn a_changed_line_drawing_changes_its_job_and_those_that_continue_it() {
    let painted = [true, false, false, false, false, false, false];
    let before = manifest(vec![
        clip("chain", Mode::PreviousFrame, &painted, &[]),
        clip("chunks", Mode::FirstFrame, &painted, &[]),
    ]);
    let mut after = before.clone();
    after.clips[0].drawings[3].line = blob("drawn again");
    assert_eq!(changed(&before, &after), names("chain", &[3, 4, 5, 6]));
    let mut after = before.clone();
    after.clips[1].drawings[3].line = blob("drawn again");
    assert_eq!(changed(&before, &after), names("chunks", &[2, 3]));
    let mut after = before.clone();
    after.clips[1].drawings[0].painted = Some(blob("painted again"));
    assert_eq!(changed(&before, &after), names("chunks", &[1, 2, 3, 4, 5, 6]));
}

#[test]
fn a_changed_sheet_changes_the_clips_that_use_it() {
    let painted = [true, false];
    let before = manifest(vec![
        clip("a", Mode::Nearest, &painted, &["akiko"]),
        clip("k", Mode::Nearest, &painted, &["ken"]),
        clip("n", Mode::Nearest, &painted, &[]),
    ]);
    let mut after = before.clone();
    after.sheets.get_mut("ken").unwrap()[0].painted = blob("another colour");
    assert_eq!(changed(&before, &after), names("k", &[1]));
}

#[test]
fn model_and_options_are_part_of_it() {
    let before = manifest(vec![clip("c", Mode::Nearest, &[true, false], &[])]);
    let all = names("c", &[1]);
    assert_eq!(changed(&before, &Manifest { alpha: Alpha::Reference, ..before.clone() }), all);
    assert_eq!(changed(&before, &Manifest { output: OutputFormat::Tga, ..before.clone() }), all);
    assert_eq!(changed(&before, &Manifest { model: "other".into(), ..before.clone() }), all);
}

#[test]
fn whose_episode_it_is_is_not() {
    let before = manifest(vec![clip("c", Mode::Nearest, &[true, false], &[])]);
    let mut after = Manifest { show: "T".parse().unwrap(), user: "v".parse().unwrap(), ..before.clone() };
    after.priority = common::queue::Priority::Urgent;
    after.clips[0].cut = "renamed".into();
    assert_eq!(ids(&planned(&before, 4)), ids(&planned(&after, 4)));
}

fn correct(manifest: &Manifest, drawing: usize) -> Manifest {
    let mut corrected = manifest.clone();
    let drawing = &mut corrected.clips[0].drawings[drawing];
    (drawing.painted, drawing.corrected) = (Some(blob("corrected")), true);
    corrected
}

#[test]
fn a_corrected_drawing_leaves_what_does_not_follow_from_it() {
    let mut painted = [false; 12];
    painted[0] = true;
    let chunks = manifest(vec![clip("c", Mode::FirstFrame, &painted, &[])]);
    assert_eq!(changed(&chunks, &correct(&chunks, 5)), names("c", &[4]), "the rest of its job");

    let mut follows = names("c", &[6, 7, 8, 9, 10, 11]);
    follows.sort();
    for mode in [Mode::PreviousFrame, Mode::Nearest] {
        let chain = manifest(vec![clip("c", mode, &painted, &[])]);
        assert_eq!(changed(&chain, &correct(&chain, 5)), follows, "its own job ends with it");
        assert_eq!(changed(&chain, &correct(&chain, 6))[..1], names("c", &[10])[..], "sorted by name");
        assert!(
            changed(&chain, &correct(&chain, 6)).contains(&"c/5.png".to_owned()),
            "its job is shorter now"
        );
    }
}

#[test]
fn a_chain_goes_on_from_what_a_person_corrected() {
    let mut painted = [false; 8];
    painted[0] = true;
    let jobs = planned(&correct(&manifest(vec![clip("c", Mode::PreviousFrame, &painted, &["ken"])]), 3), 8);
    assert_eq!(
        jobs.iter().map(keys).collect::<Vec<_>>(),
        [vec!["c/1.png", "c/2.png"], vec!["c/4.png"], vec!["c/5.png", "c/6.png", "c/7.png"]]
    );
    let follows: Vec<_> = jobs.iter().map(|job| job.spec.follows.as_ref().map(|f| f.name.as_str())).collect();
    assert_eq!(follows, [None, Some("c/3.png"), None]);
    assert_eq!((&jobs[1].spec.continues, jobs[1].needs.as_slice()), (&None, &[][..]));
    assert_eq!((&jobs[2].spec.continues, jobs[2].needs.as_slice()), (&Some(jobs[1].id.clone()), &[1][..]));
    assert!(jobs.iter().all(|job| job.spec.anchor.as_ref().unwrap().name == "c/0.png"));
}

#[test]
fn jobs_stay_when_the_farm_becomes_faster() {
    let mut pinned = manifest(vec![clip("c", Mode::PreviousFrame, &[false; 40], &["ken"])]);
    pin(&mut pinned, &rates(), 8);
    assert_eq!(pinned.clips[0].job_drawings, Some(4));
    let mut faster = Rates::default();
    faster.measure("model", Rate { seconds: 0.1, seconds_per_megapixel: 0.0 });
    let later = plan(&pinned, &faster, 60).unwrap();
    assert_eq!(ids(&later), ids(&planned(&pinned, 8)));
    let mut again = pinned.clone();
    pin(&mut again, &faster, 60);
    assert_eq!(again, pinned);
}

proptest! {
    #[test]
    fn ids_stay_when_planned_again_and_in_another_order(manifest in any_manifest(), turn in 0..5_usize, seconds in 1_u32..60) {
        let jobs = planned(&manifest, seconds);
        prop_assert_eq!(&jobs, &planned(&manifest, seconds));
        let mut turned = manifest.clone();
        let turn = turn % turned.clips.len();
        turned.clips.rotate_left(turn);
        let turned = planned(&turned, seconds);
        prop_assert_eq!(ids(&jobs), ids(&turned));
        prop_assert_eq!(ids(&jobs).len(), jobs.len(), "no two jobs of an episode share an id");
    }

    /// Exactly the jobs that a changed drawing goes into, directly or along a chain, get other ids.
    #[test]
    fn a_changed_drawing_changes_what_follows_from_it(manifest in any_manifest(), place in any::<prop::sample::Index>()) {
        let before = planned(&manifest, 8);
        let mut after = manifest;
        let total = after.drawings();
        let drawing = after.clips.iter_mut().flat_map(|clip| &mut clip.drawings).nth(place.index(total)).unwrap();
        drawing.line = blob("drawn again");
        let key = drawing.key.clone();
        let after = planned(&after, 8);
        let mut affected: Vec<bool> = Vec::new();
        for (old, new) in before.iter().zip(&after) {
            let own = keys(new).contains(&key.as_str())
                || new.spec.anchor.as_ref().is_some_and(|anchor| anchor.name == key);
            let follows = own || new.needs.iter().any(|&need| affected[need as usize]);
            affected.push(follows);
            prop_assert_eq!(old.id != new.id, follows);
        }
    }
}

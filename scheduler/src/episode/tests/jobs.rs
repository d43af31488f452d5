//! Who is painted, from what, in what order, in jobs of which size.

use std::collections::BTreeSet;
use std::path::PathBuf;

use common::{Drawing, Job, Reference};

use super::*;
use crate::episode::PlanError;
use crate::intake;

#[test]
fn a_chain_is_cut_and_each_job_continues_the_one_before() {
    let clip = clip("c", Mode::PreviousFrame, &[true, false, false, false, false, false], &["ken"]);
    let jobs = planned(&manifest(vec![clip]), 4);
    assert_eq!(
        jobs.iter().map(keys).collect::<Vec<_>>(),
        [vec!["c/1.png", "c/2.png"], vec!["c/3.png", "c/4.png"], vec!["c/5.png"]]
    );
    let needs: Vec<&[u32]> = jobs.iter().map(|job| job.needs.as_slice()).collect();
    assert_eq!(needs, [&[][..], &[0], &[1]]);
    assert_eq!(jobs[2].spec.continues, Some(jobs[1].id.clone()));
    let anchors: Vec<_> = jobs.iter().map(|job| job.spec.anchor.as_ref().unwrap().name.as_str()).collect();
    assert_eq!(anchors, ["c/0.png"; 3], "the anchor stays a reference to the end of the chain");
    assert!(jobs.iter().all(|job| job.spec.carry && job.spec.sheets == [reference("ken")]));
    assert_eq!(jobs[0].cost_ms, 4_000);
}

#[test]
fn chunks_wait_for_nobody() {
    for (mode, anchor) in [(Mode::FirstFrame, Some("c/0.png")), (Mode::Keyframe, None)] {
        let jobs = planned(&manifest(vec![clip("c", mode, &[true, false, false, false], &["ken"])]), 4);
        assert_eq!(jobs.iter().map(keys).collect::<Vec<_>>(), [vec!["c/1.png"], vec!["c/2.png", "c/3.png"]]);
        for job in jobs {
            assert_eq!((job.needs.len(), &job.spec.continues, job.spec.carry), (0, &None, false));
            assert_eq!(job.spec.anchor.as_ref().map(|anchor| anchor.name.as_str()), anchor);
        }
    }
}

#[test]
fn affinity_is_that_of_the_sheets() {
    let painted = [true, false];
    let clips = vec![
        clip("c1", Mode::Nearest, &painted, &["ken"]),
        clip("c2", Mode::FirstFrame, &painted, &["ken"]),
        clip("c3", Mode::Nearest, &painted, &["akiko"]),
        clip("c4", Mode::Nearest, &painted, &[]),
        clip("c5", Mode::Nearest, &painted, &[]),
    ];
    let affinities: Vec<_> = planned(&manifest(clips), 60).iter().map(|job| job.affinity).collect();
    assert_eq!(affinities[0], affinities[1], "the same sheets serve both");
    assert_eq!(affinities[1..].iter().collect::<BTreeSet<_>>().len(), 4, "without sheets it is the anchor's");
}

#[test]
fn what_the_queue_would_refuse_is_refused_with_a_remedy() {
    let mut endless = clip("c1", Mode::Keyframe, &[false; 1_024], &["ken"]);
    endless.job_drawings = Some(1_024);
    let mut slow = Rates::default();
    slow.measure("model", Rate { seconds: 100.0, seconds_per_megapixel: 0.0 });
    let error = plan(&manifest(vec![endless.clone()]), &slow, 60).unwrap_err();
    assert!(matches!(error, PlanError::TooLong { hours: 28, .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("clip c1: 1024 drawings") && text.contains("lower its job_drawings"), "{text}");

    let mut many = clip("c1", Mode::Keyframe, &[false; 50_001], &["ken"]);
    many.job_drawings = Some(1);
    let error = plan(&manifest(vec![many]), &rates(), 60).unwrap_err();
    assert!(error.to_string().contains("over 50000 jobs; raise job_drawings"), "{error}");
}

/// The clip as `shiage paint` would have it from a folder: files are named by their digests.
fn as_intake(manifest: &Manifest, clip: &ManifestClip) -> intake::Clip {
    let file = |blob: &Blob| PathBuf::from(blob.digest.as_str());
    let drawings = clip.drawings.iter().map(|drawing| intake::ClipDrawing {
        key: drawing.key.clone(),
        line: file(&drawing.line),
        painted: drawing.painted.as_ref().map(file),
    });
    let sheets = manifest.sheets_of(clip).map(as_reference);
    intake::Clip { name: clip.name(), drawings: drawings.collect(), sheets: sheets.collect(), timing: None }
}

fn as_reference(reference: &BlobReference) -> Reference {
    Reference {
        name: reference.name.clone(),
        line: reference.line.digest.as_str().into(),
        painted: reference.painted.digest.as_str().into(),
    }
}

/// A clip's jobs as one process would paint them: what was cut is whole again.
fn joined(jobs: &[Planned]) -> Vec<Job> {
    let mut joined: Vec<Job> = Vec::new();
    for job in jobs {
        let target = |target: &common::farm::Target| Drawing {
            key: target.key.clone(),
            line: target.line.digest.as_str().into(),
        };
        let targets = job.spec.targets.iter().map(target);
        let anchor = job.spec.anchor.as_ref().map(as_reference);
        match joined.last_mut() {
            Some(last) if job.spec.continues.is_some() || (!last.carry && last.clip == job.clip) => {
                assert_eq!(last.anchor, anchor);
                last.targets.extend(targets);
            }
            _ => joined.push(Job {
                clip: job.clip.clone(),
                anchor,
                before: None,
                carry: job.spec.carry,
                sheets: job.spec.sheets.iter().map(as_reference).collect(),
                targets: targets.collect(),
            }),
        }
    }
    joined
}

proptest! {
    #[test]
    fn what_is_painted_is_what_one_process_would_paint(manifest in any_manifest(), seconds in 1_u32..60) {
        let expected: Vec<Job> = manifest
            .clips
            .iter()
            .flat_map(|clip| crate::plan::plan(&as_intake(&manifest, clip), manifest.mode_of(clip), usize::MAX))
            .collect();
        prop_assert_eq!(joined(&planned(&manifest, seconds)), expected);
    }

    #[test]
    fn every_unpainted_drawing_is_a_target_once(manifest in any_manifest(), seconds in 1_u32..60) {
        prop_assert!(manifest.clips.iter().all(|clip| !clip.has_unpainted()) || manifest.validate().is_ok());
        let jobs = planned(&manifest, seconds);
        let mut targets: Vec<&str> = jobs.iter().flat_map(keys).collect();
        targets.sort_unstable();
        let drawings = manifest.clips.iter().flat_map(|clip| &clip.drawings);
        let mut unpainted: Vec<&str> = drawings.filter(|d| d.painted.is_none()).map(|d| d.key.as_str()).collect();
        unpainted.sort_unstable();
        prop_assert_eq!(targets, unpainted);
    }

    #[test]
    fn a_job_needs_the_one_it_continues_and_nothing_else(manifest in any_manifest(), seconds in 1_u32..60) {
        let jobs = planned(&manifest, seconds);
        for (index, job) in jobs.iter().enumerate() {
            prop_assert!(job.needs.iter().all(|&need| (need as usize) < index));
            let needed: Vec<&common::farm::JobId> = job.needs.iter().map(|&need| &jobs[need as usize].id).collect();
            prop_assert_eq!(needed, job.spec.continues.iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn jobs_take_about_the_target(length in 1_usize..300, seconds in 1_u32..200, mode in prop::sample::select(&Mode::ALL)) {
        let manifest = manifest(vec![clip("c", mode, &vec![false; length], &["ken"])]);
        let jobs = planned(&manifest, seconds);
        let each = (EACH * 1_000.0) as u32;
        let target = (seconds * 1_000).max(each);
        let (last, others) = jobs.split_last().unwrap();
        for job in others {
            prop_assert_eq!(job.cost_ms, job.spec.targets.len() as u32 * each);
            prop_assert!(job.cost_ms <= target && job.cost_ms * 2 > target - each, "{} of {target}", job.cost_ms);
        }
        prop_assert!(last.cost_ms < target + target / 2 + each);
    }
}

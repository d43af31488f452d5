//! The plan: a clip becomes jobs. Pure; every drawing that is not given painted is a target of exactly one job.

use common::{Drawing, Job, Mode, Reference};

use crate::intake::{Clip, ClipDrawing};
use crate::runs::{Run, carries, runs};

/// Splits a clip into jobs. `shots` bounds the number of design sheets used.
///
/// A mode that starts from a painted drawing falls back to the sheets when the clip has none. A clip without any
/// reference gives no job: see [`Clip::has_reference`].
#[must_use]
pub fn plan(clip: &Clip, mode: Mode, shots: usize) -> Vec<Job> {
    let sheets: Vec<Reference> = clip.sheets.iter().take(shots).cloned().collect();
    let painted: Vec<bool> = clip.drawings.iter().map(|drawing| drawing.painted.is_some()).collect();
    let runs = runs(&painted, mode);
    runs.iter().filter_map(|run| job(clip, run, carries(mode), &sheets)).collect()
}

fn job(clip: &Clip, run: &Run, carry: bool, sheets: &[Reference]) -> Option<Job> {
    let drawings = run.positions.iter().map(|&i| &clip.drawings[i]);
    let targets: Vec<Drawing> = drawings.filter(|drawing| drawing.painted.is_none()).map(target).collect();
    let anchor = run.anchor.and_then(|i| reference(&clip.drawings[i]));
    if targets.is_empty() || (anchor.is_none() && sheets.is_empty()) {
        return None;
    }
    Some(Job { clip: clip.name.clone(), anchor, before: None, carry, sheets: sheets.to_vec(), targets })
}

fn target(drawing: &ClipDrawing) -> Drawing {
    Drawing { key: drawing.key.clone(), line: drawing.line.clone() }
}

fn reference(drawing: &ClipDrawing) -> Option<Reference> {
    let painted = drawing.painted.clone()?;
    Some(Reference { name: drawing.key.clone(), line: drawing.line.clone(), painted })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clip(painted: &[bool], sheets: usize) -> Clip {
        let drawings = painted.iter().enumerate().map(|(i, &painted)| ClipDrawing {
            key: format!("{i}"),
            line: format!("line/{i}").into(),
            painted: painted.then(|| format!("gt/{i}").into()),
        });
        let sheets = (0..sheets).map(|i| Reference {
            name: format!("sheet{i}"),
            line: format!("ref/line/{i}").into(),
            painted: format!("ref/gt/{i}").into(),
        });
        Clip { name: "c".into(), drawings: drawings.collect(), sheets: sheets.collect(), timing: None }
    }

    fn shape(jobs: &[Job]) -> Vec<(Option<String>, Vec<String>)> {
        let keys = |job: &Job| job.targets.iter().map(|t| t.key.clone()).collect();
        jobs.iter().map(|job| (job.anchor.as_ref().map(|a| a.name.clone()), keys(job))).collect()
    }

    fn expected(rows: &[(Option<&str>, &[&str])]) -> Vec<(Option<String>, Vec<String>)> {
        let texts = |keys: &[&str]| keys.iter().map(|&k| k.to_owned()).collect();
        rows.iter().map(|(anchor, keys)| (anchor.map(str::to_owned), texts(keys))).collect()
    }

    #[test]
    fn nearest_walks_outward_from_every_painted_drawing() {
        let clip = clip(&[false, true, false, false, false, true, false], 0);
        let jobs = plan(&clip, Mode::Nearest, 0);
        let rows: [(Option<&str>, &[&str]); 4] =
            [(Some("1"), &["2", "3"]), (Some("1"), &["0"]), (Some("5"), &["6"]), (Some("5"), &["4"])];
        assert_eq!(shape(&jobs), expected(&rows));
        assert!(jobs.iter().all(|job| job.carry));
    }

    #[test]
    fn a_chain_walks_back_to_the_drawings_before_its_start() {
        let clip = clip(&[false, false, true, false], 0);
        let rows: [(Option<&str>, &[&str]); 2] = [(Some("2"), &["3"]), (Some("2"), &["1", "0"])];
        assert_eq!(shape(&plan(&clip, Mode::PreviousFrame, 0)), expected(&rows));
    }

    #[test]
    fn first_frame_and_keyframe_do_not_carry() {
        let clip = clip(&[true, false, false], 2);
        let jobs = plan(&clip, Mode::FirstFrame, 1);
        assert_eq!(shape(&jobs), expected(&[(Some("0"), &["1", "2"])]));
        assert!(!jobs[0].carry);
        assert_eq!(jobs[0].sheets.len(), 1);
        let jobs = plan(&clip, Mode::Keyframe, usize::MAX);
        assert_eq!(shape(&jobs), expected(&[(None, &["1", "2"])]));
        assert!(!jobs[0].carry);
    }

    #[test]
    fn without_any_reference_there_is_no_job() {
        assert_eq!(plan(&clip(&[false, false], 0), Mode::Nearest, usize::MAX), []);
        assert_eq!(plan(&clip(&[false, false], 3), Mode::PreviousFrame, 0), []);
    }

    proptest! {
        #[test]
        fn every_unpainted_drawing_is_a_target_once(
            painted in prop::collection::vec(any::<bool>(), 1..40),
            mode in prop::sample::select(&Mode::ALL),
        ) {
            let jobs = plan(&clip(&painted, 1), mode, 1);
            let mut keys: Vec<usize> =
                jobs.iter().flat_map(|job| &job.targets).map(|t| t.key.parse().unwrap()).collect();
            keys.sort_unstable();
            let unpainted: Vec<usize> = (0..painted.len()).filter(|&i| !painted[i]).collect();
            prop_assert_eq!(keys, unpainted);
        }

        #[test]
        fn nearest_starts_from_the_closest_painted_drawing(
            painted in prop::collection::vec(any::<bool>(), 1..40),
        ) {
            let anchors: Vec<usize> = (0..painted.len()).filter(|&i| painted[i]).collect();
            for job in plan(&clip(&painted, 0), Mode::Nearest, 0) {
                let anchor: usize = job.anchor.unwrap().name.parse().unwrap();
                for target in &job.targets {
                    let target: usize = target.key.parse().unwrap();
                    let nearest = anchors.iter().map(|a| a.abs_diff(target)).min();
                    prop_assert_eq!(Some(anchor.abs_diff(target)), nearest);
                }
            }
        }
    }
}

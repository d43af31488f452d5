//! Episodes on farms of all sizes.

use std::collections::BTreeSet;

use common::Mode;
use common::farm::Manifest;
use common::farm::manifest::ManifestClip;
use proptest::prelude::*;

use super::*;
use crate::episode::{Rates, plan};

const COSTS: Costs =
    Costs { drawing_us: 264_550, embedding_us: 264_550, fetch_us: 500_000, commit_us: 300_000 };

fn shape(mode: Mode) -> Shape {
    Shape {
        drawings: 400,
        clip: 8..=60,
        mode,
        key_every: 12,
        characters: 3,
        sheets: 2,
        longest_first: false,
        seed: 7,
    }
}

fn farm(workers: u32) -> Farm {
    Farm { workers, ahead: true, deaths: None, seed: 1 }
}

fn run(work: &Work, farm: &Farm) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(simulate(work, farm)).unwrap()
}

fn planned(shape: &Shape, costs: Costs, target_seconds: u32) -> Work {
    Work::plan(&shape.manifest().unwrap(), costs, target_seconds).unwrap()
}

fn any_shape() -> impl Strategy<Value = Shape> {
    let clip = (1_u32..20, 0_u32..60).prop_map(|(least, more)| least..=least + more);
    let mode = prop::sample::select(&Mode::ALL);
    (1_u32..600, clip, mode, 1_u32..30, (1_u32..6, 1_u32..4), any::<u64>()).prop_map(
        |(drawings, clip, mode, key_every, (characters, sheets), seed)| Shape {
            drawings,
            clip,
            mode,
            key_every,
            characters,
            sheets,
            longest_first: seed % 2 == 0,
            seed,
        },
    )
}

fn any_costs() -> impl Strategy<Value = Costs> {
    (1_u64..3_000_000, 0_u64..2_000_000, 0_u64..2_000_000, 0_u64..2_000_000).prop_map(
        |(drawing_us, embedding_us, fetch_us, commit_us)| Costs {
            drawing_us,
            embedding_us,
            fetch_us,
            commit_us,
        },
    )
}

fn any_work() -> impl Strategy<Value = (Shape, Work)> {
    (any_shape(), any_costs(), 1_u32..60).prop_map(|(shape, costs, target_seconds)| {
        let work = planned(&shape, costs, target_seconds);
        (shape, work)
    })
}

/// What one worker does that never waits: each reference is embedded once, and a chain goes on from what is in memory.
fn alone_us(manifest: &Manifest, work: &Work) -> u64 {
    let jobs = plan(manifest, &Rates::default(), 1).unwrap();
    let references: BTreeSet<_> = jobs
        .iter()
        .flat_map(|job| job.spec.anchor.iter().chain(&job.spec.sheets))
        .map(|reference| &reference.line.digest)
        .collect();
    let drawings: usize = jobs.iter().map(|job| job.spec.targets.len()).sum();
    let Costs { drawing_us, embedding_us, commit_us, .. } = work.costs;
    drawings as u64 * drawing_us + references.len() as u64 * embedding_us + jobs.len() as u64 * commit_us
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_episode_is_as_it_was_asked_for(shape in any_shape()) {
        let manifest = shape.manifest().unwrap();
        prop_assert!(manifest.validate().is_ok(), "{:?}", manifest.validate());
        prop_assert_eq!(&manifest, &shape.manifest().unwrap());
        let to_paint = |clip: &ManifestClip| {
            clip.drawings.iter().filter(|drawing| drawing.painted.is_none()).count() as u32
        };
        prop_assert_eq!(manifest.clips.iter().map(to_paint).sum::<u32>(), shape.drawings);
        let odd = manifest.clips.iter().filter(|&clip| !shape.clip.contains(&to_paint(clip))).count();
        prop_assert!(odd <= 1, "what was left makes one clip, however short");
        let lengths = manifest.clips.iter().map(|clip| clip.drawings.len());
        prop_assert!(!shape.longest_first || lengths.is_sorted_by(|one, next| one >= next));
        let work = planned(&shape, COSTS, 60);
        prop_assert_eq!(work.drawings(), shape.drawings);
        let longest = manifest.clips.iter().map(to_paint).max().unwrap();
        match shape.mode {
            // From a key drawing it is half as far as to the next one.
            Mode::Nearest => prop_assert!(work.longest_path() <= shape.key_every.div_ceil(2)),
            Mode::PreviousFrame => prop_assert_eq!(work.longest_path(), longest),
            Mode::FirstFrame | Mode::Keyframe => prop_assert!(work.longest_path() <= longest),
        }
    }

    #[test]
    fn no_farm_is_faster_than_it_can_be((_, work) in any_work(), workers in 1_u32..40) {
        let outcome = run(&work, &farm(workers));
        prop_assert!(outcome.makespan_us >= work.critical_path_us());
        prop_assert!(outcome.makespan_us * u64::from(workers) >= work.engine_us());
        prop_assert!((0.0..1.0).contains(&outcome.idle()), "{outcome:?}");
        prop_assert_eq!((outcome.drawings, outcome.jobs as usize), (work.drawings(), work.jobs()));
        prop_assert_eq!((outcome.deaths, outcome.lost_leases, outcome.undone_us), (0, 0, 0));
    }

    /// Only what is fetched before the first drawing, or faster painted than fetched, keeps one worker waiting.
    #[test]
    fn one_worker_does_all_the_work_one_after_the_other(
        shape in any_shape(),
        costs in any_costs(),
        drawings in 1_u32..80,
    ) {
        // The plan by rates that are not those of these costs, so that both have the same jobs.
        let mut manifest = shape.manifest().unwrap();
        for clip in &mut manifest.clips {
            clip.job_drawings = Some(drawings);
        }
        let at_once = Work::plan(&manifest, Costs { fetch_us: 0, ..costs }, 1).unwrap();
        let alone = alone_us(&manifest, &at_once);
        prop_assert_eq!(run(&at_once, &farm(1)).makespan_us, alone);
        let work = Work::plan(&manifest, costs, 1).unwrap();
        let fetches = costs.fetch_us * work.jobs() as u64;
        prop_assert_eq!(run(&work, &Farm { ahead: false, ..farm(1) }).makespan_us, alone + fetches);
        let ahead = run(&work, &farm(1)).makespan_us;
        prop_assert!((alone + costs.fetch_us..=alone + fetches).contains(&ahead));
    }

    #[test]
    fn every_drawing_is_painted_once_though_workers_die(
        (_, work) in any_work(),
        workers in 1_u32..20,
        lives in 40.0..400.0_f64,
        restart_us in 0_u64..60_000_000,
        seed in any::<u64>(),
    ) {
        // Some of them die in the middle, but hardly any job dies.
        let mtbf_s = lives * (work.costs.drawing_us + work.costs.embedding_us * 8) as f64 / 1e6 + 60.0;
        let farm = Farm { deaths: Some(Deaths { mtbf_s, restart_us }), seed, ..farm(workers) };
        let outcome = run(&work, &farm);
        prop_assert_eq!((outcome.drawings, outcome.jobs as usize), (work.drawings(), work.jobs()));
        prop_assert_eq!(outcome.painting_us, u64::from(work.drawings()) * work.costs.drawing_us);
        prop_assert!(outcome.makespan_us >= work.critical_path_us());
        prop_assert!(outcome.lost_leases <= 2 * outcome.deaths, "one in hand and one ahead: {outcome:?}");
        prop_assert!((0.0..1.0).contains(&outcome.idle()), "{outcome:?}");
        prop_assert_eq!(run(&work, &farm), outcome, "the same again");
    }
}

/// A chain is painted by one after the other, however many there are; from key drawings it is painted at many places.
#[test]
fn a_chain_takes_its_time_on_any_farm() {
    let clip = |mode| Shape { drawings: 60, clip: 60..=60, characters: 0, ..shape(mode) };
    let chain = planned(&clip(Mode::PreviousFrame), COSTS, 4);
    assert_eq!((chain.jobs(), chain.longest_path()), (8, 60), "sixteen seconds in jobs of two");
    let begin = COSTS.embedding_us;
    let expected = begin + 60 * COSTS.drawing_us + 8 * (COSTS.fetch_us + COSTS.commit_us);
    assert_eq!(chain.critical_path_us(), expected);
    let many = run(&chain, &farm(32));
    // Who goes on with another's job embeds what that one held: the last drawing, and the anchor the first time.
    let hops = u64::from(many.embeddings - 1);
    assert_eq!(many.makespan_us, expected + hops * COSTS.embedding_us);
    assert!((1..=14).contains(&hops), "{hops}");
    let whole = planned(&clip(Mode::PreviousFrame), COSTS, 60);
    assert_eq!(run(&whole, &farm(32)).makespan_us, run(&whole, &farm(1)).makespan_us);
    let keys = planned(&clip(Mode::Nearest), COSTS, 4);
    assert_eq!(keys.longest_path(), 6);
    assert!(run(&keys, &farm(32)).makespan_us * 4 < many.makespan_us);
}

/// A long chain that begins late is waited for by all.
#[test]
fn long_clips_first_leave_less_to_wait_for() {
    let makespan = |longest_first| {
        let shape = Shape { drawings: 2_000, longest_first, ..shape(Mode::PreviousFrame) };
        run(&planned(&shape, COSTS, 60), &farm(24)).makespan_us
    };
    assert!(makespan(true) * 10 < makespan(false) * 9, "{} and {}", makespan(true), makespan(false));
}

/// Who paints a long job holds another one ahead, with which somebody idle could have begun.
#[test]
fn claiming_ahead_costs_where_jobs_are_few() {
    let work = planned(&Shape { drawings: 2_000, characters: 1, ..shape(Mode::Keyframe) }, COSTS, 60);
    let makespan = |workers, ahead| run(&work, &Farm { ahead, ..farm(workers) }).makespan_us;
    let most = work.jobs() as u32 * 3 / 5;
    assert!(makespan(most, true) > makespan(most, false) * 6 / 5, "{most} workers");
    assert!(makespan(2, true) < makespan(2, false), "what is fetched meanwhile takes no time");
}

/// Workers take what they hold the references of: cold, each job would need those of its character.
#[test]
fn references_are_embedded_by_few_workers() {
    let shape = Shape { drawings: 4_000, sheets: 8, characters: 8, ..shape(Mode::Keyframe) };
    let work = planned(&shape, COSTS, 5);
    let outcome = run(&work, &farm(8));
    let (least, cold) = (8 * 8, 8 * work.jobs() as u32);
    assert!((least..cold / 3).contains(&outcome.embeddings), "{} of {cold}", outcome.embeddings);
}

/// Deaths cost time: what was in hand, the lease, the start of another worker.
#[test]
fn a_death_costs_a_lease_at_least() {
    let work = planned(&Shape { drawings: 200, clip: 200..=200, ..shape(Mode::PreviousFrame) }, COSTS, 300);
    let alive = run(&work, &farm(2));
    let deaths = Some(Deaths { mtbf_s: 120.0, restart_us: 30_000_000 });
    let late = |seed| {
        let outcome = run(&work, &Farm { deaths, seed, ..farm(2) });
        (outcome.lost_leases, (outcome.makespan_us - alive.makespan_us) / 1_000_000)
    };
    let hit: Vec<(u32, u64)> = (0..20).map(late).filter(|&(lost, _)| lost > 0).collect();
    assert!(hit.len() > 3, "{hit:?}");
    assert!(hit.iter().all(|&(lost, seconds)| (u64::from(lost) * 10..400).contains(&seconds)), "{hit:?}");
}

#[test]
fn a_job_that_no_worker_survives_is_told() {
    let work = planned(&shape(Mode::Keyframe), Costs { drawing_us: 60_000_000, ..COSTS }, 60);
    let farm = Farm { deaths: Some(Deaths { mtbf_s: 20.0, restart_us: 0 }), ..farm(4) };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let error = runtime.block_on(simulate(&work, &farm)).unwrap_err().to_string();
    assert!(error.contains("3 workers were lost with it") && error.contains("live longer"), "{error}");
}

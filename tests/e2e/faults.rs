//! Many faults, one after the other.

use e2e::chaos::{Plan, run};

use super::shiage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_farm_under_fire_paints_as_if_nothing_had_happened() {
    let plan = Plan { faults: 30, workers: 3, clips: 6, drawings: 16, ..Plan::default() };
    let report = run(&shiage(), plan, &|_| {}).await.unwrap();
    assert_eq!(report.verdict.violations, [""; 0], "{report:?}");
    assert!(report.episodes > 0 && report.verdict.drawings > 0, "{report:?}");
}

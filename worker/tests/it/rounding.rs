//! How often half precision decides as f32 does.

use std::path::Path;

use candle_core::{DType, Device};
use cel::AlphaRule;
use worker::engine::{DaconEngine, Engine as _, SegmentFeatures};
use worker::model::{Dacon, Place, checkpoint};

use crate::golden::{cases, drawing, engine, facts, labels};

/// Cases that are looked at: each costs a pass for every drawing and engine.
const CASES: usize = 2;

/// How far a partner must lead for a half precision to be held to it: half of what bf16 rounds a similarity near 1 by.
const DECIDED: f32 = 2e-3;

/// For each segment of golden targets, how far its best partner leads for one engine, and whether another engine gives
/// it the same partner.
pub struct Agreement(Vec<(f32, bool)>);

impl Agreement {
    pub fn of(one: &DaconEngine, other: &DaconEngine) -> Self {
        let cases = cases().into_iter().take(CASES);
        let pairs = cases.flat_map(|case| {
            let [a, b] = [one, other].map(|engine| partners(engine, &case));
            a.into_iter().zip(b).map(|(a, b)| (a.margin, a.partner == b.partner))
        });
        Self(pairs.collect())
    }

    /// Fails unless 99.5 % of the decided segments have the same partner.
    pub fn check(&self, what: &str) {
        let share = |pairs: &[&(f32, bool)]| {
            pairs.iter().filter(|(_, same)| *same).count() as f64 / pairs.len() as f64
        };
        let all: Vec<_> = self.0.iter().collect();
        let decided: Vec<_> = self.0.iter().filter(|(margin, _)| *margin > DECIDED).collect();
        let (found, of_all) = (share(&decided), share(&all));
        eprintln!("{what}: {found:.4} of {} decided, {of_all:.4} of {} segments", decided.len(), all.len());
        assert!(decided.len() > 50 && found >= 0.995, "{what}: {found} of {} decided", decided.len());
    }
}

/// The most similar segment among those of all references, and how far it leads.
struct Best {
    partner: usize,
    margin: f32,
}

/// The best partner of each segment of a case's target.
fn partners(engine: &DaconEngine, case: &Path) -> Vec<Best> {
    let facts = facts(case);
    let embed = |name: &str| -> SegmentFeatures {
        let frame = &facts["frames"][name];
        let path = |key: &str| case.join(frame[key].as_str().unwrap());
        engine.embed(&drawing(&path("line")), &labels(&path("seg"))).unwrap()
    };
    let target = embed("tgt");
    let references = facts["references"].as_array().unwrap().len();
    let similarities: Vec<_> =
        (0..references).map(|i| engine.compare(&target, &embed(&format!("ref{i}"))).unwrap()).collect();
    let rows = similarities[0].values.len() / similarities[0].columns;
    let best = |row: usize| {
        let mut all: Vec<(usize, f32)> =
            similarities.iter().flat_map(|part| part.row(row)).copied().enumerate().collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        Best { partner: all[0].0, margin: all[0].1 - all.get(1).map_or(-1.0, |second| second.1) }
    };
    (0..rows).map(best).collect()
}

/// The model of the goldens with its weights rounded to a type.
fn rounded(dtype: DType) -> DaconEngine {
    let (folder, engine) = engine("1_1");
    let config = engine.model().config().clone();
    let read = |name: &str| {
        let weights = checkpoint::read(&folder.path().join("model").join(name)).unwrap();
        weights.to(&Device::Cpu, dtype).unwrap().to(&Device::Cpu, DType::F32).unwrap()
    };
    let (weights, backbone) = (read("dacon.safetensors"), read("backbone.safetensors"));
    let model = Dacon::new(&config, &weights, Some(&backbone), &Place::cpu()).unwrap();
    DaconEngine::new(model, AlphaRule::Reference, b"rounded")
}

#[test]
fn rounded_weights_decide_alike() {
    let (_folder, exact) = engine("1_1");
    for dtype in [DType::F16, DType::BF16] {
        Agreement::of(&exact, &rounded(dtype)).check(&format!("{dtype:?}"));
    }
}

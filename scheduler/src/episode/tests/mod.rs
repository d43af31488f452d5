//! Manifests planned.

mod identity;
mod jobs;
mod queue;
mod scan;

use common::farm::manifest::{ManifestClip, ManifestDrawing};
use common::farm::{Alpha, Blob, BlobReference, Manifest, OutputFormat, SpecFormat};
use common::{Digest, Mode};
use proptest::prelude::*;

use super::{Planned, Rate, Rates, plan};

/// Seconds that a drawing takes in these tests.
const EACH: f64 = 2.0;

fn blob(content: &str) -> Blob {
    let file = content.rsplit('/').next().unwrap();
    Blob { digest: Digest::of(content.as_bytes()), size: 100, name: format!("{file}.png") }
}

fn reference(name: &str) -> BlobReference {
    BlobReference {
        name: name.into(),
        line: blob(&format!("{name} line")),
        painted: blob(&format!("{name} painted")),
    }
}

fn clip(cut: &str, mode: Mode, painted: &[bool], characters: &[&str]) -> ManifestClip {
    let drawing = |(i, &painted): (usize, &bool)| {
        let key = format!("{cut}/{i}.png");
        ManifestDrawing {
            line: blob(&key),
            painted: painted.then(|| blob(&format!("{key} painted"))),
            corrected: false,
            key,
        }
    };
    ManifestClip {
        cut: cut.into(),
        cel: String::new(),
        characters: characters.iter().map(|&name| name.to_owned()).collect(),
        mode: Some(mode),
        model: None,
        shots: None,
        size: None,
        job_drawings: None,
        drawings: painted.iter().enumerate().map(drawing).collect(),
    }
}

fn manifest(clips: Vec<ManifestClip>) -> Manifest {
    Manifest {
        format: SpecFormat::FIRST,
        show: "S".parse().unwrap(),
        user: "u".parse().unwrap(),
        priority: common::queue::Priority::Normal,
        pool: None,
        model: "model".into(),
        alpha: Alpha::Composite,
        output: OutputFormat::Same,
        rules: cel::PaintRules::default(),
        mode: None,
        shots: None,
        sheets: ["akiko", "ken"].map(|name| (name.to_owned(), vec![reference(name)])).into(),
        clips,
    }
}

fn rates() -> Rates {
    let mut rates = Rates::default();
    rates.measure("model", Rate { seconds: EACH, seconds_per_megapixel: 0.0 });
    rates
}

fn planned(manifest: &Manifest, target_seconds: u32) -> Vec<Planned> {
    plan(manifest, &rates(), target_seconds).unwrap()
}

fn keys(job: &Planned) -> Vec<&str> {
    job.spec.targets.iter().map(|target| target.key.as_str()).collect()
}

/// A clip that can be painted: with a sheet, or with a painted drawing where its mode uses one.
fn any_clip() -> impl Strategy<Value = ManifestClip> {
    let painted = prop::collection::vec(prop::bool::weighted(0.1), 1..80);
    (prop::sample::select(&Mode::ALL), painted, 0..3_usize).prop_map(|(mode, mut painted, characters)| {
        let characters =
            &["ken", "akiko"][..if mode == Mode::Keyframe { characters.max(1) } else { characters }];
        if characters.is_empty() && !painted.contains(&true) {
            painted[0] = true;
        }
        clip("c", mode, &painted, characters)
    })
}

fn any_manifest() -> impl Strategy<Value = Manifest> {
    prop::collection::vec(any_clip(), 1..5).prop_map(|mut clips| {
        for (i, clip) in clips.iter_mut().enumerate() {
            clip.cut = format!("c{i}");
            for drawing in &mut clip.drawings {
                drawing.key.insert_str(0, &format!("{i}/"));
                drawing.line = blob(&drawing.key);
                drawing.painted =
                    drawing.painted.is_some().then(|| blob(&format!("{} painted", drawing.key)));
            }
        }
        manifest(clips)
    })
}

//! A folder becomes a manifest.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::*;
use crate::episode::{About, FileFacts, manifest as from_clips};
use crate::intake::{Clip, ClipDrawing, Episode};

fn about() -> About {
    About {
        show: "S".parse().unwrap(),
        user: "u".parse().unwrap(),
        priority: common::queue::Priority::Low,
        pool: None,
        model: "shape".into(),
        alpha: Alpha::Composite,
        output: OutputFormat::Png,
        rules: cel::PaintRules::default(),
        mode: None,
        shots: Some(1),
    }
}

fn facts(path: &Path) -> FileFacts {
    let large = path.ends_with("2.tga");
    FileFacts {
        digest: Digest::of(path.as_os_str().as_encoded_bytes()),
        bytes: 7,
        size: Some(if large { [1_920, 1_200] } else { [1_920, 1_080] }),
    }
}

fn found(name: &str, sheets: &[&str]) -> Clip {
    let drawing = |i: u32| ClipDrawing {
        key: format!("{name}/line/{i}.tga"),
        line: format!("in/{name}/line/{i}.tga").into(),
        painted: (i == 1).then(|| format!("in/{name}/gt/{i}.png").into()),
    };
    let sheet = |folder: &&str| common::Reference {
        name: format!("{folder}/gt/front.png"),
        line: format!("in/{folder}/line/front.png").into(),
        painted: format!("in/{folder}/gt/front.png").into(),
    };
    let drawings = (1..=2).map(drawing).collect();
    Clip { name: name.into(), drawings, sheets: sheets.iter().map(sheet).collect(), timing: None }
}

#[test]
fn clips_become_a_manifest_that_can_be_painted() {
    let clips = vec![found("c1/A", &["ken/ref"]), found("c1/B", &["ken/ref"]), found("c2", &[])];
    let episode = Episode { clips, ..Episode::default() };
    let mut seen = Vec::new();
    let scanned = from_clips(&episode, &about(), |path| {
        seen.push(path.to_path_buf());
        Ok::<_, io::Error>(facts(path))
    })
    .unwrap();
    let manifest = &scanned.manifest;
    manifest.validate().unwrap();
    let names: Vec<_> =
        manifest.clips.iter().map(|c| (c.cut.as_str(), c.cel.as_str(), c.characters.len())).collect();
    assert_eq!(names, [("c1", "A", 1), ("c1", "B", 1), ("c2", "", 0)]);
    assert_eq!(manifest.clips[0].name(), episode.clips[0].name);
    assert_eq!(manifest.sheets["ken/ref"][0].name, "ken/ref/gt/front.png");
    assert_eq!(manifest.clips[0].size, Some([1_920, 1_200]), "the largest drawing");
    let drawing = &manifest.clips[0].drawings[0];
    assert_eq!((drawing.key.as_str(), drawing.line.name.as_str()), ("c1/A/line/1.tga", "1.tga"));
    assert_eq!(manifest.mode_of(&manifest.clips[0]), episode.clips[0].mode(None));

    seen.sort();
    let once: BTreeMap<&PathBuf, ()> = seen.iter().map(|path| (path, ())).collect();
    assert_eq!((seen.len(), once.len()), (11, 11), "every file is read once");
    assert_eq!(scanned.files.len(), 11);
    assert_eq!(scanned.files[&drawing.line.digest], Path::new("in/c1/A/line/1.tga"));
}

#[test]
fn sheets_of_the_root_have_a_name_too() {
    let mut clip = found("c1", &["x"]);
    clip.sheets[0].name = "gt/front.png".into();
    let episode = Episode { clips: vec![clip], ..Episode::default() };
    let scanned = from_clips(&episode, &about(), |path| Ok::<_, io::Error>(facts(path))).unwrap();
    assert_eq!(scanned.manifest.clips[0].characters, ["sheets"]);
    scanned.manifest.validate().unwrap();
}

#[test]
fn clips_with_other_sheets_in_the_same_folder_have_other_characters() {
    let mut clips = vec![found("c1", &["ken/ref"]), found("c2", &["ken/ref"]), found("c3", &["ken/ref"])];
    clips[1].sheets.push(common::Reference {
        name: "c2/gt/9.png".into(),
        line: "in/c2/gt/9.png".into(),
        painted: "in/c2/gt/9.png".into(),
    });
    let episode = Episode { clips, ..Episode::default() };
    let manifest = from_clips(&episode, &about(), |path| Ok::<_, io::Error>(facts(path))).unwrap().manifest;
    manifest.validate().unwrap();
    let characters: Vec<&str> = manifest.clips.iter().map(|clip| clip.characters[0].as_str()).collect();
    assert_eq!(characters, ["ken/ref", "ken/ref of c2", "ken/ref"]);
    assert_eq!(manifest.sheets["ken/ref of c2"].len(), 2);
}

#[test]
fn a_file_that_cannot_be_read_ends_it() {
    let episode = Episode { clips: vec![found("c1", &[])], ..Episode::default() };
    let error = from_clips(&episode, &about(), |path| Err(path.display().to_string())).unwrap_err();
    assert_eq!(error, "in/c1/gt/1.png");
}

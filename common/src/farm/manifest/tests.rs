//! Manifests read, written and checked.

use proptest::prelude::*;

use super::*;
use crate::Digest;
use crate::farm::Blob;

fn blob(name: &str) -> Blob {
    let file = name.rsplit('/').next().unwrap();
    Blob { digest: Digest::of(name.as_bytes()), size: 100 + name.len() as u64, name: format!("{file}.png") }
}

fn drawing(key: &str, painted: bool) -> ManifestDrawing {
    ManifestDrawing {
        key: format!("{key}.tga"),
        line: blob(key),
        painted: painted.then(|| blob(&format!("{key} painted"))),
        corrected: false,
    }
}

fn clip(cut: &str, painted: &[bool]) -> ManifestClip {
    let drawings = painted.iter().enumerate().map(|(i, &painted)| drawing(&format!("{cut}/A/{i}"), painted));
    ManifestClip {
        cut: cut.into(),
        cel: "A".into(),
        characters: Vec::new(),
        mode: None,
        model: None,
        shots: None,
        size: None,
        job_drawings: None,
        drawings: drawings.collect(),
    }
}

fn sheet(name: &str) -> BlobReference {
    BlobReference { name: name.into(), line: blob(&format!("{name} line")), painted: blob(name) }
}

fn manifest(clips: Vec<ManifestClip>) -> Manifest {
    Manifest {
        format: SpecFormat::FIRST,
        show: "Akatsuki".parse().unwrap(),
        user: "mori".parse().unwrap(),
        priority: Priority::High,
        pool: None,
        model: "builtin".into(),
        alpha: Alpha::Composite,
        output: OutputFormat::Same,
        rules: PaintRules::default(),
        mode: None,
        shots: None,
        sheets: BTreeMap::from([
            ("akiko".into(), vec![sheet("akiko front"), sheet("akiko back")]),
            ("ken".into(), vec![sheet("ken")]),
        ]),
        clips,
    }
}

fn faults(manifest: &Manifest) -> Vec<String> {
    manifest.validate().err().map_or(Vec::new(), |e| e.faults.iter().map(ToString::to_string).collect())
}

#[test]
fn json_and_toml_say_the_same() {
    let json = br#"{"format": 1, "show": "S", "user": "u", "clips": [
        {"cut": "c1", "mode": "first-frame", "size": [1920, 1080], "drawings": []}]}"#;
    let toml = b"format = 1\nshow = 'S'\nuser = 'u'\n[[clips]]\ncut = 'c1'\nmode = 'first-frame'\n\
                 size = [1920, 1080]\ndrawings = []\n";
    let manifest = Manifest::from_json(json).unwrap();
    assert_eq!(manifest, Manifest::from_toml(toml).unwrap());
    assert_eq!((manifest.model.as_str(), manifest.priority), ("builtin", Priority::Normal));
    assert_eq!(manifest.clips[0].mode, Some(Mode::FirstFrame));
}

#[test]
fn the_example_for_people_can_be_painted() {
    let page = include_str!("../../../../docs/formats.md");
    let example = page.split("```toml\n").find(|block| block.starts_with("format = 1")).unwrap();
    let example = example.split("```").next().unwrap();
    let manifest = Manifest::from_toml(example.as_bytes()).unwrap();
    manifest.validate().unwrap();
    assert_eq!((manifest.drawings(), manifest.sheets_of(&manifest.clips[1]).count()), (4, 1));
    assert_eq!(Manifest::from_json(&manifest.to_json().unwrap()).unwrap(), manifest);
}

#[test]
fn what_is_not_known_is_refused() {
    for (text, part) in [
        ("format = 3", "format 3"),
        ("format = 1\nshow = 'a/b'", "show \"a/b\""),
        ("format = 1\nshow = 'S'\nuser = 'u'\nclips = []\nmodus = 'x'", "unknown field `modus`"),
        ("format = 1\nshow = 'S'\nuser = 'u'", "missing field `clips`"),
        ("format = ", "TOML"),
    ] {
        let error = Manifest::from_toml(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("docs/formats.md"), "{error}");
    }
    assert!(matches!(Manifest::from_toml(b"\xff"), Err(ManifestError::NotText(_))));
    let long = vec![b' '; MAX_MANIFEST + 1];
    assert!(matches!(Manifest::from_json(&long), Err(ManifestError::TooLong { .. })));
}

#[test]
fn a_digest_that_is_none_is_refused() {
    let mut value = serde_json::to_value(manifest(vec![clip("c1", &[true, false])])).unwrap();
    value["clips"][0]["drawings"][0]["line"]["digest"] = "../../epoch.json".into();
    let error = Manifest::from_json(value.to_string().as_bytes()).unwrap_err().to_string();
    assert!(error.contains("64 lower-case hexadecimal digits"), "{error}");
}

#[test]
fn everything_wrong_is_told_at_once() {
    let mut twice = clip("c1", &[true, false]);
    twice.drawings[1].key = twice.drawings[0].key.clone();
    let mut strangers = clip("c2", &[false]);
    strangers.characters = vec!["akiko".into(), "akiko".into(), "ryu".into()];
    let mut paths = clip("c3", &[true, false, false, false]);
    for (drawing, key) in paths.drawings.iter_mut().zip(["../x.png", "/x.png", "x//y.png", "x\\y.png"]) {
        drawing.key = key.into();
    }
    let mut blobs = clip("c4", &[true, false]);
    blobs.drawings[0].line.size = 0;
    blobs.drawings[1].line = Blob { name: "x.psd".into(), ..blob("ken") };
    blobs.drawings[1].line.size += 1;
    let mut numbers = clip("c5", &[true, false]);
    (numbers.job_drawings, numbers.size) = (Some(0), Some([1920, 0]));
    numbers.drawings[0].painted = Some(Blob { name: "../x.png".into(), ..blob("x") });
    let manifest =
        manifest(vec![twice, clip("c6", &[]), strangers, paths, blobs, numbers, clip("c6", &[false])]);
    let found = faults(&manifest).join("\n");
    for expected in [
        "clip c1/A, drawing c1/A/0.tga: another drawing has this key",
        "clip c6/A: no drawings",
        "clip c2/A: character \"akiko\" is named twice",
        "clip c2/A: no sheets of character \"ryu\"",
        "clip c3/A, drawing ../x.png: its key leaves the episode",
        "clip c3/A, drawing /x.png: its key leaves",
        "clip c3/A, drawing x//y.png: its key leaves",
        "clip c3/A, drawing x\\y.png: its key holds a backslash",
        "clip c4/A, drawing c4/A/0.tga: line drawing of 0 bytes",
        "clip c4/A, drawing c4/A/1.tga: line drawing: \"x.psd\" does not end in .png or .tga",
        "clip c4/A, drawing c4/A/1.tga: line drawing: its digest",
        "clip c5/A: job_drawings must be 1 to 1024",
        "clip c5/A: size must be",
        "clip c5/A, drawing c5/A/0.tga: painted drawing \"../x.png\": give the file's name without folders",
        "clip c6/A: another clip has this cut and cel",
        "clip c6/A: nothing to paint from in mode keyframe",
    ] {
        assert!(found.contains(expected), "{expected}\nnot in\n{found}");
    }
    assert_eq!(faults(&manifest).len(), 16, "{found}");
}

#[test]
fn results_in_each_others_way_are_refused() {
    let mut clip = clip("c1", &[true, false, false, false]);
    for (drawing, key) in clip.drawings.iter_mut().zip(["a/B.png", "a/b.tga", "x.png", "x.png/1.png"]) {
        drawing.key = key.into();
    }
    let found = faults(&manifest(vec![clip]));
    let parts = [
        "drawing a/b.tga: its sidecar would have the name of that of \"a/B.png\"",
        "drawing x.png: its key is also a folder",
    ];
    assert_eq!(found.len(), parts.len(), "{found:?}");
    assert!(found.iter().zip(parts).all(|(fault, part)| fault.contains(part)), "{found:?}");
}

#[test]
fn every_mode_needs_something_to_paint_from() {
    for (mode, painted, characters, shots, fine) in [
        (Mode::Keyframe, true, false, None, false),
        (Mode::Keyframe, false, true, Some(0), false),
        (Mode::Keyframe, false, true, None, true),
        (Mode::Nearest, false, false, None, false),
        (Mode::Nearest, false, true, Some(1), true),
        (Mode::PreviousFrame, true, false, Some(0), true),
        (Mode::FirstFrame, false, false, None, false),
    ] {
        let mut clip = clip("c1", &[painted, false]);
        clip.mode = Some(mode);
        clip.shots = shots;
        clip.characters = characters.then(|| "ken".to_owned()).into_iter().collect();
        let found = faults(&manifest(vec![clip]));
        assert_eq!(found.is_empty(), fine, "{mode} {painted} {characters} {shots:?}: {found:?}");
    }
    let done = manifest(vec![clip("c1", &[true])]);
    assert_eq!(faults(&done).len(), 1, "there is nothing to do");
    let mixed = manifest(vec![clip("c1", &[true]), clip("c2", &[true, false])]);
    assert_eq!(faults(&Manifest { mode: Some(Mode::Nearest), ..mixed }), Vec::<String>::new());
}

#[test]
fn shots_count_for_each_character() {
    let mut clip = clip("c1", &[false]);
    clip.characters = vec!["ken".into(), "akiko".into()];
    let names = |manifest: &Manifest, clip: &ManifestClip| -> Vec<String> {
        manifest.sheets_of(clip).map(|sheet| sheet.name.clone()).collect()
    };
    let mut manifest = manifest(vec![clip.clone()]);
    assert_eq!(names(&manifest, &clip), ["ken", "akiko front", "akiko back"]);
    manifest.shots = Some(1);
    assert_eq!(names(&manifest, &clip), ["ken", "akiko front"]);
    clip.shots = Some(0);
    assert!(names(&manifest, &clip).is_empty());
}

#[test]
fn a_fault_is_one_line() {
    let found = faults(&manifest(vec![clip("c\n1", &[true, false])]));
    assert!(found.len() == 3 && found.iter().all(|fault| !fault.contains('\n')), "{found:?}");
}

#[test]
fn a_message_has_an_end() {
    let clips = (0..150).map(|i| clip(&format!("c{i}"), &[])).collect();
    let error = manifest(clips).validate().unwrap_err();
    assert_eq!(error.faults.len(), 151);
    assert!(error.to_string().ends_with("and 51 more"), "{error}");
}

fn any_clip() -> impl Strategy<Value = ManifestClip> {
    let options = (prop::option::of(prop::sample::select(&Mode::ALL)), prop::option::of(0_u32..4));
    let painted = prop::collection::vec(any::<bool>(), 1..6);
    (painted, options, any::<bool>(), prop::option::of(1..=MAX_JOB_DRAWINGS)).prop_map(
        |(painted, (mode, shots), ken, job_drawings)| {
            let characters = ken.then(|| "ken".to_owned()).into_iter().collect();
            ManifestClip { mode, shots, characters, job_drawings, ..clip("c", &painted) }
        },
    )
}

fn any_manifest() -> impl Strategy<Value = Manifest> {
    let output = prop::sample::select(&OutputFormat::ALL);
    (prop::collection::vec(any_clip(), 0..4), output, prop::option::of(0_u32..4)).prop_map(
        |(mut clips, output, shots)| {
            for (i, clip) in clips.iter_mut().enumerate() {
                clip.cut = format!("c{i}");
                clip.drawings.iter_mut().for_each(|drawing| drawing.key.insert_str(0, &format!("{i}/")));
            }
            Manifest { output, shots, ..manifest(clips) }
        },
    )
}

proptest! {
    #[test]
    fn a_manifest_is_read_as_it_was_written(manifest in any_manifest()) {
        let read = Manifest::from_json(&manifest.to_json().unwrap()).unwrap();
        prop_assert_eq!(read.validate(), manifest.validate());
        prop_assert_eq!(read, manifest);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Manifest::from_json(&bytes).is_err());
        prop_assert!(Manifest::from_toml(&bytes).is_err());
    }

    /// Damage that leaves most of the document as it was gets further than noise.
    #[test]
    fn a_damaged_manifest_is_read_or_refused(
        manifest in any_manifest(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = manifest.to_json().unwrap();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(manifest) = Manifest::from_json(&bytes) {
            let _ = manifest.validate().map_err(|invalid| invalid.to_string());
        }
    }
}

#[test]
fn a_corrected_drawing_starts_nothing() {
    let mut manifest = manifest(vec![clip("c1", &[false, false])]);
    manifest.clips[0].characters = vec!["ken".into()];
    manifest.clips[0].drawings[1].painted = Some(blob("corrected"));
    manifest.clips[0].drawings[1].corrected = true;
    assert_eq!(manifest.mode_of(&manifest.clips[0]), Mode::Keyframe, "as it was before the correction");
    assert_eq!(faults(&manifest), [""; 0]);
    manifest.clips[0].drawings[1].painted = None;
    assert!(faults(&manifest)[0].contains("corrected, but not painted"), "{:?}", faults(&manifest));
}

#[test]
fn a_long_pool_is_refused() {
    let mut manifest = manifest(vec![clip("c1", &[true, false])]);
    manifest.pool = Some("x".repeat(17).parse().unwrap());
    assert!(faults(&manifest)[0].contains("at most 16 bytes"));
}

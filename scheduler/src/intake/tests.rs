//! Intake on small folders.

mod studio;

use cel::{Drawing, FileFormat, Rgba, Size};
use tempfile::TempDir;

use super::*;

/// A folder with these drawings, all of one size.
fn folder(drawings: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for drawing in drawings {
        write(&folder.path().join(drawing), 4);
    }
    folder
}

fn write(path: &Path, width: u32) {
    let size = Size { width, height: 3 };
    let format = FileFormat::Png { sixteen_bit: false };
    let drawing = Drawing { size, pixels: vec![Rgba::BLACK; size.pixels()], has_alpha: true, format };
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, cel::codec::encode(&drawing).unwrap()).unwrap();
}

fn intake(root: &Path) -> Intake {
    let root = root.to_path_buf();
    Intake {
        root,
        painted: None,
        sheets: None,
        time_sheet: None,
        mode: None,
        clip_interval: None,
        exclude: None,
    }
}

/// A clip as (name, [(key, painted)], sheets).
type ClipShape<'a> = (&'a str, Vec<(&'a str, bool)>, usize);

fn shape(episode: &Episode) -> Vec<ClipShape<'_>> {
    episode
        .clips
        .iter()
        .map(|clip| {
            let drawings = clip.drawings.iter().map(|d| (d.key.as_str(), d.painted.is_some())).collect();
            (clip.name.as_str(), drawings, clip.sheets.len())
        })
        .collect()
}

#[test]
fn drawings_come_in_natural_order() {
    let folder = folder(&["cut/a10.png", "cut/a9.png", "cut/a1.PNG", "cut/.hidden.png"]);
    std::fs::write(folder.path().join("cut/notes.txt"), "x").unwrap();
    let episode = scan(&intake(&folder.path().join("cut"))).unwrap();
    assert_eq!(shape(&episode), [("cut", vec![("a1.PNG", false), ("a9.png", false), ("a10.png", false)], 0)]);
    assert_eq!(episode.problems, []);
}

#[test]
fn a_folder_of_cels_is_a_clip_each() {
    let folder = folder(&["c1/A/1.png", "c1/B/1.png", "c2/A/1.png", "c2/ref/line/1.png", "c2/ref/gt/1.png"]);
    let episode = scan(&intake(folder.path())).unwrap();
    let expected = [
        ("c1/A", vec![("c1/A/1.png", false)], 0),
        ("c1/B", vec![("c1/B/1.png", false)], 0),
        ("c2/A", vec![("c2/A/1.png", false)], 1),
    ];
    assert_eq!(shape(&episode), expected);
}

#[test]
fn painted_drawings_of_the_artist_are_all_used() {
    let folder = folder(&["line/1.png", "line/2.png", "line/3.png", "gt/1.png", "gt/3.png"]);
    for mode in [None, Some(Mode::Nearest), Some(Mode::PreviousFrame), Some(Mode::Keyframe)] {
        let episode = scan(&Intake { mode, ..intake(folder.path()) }).unwrap();
        let painted: Vec<bool> = episode.clips[0].drawings.iter().map(|d| d.painted.is_some()).collect();
        assert_eq!(painted, [true, false, true], "{mode:?}");
    }
}

#[test]
fn the_truth_of_a_data_set_is_not() {
    let folder = folder(&["line/1.png", "line/2.png", "gt/1.png", "gt/2.png", "seg/1.png"]);
    let painted = |intake: &Intake| -> Vec<bool> {
        let episode = scan(intake).unwrap();
        episode.clips.iter().flat_map(|clip| &clip.drawings).map(|d| d.painted.is_some()).collect()
    };
    let auto = intake(folder.path());
    assert_eq!(painted(&auto), [true, false]);
    assert_eq!(painted(&Intake { mode: Some(Mode::Keyframe), ..auto.clone() }), [false, false]);
    assert_eq!(painted(&Intake { clip_interval: Some(1), ..auto }), [true, true], "the first of each clip");
}

#[test]
fn painted_drawings_named_by_hand() {
    let folder = folder(&["a/line/1.png", "a/line/2.png", "b/line/1.png", "p/a/line/2.png", "p/b/1.png"]);
    let root = folder.path().join("in");
    std::fs::create_dir(&root).unwrap();
    for name in ["a", "b"] {
        std::fs::rename(folder.path().join(name), root.join(name)).unwrap();
    }
    let painted = Some(folder.path().join("p"));
    let episode = scan(&Intake { painted, ..intake(&root) }).unwrap();
    let expected = [
        ("a", vec![("a/line/1.png", false), ("a/line/2.png", true)], 0),
        ("b", vec![("b/line/1.png", true)], 0),
    ];
    assert_eq!(shape(&episode), expected);
}

#[test]
fn a_painted_drawing_that_does_not_fit_is_a_problem() {
    let folder = folder(&["line/1.png", "line/2.png", "line/3.png", "gt/1.png", "gt/7.png"]);
    write(&folder.path().join("gt/2.png"), 9);
    let episode = scan(&intake(folder.path())).unwrap();
    let problems: Vec<_> = episode.problems.iter().map(|p| p.path.file_name().unwrap().to_owned()).collect();
    assert_eq!(problems, ["2.png"]);
    assert!(episode.problems[0].error.contains("9x3") && episode.problems[0].error.contains("4x3"));
    assert!(episode.clips[0].drawings[1].painted.is_none());
}

#[test]
fn a_clip_interval_divides_a_folder() {
    let folder = folder(&["1.png", "2.png", "3.png"]);
    let name = folder.path().file_name().unwrap().to_string_lossy().into_owned();
    let episode = scan(&Intake { clip_interval: Some(2), ..intake(folder.path()) }).unwrap();
    let clips: Vec<_> = episode.clips.iter().map(|clip| (clip.name.clone(), clip.drawings.len())).collect();
    assert_eq!(clips, [(format!("{name} clip 1"), 2), (format!("{name} clip 2"), 1)]);
}

#[test]
fn sheets_named_by_hand_take_the_place_of_the_others() {
    let folder =
        folder(&["c/line/1.png", "c/ref/line/1.png", "c/ref/gt/1.png", "s/line/x.png", "s/gt/x.png"]);
    let sheets = Some(folder.path().join("s"));
    let episode = scan(&Intake { sheets, ..intake(&folder.path().join("c")) }).unwrap();
    assert_eq!(episode.clips[0].sheets[0].name, "s/gt/x.png");
    let own = scan(&intake(&folder.path().join("c"))).unwrap();
    assert_eq!(own.clips[0].sheets[0].name, "ref/gt/1.png");
}

#[test]
fn painted_drawings_without_a_line_drawing_are_references() {
    let folder = folder(&[
        "a/line/1.png",
        "a/gt/7.png",
        "a/ref/gt/front.png",
        "b/1.png",
        "b/ref/model.png",
        "flat/x10.png",
        "flat/x9.png",
    ]);
    let names = |root: &str, sheets: Option<&str>| -> Vec<String> {
        let sheets = sheets.map(|sheets| folder.path().join(sheets));
        let episode = scan(&Intake { sheets, ..intake(&folder.path().join(root)) }).unwrap();
        assert_eq!((episode.clips.len(), episode.problems.len()), (1, 0), "{episode:?}");
        let sheets = &episode.clips[0].sheets;
        assert!(sheets.iter().all(|sheet| sheet.line == sheet.painted), "{sheets:?}");
        sheets.iter().map(|sheet| sheet.name.clone()).collect()
    };
    assert_eq!(names("a", None), ["ref/gt/front.png", "gt/7.png"]);
    assert_eq!(names("b", None), ["ref/model.png"]);
    assert_eq!(names("b", Some("flat")), ["flat/x9.png", "flat/x10.png"]);
    assert_eq!(names("b", Some("flat/x9.png")), ["x9.png"]);
    std::fs::create_dir(folder.path().join("none")).unwrap();
    let sheets = Some(folder.path().join("none"));
    let error = scan(&Intake { sheets, ..intake(&folder.path().join("b")) }).unwrap_err();
    assert!(matches!(error, IntakeError::NotSheets(_)));
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_end() {
    let folder = folder(&["cut/1.png"]);
    std::os::unix::fs::symlink(folder.path(), folder.path().join("cut/again")).unwrap();
    assert_eq!(scan(&intake(folder.path())).unwrap().drawings(), 1);
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_unicode_is_a_problem() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = folder(&["1.png"]);
    let name = std::ffi::OsStr::from_bytes(b"\xff.png");
    std::fs::copy(folder.path().join("1.png"), folder.path().join(name)).unwrap();
    let episode = scan(&intake(folder.path())).unwrap();
    assert_eq!((episode.drawings(), episode.problems.len()), (1, 1));
}

#[test]
fn nothing_to_take_in() {
    let folder = folder(&["cut/1.png"]);
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let error = |root: &str| scan(&intake(&folder.path().join(root))).unwrap_err();
    assert!(matches!(error("empty"), IntakeError::NoDrawings(_)));
    assert!(matches!(error("nowhere"), IntakeError::Unreadable { .. }));
    assert!(matches!(error("cut/1.png"), IntakeError::NotAFolder(_)));
}

//! Cuts as studios keep them.

use super::*;

/// An XDTS sheet whose columns change every two frames.
fn xdts(columns: &[(&str, &[&str])]) -> String {
    let names: Vec<String> = columns.iter().map(|(name, _)| format!("{name:?}")).collect();
    let frame = |(i, value): (usize, &&str)| {
        format!(r#"{{"frame":{},"data":[{{"id":0,"values":["{value}"]}}]}}"#, i * 2)
    };
    let track = |(i, (_, drawings)): (usize, &(&str, &[&str]))| {
        let frames: Vec<String> = drawings.iter().enumerate().map(frame).collect();
        format!(r#"{{"trackNo":{i},"frames":[{}]}}"#, frames.join(","))
    };
    let tracks: Vec<String> = columns.iter().enumerate().map(track).collect();
    format!(
        r#"exchangeDigitalTimeSheet Save Data
{{"version":5,"timeTables":[{{"name":"sheet1","duration":24,
"timeTableHeaders":[{{"fieldId":0,"names":[{}]}}],"fields":[{{"fieldId":0,"tracks":[{}]}}]}}]}}"#,
        names.join(","),
        tracks.join(",")
    )
}

fn keys(episode: &Episode) -> Vec<(&str, Vec<&str>)> {
    episode
        .clips
        .iter()
        .map(|clip| (clip.name.as_str(), clip.drawings.iter().map(|d| d.key.as_str()).collect()))
        .collect()
}

fn lines(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.error.as_str()).collect()
}

#[test]
fn an_episode_of_cuts() {
    let folder = folder(&[
        "ATO_07_213_r/_lo/lo0001.png",
        "ATO_07_213_r/_go/b_go0001.png",
        "ATO_07_213_r/a/a0001.png",
        "ATO_07_213_r/a/a0004.png",
        "ATO_07_213_r/b/B0001.PNG",
        "ATO_07_214/A.R1/a001.png",
        "Cut-005/Line/A/a001.png",
        "Cut-005/Line/B/b001.png",
        "Cut-005/Color/A/a001.png",
        "c7/sketch/A0001.png",
        "c7/color/A0001.png",
    ]);
    let root = folder.path();
    std::fs::write(root.join("ATO_07_213_r/memo.txt"), "x").unwrap();
    let sheet = xdts(&[("a", &["4", "1", "2"]), ("B", &["1"]), ("BG", &["1"])]);
    std::fs::create_dir(root.join("ATO_07_213_r/_sheet")).unwrap();
    std::fs::write(root.join("ATO_07_213_r/_sheet/ts.xtds"), sheet).unwrap();
    let before = survey(root).unwrap();
    let episode = scan(&intake(root)).unwrap();
    let expected = [
        ("ATO_07_213_r/a", vec!["ATO_07_213_r/a/a0004.png", "ATO_07_213_r/a/a0001.png"]),
        ("ATO_07_213_r/b", vec!["ATO_07_213_r/b/B0001.PNG"]),
        ("ATO_07_214/A.R1", vec!["ATO_07_214/A.R1/a001.png"]),
        ("Cut-005/A", vec!["Cut-005/Line/A/a001.png"]),
        ("Cut-005/B", vec!["Cut-005/Line/B/b001.png"]),
        ("c7", vec!["c7/sketch/A0001.png"]),
    ];
    assert_eq!(keys(&episode), expected);
    let painted: Vec<bool> = episode.clips.iter().map(Clip::has_painted).collect();
    assert_eq!(painted, [false, false, false, true, false, true]);
    assert_eq!(lines(&episode.problems), [""; 0]);
    assert_eq!(lines(&episode.notes), ["numbers missing: 2-3", "columns without drawings here: BG"]);
    let timing = episode.clips[0].timing.as_ref().unwrap();
    let seen: Vec<_> = timing.exposures.iter().map(|seen| (seen.frame, seen.drawing)).collect();
    assert_eq!(seen, [(0, Some(0)), (2, Some(1)), (4, None)]);
    assert_eq!((timing.frames, &timing.missing), (24, &vec!["2".to_owned()]));
    assert!(episode.clips[2].timing.is_none(), "the sheet is of another cut");

    assert_eq!(before, survey(root).unwrap(), "nothing is renamed");
    assert_eq!(before.unknown, [root.join("ATO_07_213_r/memo.txt")]);
    let aside: Vec<_> = before.aside.iter().map(|(path, count)| (path.ends_with("_lo"), *count)).collect();
    assert_eq!(aside, [(false, 1), (true, 1), (false, 0)]);
}

#[test]
fn cels_in_one_folder_are_a_clip_each() {
    let folder = folder(&["c1/B0001.png", "c1/a0002.png", "c1/A_0001.PNG", "c1/notes.png"]);
    let episode = scan(&intake(folder.path())).unwrap();
    let expected = [
        ("c1/A", vec!["c1/A_0001.PNG", "c1/a0002.png"]),
        ("c1/B", vec!["c1/B0001.png"]),
        ("c1", vec!["c1/notes.png"]),
    ];
    assert_eq!(keys(&episode), expected);
}

#[test]
fn one_number_twice_is_told_and_both_stay() {
    let folder = folder(&["a/a0001.png", "a/A_1.png"]);
    let episode = scan(&intake(folder.path())).unwrap();
    assert_eq!(episode.drawings(), 2);
    assert!(lines(&episode.notes)[0].contains("A_1.png and a0001.png are both number 1"));
}

#[test]
fn a_sheet_that_cannot_be_read_is_a_problem_once() {
    let folder = folder(&["c/a/a0001.png", "c/a/a0002.png", "c/b/b0001.png"]);
    std::fs::write(folder.path().join("c/ts.sts"), "\x11ShiraheiTimeSheet").unwrap();
    let episode = scan(&intake(folder.path())).unwrap();
    assert_eq!(lines(&episode.problems), ["truncated after 18 bytes: copy or export the time sheet again"]);
    assert_eq!(keys(&episode)[0].1, ["c/a/a0001.png", "c/a/a0002.png"]);
}

#[test]
fn a_sheet_named_by_hand_counts_and_the_last_of_several_does() {
    let folder = folder(&["c/a/a0001.png", "c/a/a0002.png", "c/a/a0003.png"]);
    let write = |name: &str, order: &[&str]| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, xdts(&[("A", order)])).unwrap();
        path
    };
    write("c/_sheet/ts.xdts", &["1", "2", "3"]);
    write("c/_sheet_r/ts.xdts", &["3", "2", "1"]);
    let by_hand = write("mine.xdts", &["2", "1", "3"]);
    let first = |time_sheet: Option<PathBuf>| {
        let episode = scan(&Intake { time_sheet, ..intake(&folder.path().join("c")) }).unwrap();
        episode.clips[0].drawings[0].key.clone()
    };
    assert_eq!(first(None), "a/a0003.png");
    assert_eq!(first(Some(by_hand)), "a/a0002.png");
}

#[test]
fn a_sheet_without_the_cel_says_which_it_has() {
    let folder = folder(&["c/a/a0001.png"]);
    std::fs::write(folder.path().join("c/ts.xdts"), xdts(&[("B", &["1"])])).unwrap();
    let episode = scan(&intake(folder.path())).unwrap();
    assert!(episode.clips[0].timing.is_none());
    assert!(lines(&episode.notes)[0].contains("no column for cel a (it has B)"), "{:?}", episode.notes);
}

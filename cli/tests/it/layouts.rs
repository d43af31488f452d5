//! The layouts, the modes, the file formats.

use cel::{FileFormat, Rgba};

use crate::support::{BLUE, Figure, RED, clip, is_right, paint, save, text};

#[test]
fn a_folder_of_drawings_with_painted_ones_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    clip(folder.path(), 5, &[2]);
    let out = folder.path().join("out");
    let gt = folder.path().join("gt");
    let run = paint(&folder.path().join("line"), &out, &["--painted", text(&gt)]);
    assert_eq!((run.code, run.count("painted"), run.count("given")), (0, 4, 1), "{run:?}");
    assert_eq!(run.json()["mode"], "nearest");
    for i in 0..5 {
        assert!(is_right(&out.join(format!("{i:04}.png")), i), "drawing {i}");
    }
}

#[test]
fn sheets_alone_make_it_keyframe() {
    let folder = tempfile::tempdir().unwrap();
    clip(&folder.path().join("cut"), 3, &[]);
    clip(&folder.path().join("sheets"), 2, &[0, 1]);
    let out = folder.path().join("out");
    let sheets = folder.path().join("sheets");
    let run = paint(&folder.path().join("cut"), &out, &["--sheets", text(&sheets)]);
    assert_eq!((run.code, run.count("painted")), (0, 3), "{run:?}");
    assert_eq!(run.json()["mode"], "keyframe");
    assert!(is_right(&out.join("line/0002.png"), 2));
}

#[test]
fn the_data_set_layout_is_cut_into_clips_of_twenty() {
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<u32> = (0..22).collect();
    clip(&folder.path().join("hero"), 22, &all);
    save(&folder.path().join("hero/seg/0000.png"), &Figure { shift: 0 }.line());
    let out = folder.path().join("out");
    let run = paint(folder.path(), &out, &["--mode", "previous-frame"]);
    assert_eq!((run.count("drawings"), run.count("given"), run.count("painted")), (22, 2, 20), "{run:?}");
    let run = paint(
        folder.path(),
        &folder.path().join("out2"),
        &["--mode", "first-frame", "--clip-interval", "max"],
    );
    assert_eq!((run.count("given"), run.count("painted")), (1, 21), "{run:?}");
    assert!(is_right(&out.join("hero/line/0019.png"), 19));
}

#[test]
fn a_truth_for_every_drawing_is_not_used_beyond_what_the_mode_allows() {
    let folder = tempfile::tempdir().unwrap();
    clip(&folder.path().join("clip"), 4, &[0, 1, 2, 3]);
    for (mode, given) in [("auto", 1), ("nearest", 1), ("previous-frame", 1), ("first-frame", 1)] {
        let run = paint(&folder.path().join("clip"), &folder.path().join(mode), &["--mode", mode]);
        assert_eq!((run.code, run.count("given"), run.count("painted")), (0, given, 4 - given), "{mode}");
    }
    let run = paint(&folder.path().join("clip"), &folder.path().join("k"), &["--mode", "keyframe"]);
    assert_eq!(run.code, 1, "no sheets: {run:?}");
}

#[test]
fn tga_comes_back_as_tga_of_the_same_kind() {
    let folder = tempfile::tempdir().unwrap();
    for (name, rle, has_alpha) in
        [("a0001.tga", true, true), ("a0002.TGA", false, true), ("a0003.tga", true, false)]
    {
        let mut line = Figure { shift: 0 }.line();
        if !has_alpha {
            line.pixels.iter_mut().filter(|p| **p == Rgba::EMPTY).for_each(|p| *p = Rgba::WHITE);
        }
        (line.format, line.has_alpha) = (FileFormat::tga(rle), has_alpha);
        save(&folder.path().join("cut").join(name), &line);
    }
    save(&folder.path().join("painted/a0001.png"), &Figure { shift: 0 }.painted(RED, BLUE));
    let out = folder.path().join("out");
    let painted = folder.path().join("painted");
    let run = paint(&folder.path().join("cut"), &out, &["--painted", text(&painted)]);
    assert_eq!((run.code, run.count("painted"), run.count("given")), (0, 2, 1), "{run:?}");
    assert!(is_right(&out.join("a0001.tga"), 0), "given as PNG, wanted as TGA");
    let raw = cel::codec::read(&out.join("a0002.TGA")).unwrap();
    assert_eq!((raw.format, raw.has_alpha), (FileFormat::tga(false), true));
    assert_eq!(raw.pixels, Figure { shift: 0 }.painted(RED, BLUE).pixels);
    let flat = cel::codec::read(&out.join("a0003.tga")).unwrap();
    assert_eq!((flat.format, flat.has_alpha), (FileFormat::tga(true), false));
    let on_white = |p: &Rgba| if *p == Rgba::EMPTY { Rgba::WHITE } else { *p };
    let expected: Vec<Rgba> = Figure { shift: 0 }.painted(RED, BLUE).pixels.iter().map(on_white).collect();
    assert_eq!(flat.pixels, expected);
}

#[test]
fn the_output_inside_the_input_is_not_taken_for_input() {
    let folder = tempfile::tempdir().unwrap();
    for i in 0..3 {
        save(&folder.path().join(format!("{i}.png")), &Figure { shift: i }.line());
    }
    save(&folder.path().join("done/gt/0.png"), &Figure { shift: 0 }.painted(RED, BLUE));
    let painted = folder.path().join("done/gt");
    let out = folder.path().join("done");
    for unchanged in [0, 2] {
        let run = paint(folder.path(), &out, &["--painted", text(&painted)]);
        assert_eq!((run.count("drawings"), run.count("unchanged")), (3, unchanged), "{run:?}");
    }
}

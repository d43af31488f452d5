//! One picture in every variant of TGA and PNG: read, written again as paint software wants it, and read by Pillow.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cel::codec::{decode, encode};
use cel::{AlphaRule, Drawing, FileFormat, FileKind, Rgba, Size, segment};

use crate::{golden, pillow};

/// The picture: K line; R, G, B traces; S skin; w opaque white; the dot is empty.
const ROWS: [&str; 5] = ["..KKKK.", ".KSSRK.", ".KwwGK.", ".KSBSKK", "K......"];

/// What a variant can hold of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// Every colour.
    Colours,
    /// Five bits a channel.
    Fives,
    Greys,
    BlackAndWhite,
}

impl Holds {
    fn pixel(self, letter: char) -> Rgba {
        let grey = |v| Rgba::opaque(v, v, v);
        match (self, letter) {
            (_, 'K') => Rgba::BLACK,
            (_, '.') | (Self::Fives, 'w') | (Self::BlackAndWhite, _) => Rgba::WHITE,
            (_, 'w') => grey(254),
            (Self::Greys, 'R') => grey(76),
            (Self::Greys, 'G') => grey(150),
            (Self::Greys, 'B') => grey(29),
            (Self::Greys, _) => grey(212),
            (_, 'R') => Rgba::opaque(255, 0, 0),
            (_, 'G') => Rgba::opaque(0, 255, 0),
            (_, 'B') => Rgba::opaque(0, 0, 255),
            (Self::Fives, _) => Rgba::opaque(255, 255, 0),
            (_, _) => Rgba::opaque(255, 204, 153),
        }
    }

    /// The picture, with `empty` where it is empty.
    fn picture(self, empty: Rgba) -> Vec<Rgba> {
        let pixel = |letter| if letter == '.' { empty } else { self.pixel(letter) };
        ROWS.iter().flat_map(|row| row.chars()).map(pixel).collect()
    }
}

/// Empty as it is in files without alpha, and in most of those with it.
const PAPER: Rgba = Rgba::WHITE;
const CLEAR: Rgba = Rgba([255, 255, 255, 0]);

const PNG: FileFormat = FileFormat::Png { sixteen_bit: false };
const PNG_16: FileFormat = FileFormat::Png { sixteen_bit: true };
const RAW: FileFormat = FileFormat::Tga { rle: false };
const RLE: FileFormat = FileFormat::Tga { rle: true };

/// The files, how each is to be written, what it holds, and what is where the picture is empty.
const FILES: [(&str, FileFormat, Holds, Rgba); 61] = {
    use Holds::{BlackAndWhite, Colours, Fives, Greys};
    [
        ("UPPER_0001.PNG", PNG, Colours, PAPER),
        ("UPPER_0001.TGA", RAW, Colours, PAPER),
        ("alpha_is_padding.tga", RAW, Colours, PAPER),
        ("alpha_is_padding_rle.tga", RLE, Colours, PAPER),
        ("alpha_undeclared.tga", RAW, Colours, CLEAR),
        ("colour_15.tga", RAW, Fives, PAPER),
        ("colour_15_rle.tga", RLE, Fives, PAPER),
        ("colour_16.png", PNG_16, Colours, PAPER),
        ("colour_16.tga", RAW, Fives, PAPER),
        ("colour_16_rle.tga", RLE, Fives, PAPER),
        ("colour_24.tga", RAW, Colours, PAPER),
        ("colour_24_rle.tga", RLE, Colours, PAPER),
        ("colour_32.tga", RAW, Colours, CLEAR),
        ("colour_32_rle.tga", RLE, Colours, CLEAR),
        ("colour_8.png", PNG, Colours, PAPER),
        ("colour_alpha_16.png", PNG_16, Colours, CLEAR),
        ("colour_alpha_8.png", PNG, Colours, CLEAR),
        ("colour_keyed.png", PNG, Colours, CLEAR),
        ("empty_is_black.png", PNG, Colours, Rgba([0; 4])),
        ("gamma_profile_dpi_text.png", PNG, Colours, PAPER),
        ("grey_1.png", PNG, BlackAndWhite, PAPER),
        ("grey_16.tga", RAW, Greys, CLEAR),
        ("grey_16_rle.tga", RLE, Greys, CLEAR),
        ("grey_8.png", PNG, Greys, PAPER),
        ("grey_8.tga", RAW, Greys, PAPER),
        ("grey_8_rle.tga", RLE, Greys, PAPER),
        ("grey_alpha_8.png", PNG, Greys, CLEAR),
        ("interlaced.png", PNG, Colours, PAPER),
        ("map_15.tga", RAW, Fives, PAPER),
        ("map_15_rle.tga", RLE, Fives, PAPER),
        ("map_16.tga", RAW, Fives, PAPER),
        ("map_16_rle.tga", RLE, Fives, PAPER),
        ("map_24.tga", RAW, Colours, PAPER),
        ("map_24_rle.tga", RLE, Colours, PAPER),
        ("map_32.tga", RAW, Colours, CLEAR),
        ("map_32_rle.tga", RLE, Colours, CLEAR),
        ("map_4.png", PNG, Colours, PAPER),
        ("map_alpha_8.png", PNG, Colours, CLEAR),
        ("map_index_16.tga", RAW, Colours, PAPER),
        ("note_255.tga", RAW, Colours, PAPER),
        ("note_255_map_rle.tga", RLE, Colours, PAPER),
        ("origin_bottom_right.tga", RAW, Colours, PAPER),
        ("origin_bottom_right_rle.tga", RLE, Colours, CLEAR),
        ("origin_top_left.tga", RAW, Colours, PAPER),
        ("origin_top_left_rle.tga", RLE, Colours, CLEAR),
        ("origin_top_right.tga", RAW, Colours, PAPER),
        ("origin_top_right_rle.tga", RLE, Colours, CLEAR),
        ("packets_cross_rows.tga", RLE, Colours, PAPER),
        ("packets_cross_rows_map.tga", RLE, Colours, PAPER),
        ("pillow_l_bottom.tga", RAW, Greys, PAPER),
        ("pillow_l_bottom_rle.tga", RLE, Greys, PAPER),
        ("pillow_l_top.tga", RAW, Greys, PAPER),
        ("pillow_l_top_rle.tga", RLE, Greys, PAPER),
        ("pillow_rgb_bottom.tga", RAW, Colours, PAPER),
        ("pillow_rgb_bottom_rle.tga", RLE, Colours, PAPER),
        ("pillow_rgb_top.tga", RAW, Colours, PAPER),
        ("pillow_rgb_top_rle.tga", RLE, Colours, PAPER),
        ("pillow_rgba_bottom.tga", RAW, Colours, CLEAR),
        ("pillow_rgba_bottom_rle.tga", RLE, Colours, CLEAR),
        ("pillow_rgba_top.tga", RAW, Colours, CLEAR),
        ("pillow_rgba_top_rle.tga", RLE, Colours, CLEAR),
    ]
};

/// Those that Pillow does not read, or reads otherwise: it takes padding for alpha, and knows no 15 bits, no indices
/// of two bytes and no packets across rows.
const NOT_BY_PILLOW: [&str; 9] = [
    "alpha_is_padding.tga",
    "alpha_is_padding_rle.tga",
    "colour_15.tga",
    "colour_15_rle.tga",
    "map_15.tga",
    "map_15_rle.tga",
    "map_index_16.tga",
    "packets_cross_rows.tga",
    "packets_cross_rows_map.tga",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/drawings")
}

fn read(name: &str) -> Drawing {
    golden::drawing(&folder().join(name))
}

#[test]
fn every_file_holds_the_picture() {
    for (name, format, holds, empty) in FILES {
        let expected = Drawing {
            size: Size { width: 7, height: 5 },
            pixels: holds.picture(empty),
            has_alpha: empty != PAPER,
            format,
        };
        assert_eq!(read(name), expected, "{name}");
    }
}

#[test]
fn every_file_of_the_folder_is_tested() {
    let names =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name != "make.py").collect();
    names.sort();
    assert_eq!(names, FILES.map(|(name, ..)| name));
}

#[test]
fn written_again_a_drawing_is_what_paint_software_reads() {
    for (name, format, ..) in FILES {
        let drawing = read(name);
        let bytes = encode(&drawing).unwrap();
        let kind = FileKind::from_path(Path::new(name)).unwrap();
        assert_eq!(decode(&bytes, kind), Ok(drawing.clone()), "{name}");
        if let FileFormat::Tga { rle } = format {
            // No note, no colour map, true colour, rows from the bottom; no footer where the length tells.
            let (depth, descriptor) = if drawing.has_alpha { (32, 8) } else { (24, 0) };
            let head =
                [0, 0, if rle { 10 } else { 2 }, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 5, 0, depth, descriptor];
            assert_eq!(bytes[..18], head, "{name}");
            assert!(rle || bytes.len() == 18 + 35 * usize::from(depth / 8), "{name}");
        }
    }
}

/// The depth of a line drawing is that of the painted one wherever it can hold the paint.
#[test]
fn the_depth_stays() {
    for (name, bits) in [
        ("colour_24.tga", 24),
        ("colour_24_rle.tga", 24),
        ("origin_top_left.tga", 24),
        ("pillow_rgb_top_rle.tga", 24),
        ("colour_32.tga", 32),
        ("alpha_undeclared.tga", 32),
        ("origin_top_right_rle.tga", 32),
        ("pillow_rgba_bottom.tga", 32),
    ] {
        assert_eq!(golden::bytes(&folder().join(name))[16], bits, "{name}");
        assert_eq!(encode(&read(name)).unwrap()[16], bits, "{name}");
    }
}

#[test]
fn what_is_empty_is_so_in_every_variant() {
    let colours = segment(&read("colour_8.png"), AlphaRule::default());
    assert!(colours.count >= 3);
    for (name, _, holds, _) in FILES {
        if holds == Holds::Colours {
            assert_eq!(segment(&read(name), AlphaRule::default()), colours, "{name}");
        }
    }
}

#[test]
fn pillow_sees_in_the_files_what_we_see() {
    let found = pillow::read(&folder());
    assert_eq!(found.len(), FILES.len());
    for (name, ..) in FILES {
        let same = pillow::pixels(&found[name]).as_ref() == Ok(&read(name).pixels);
        assert_eq!(same, !NOT_BY_PILLOW.contains(&name), "{name}: {}", found[name]);
    }
}

#[test]
fn pillow_reads_what_we_write() {
    let written = tempfile::tempdir().unwrap();
    let drawings: BTreeMap<_, _> = FILES.iter().map(|&(name, ..)| (name, read(name))).collect();
    for (name, drawing) in &drawings {
        fs::write(written.path().join(name), encode(drawing).unwrap()).unwrap();
    }
    let found = pillow::read(written.path());
    assert_eq!(found.len(), drawings.len());
    for (name, drawing) in drawings {
        let seen = &found[name];
        assert_eq!(pillow::pixels(seen).as_ref(), Ok(&drawing.pixels), "{name}");
        assert_eq!(seen["mode"], if drawing.has_alpha { "RGBA" } else { "RGB" }, "{name}");
        assert_eq!(seen["size"], serde_json::json!([7, 5]), "{name}");
        if let FileFormat::Tga { rle } = drawing.format {
            assert_eq!(seen["orientation"], -1, "{name}: rows from the bottom");
            assert_eq!(seen["compression"] == "tga_rle", rle, "{name}");
        }
    }
}

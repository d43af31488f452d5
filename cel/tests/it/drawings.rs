//! One picture in every variant of TGA and PNG: read, written again as paint software wants it, and read by Pillow.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cel::codec::{decode, encode};
use cel::{AlphaRule, Drawing, FileFormat, FileKind, Rgba, Size, TgaPixel, segment};

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

const fn raw(pixel: TgaPixel) -> FileFormat {
    FileFormat::Tga { rle: false, pixel }
}

const fn rle(pixel: TgaPixel) -> FileFormat {
    FileFormat::Tga { rle: true, pixel }
}

/// The files, how each is to be written, what it holds, and what is where the picture is empty.
const FILES: [(&str, FileFormat, Holds, Rgba); 61] = {
    use Holds::{BlackAndWhite, Colours, Fives, Greys};
    use TgaPixel::{Colour, Colour15, Colour16, Grey8, Grey16, Map8, Map16, Padded};
    [
        ("UPPER_0001.PNG", PNG, Colours, PAPER),
        ("UPPER_0001.TGA", raw(Colour), Colours, PAPER),
        ("alpha_is_padding.tga", raw(Padded), Colours, PAPER),
        ("alpha_is_padding_rle.tga", rle(Padded), Colours, PAPER),
        ("alpha_undeclared.tga", raw(Colour), Colours, CLEAR),
        ("colour_15.tga", raw(Colour15), Fives, PAPER),
        ("colour_15_rle.tga", rle(Colour15), Fives, PAPER),
        ("colour_16.png", PNG_16, Colours, PAPER),
        ("colour_16.tga", raw(Colour16), Fives, PAPER),
        ("colour_16_rle.tga", rle(Colour16), Fives, PAPER),
        ("colour_24.tga", raw(Colour), Colours, PAPER),
        ("colour_24_rle.tga", rle(Colour), Colours, PAPER),
        ("colour_32.tga", raw(Colour), Colours, CLEAR),
        ("colour_32_rle.tga", rle(Colour), Colours, CLEAR),
        ("colour_8.png", PNG, Colours, PAPER),
        ("colour_alpha_16.png", PNG_16, Colours, CLEAR),
        ("colour_alpha_8.png", PNG, Colours, CLEAR),
        ("colour_keyed.png", PNG, Colours, CLEAR),
        ("empty_is_black.png", PNG, Colours, Rgba([0; 4])),
        ("gamma_profile_dpi_text.png", PNG, Colours, PAPER),
        ("grey_1.png", PNG, BlackAndWhite, PAPER),
        ("grey_16.tga", raw(Grey16), Greys, CLEAR),
        ("grey_16_rle.tga", rle(Grey16), Greys, CLEAR),
        ("grey_8.png", PNG, Greys, PAPER),
        ("grey_8.tga", raw(Grey8), Greys, PAPER),
        ("grey_8_rle.tga", rle(Grey8), Greys, PAPER),
        ("grey_alpha_8.png", PNG, Greys, CLEAR),
        ("interlaced.png", PNG, Colours, PAPER),
        ("map_15.tga", raw(Map8), Fives, PAPER),
        ("map_15_rle.tga", rle(Map8), Fives, PAPER),
        ("map_16.tga", raw(Map8), Fives, PAPER),
        ("map_16_rle.tga", rle(Map8), Fives, PAPER),
        ("map_24.tga", raw(Map8), Colours, PAPER),
        ("map_24_rle.tga", rle(Map8), Colours, PAPER),
        ("map_32.tga", raw(Map8), Colours, CLEAR),
        ("map_32_rle.tga", rle(Map8), Colours, CLEAR),
        ("map_4.png", PNG, Colours, PAPER),
        ("map_alpha_8.png", PNG, Colours, CLEAR),
        ("map_index_16.tga", raw(Map16), Colours, PAPER),
        ("note_255.tga", raw(Colour), Colours, PAPER),
        ("note_255_map_rle.tga", rle(Map8), Colours, PAPER),
        ("origin_bottom_right.tga", raw(Colour), Colours, PAPER),
        ("origin_bottom_right_rle.tga", rle(Colour), Colours, CLEAR),
        ("origin_top_left.tga", raw(Colour), Colours, PAPER),
        ("origin_top_left_rle.tga", rle(Colour), Colours, CLEAR),
        ("origin_top_right.tga", raw(Colour), Colours, PAPER),
        ("origin_top_right_rle.tga", rle(Colour), Colours, CLEAR),
        ("packets_cross_rows.tga", rle(Colour), Colours, PAPER),
        ("packets_cross_rows_map.tga", rle(Map8), Colours, PAPER),
        ("pillow_l_bottom.tga", raw(Grey8), Greys, PAPER),
        ("pillow_l_bottom_rle.tga", rle(Grey8), Greys, PAPER),
        ("pillow_l_top.tga", raw(Grey8), Greys, PAPER),
        ("pillow_l_top_rle.tga", rle(Grey8), Greys, PAPER),
        ("pillow_rgb_bottom.tga", raw(Colour), Colours, PAPER),
        ("pillow_rgb_bottom_rle.tga", rle(Colour), Colours, PAPER),
        ("pillow_rgb_top.tga", raw(Colour), Colours, PAPER),
        ("pillow_rgb_top_rle.tga", rle(Colour), Colours, PAPER),
        ("pillow_rgba_bottom.tga", raw(Colour), Colours, CLEAR),
        ("pillow_rgba_bottom_rle.tga", rle(Colour), Colours, CLEAR),
        ("pillow_rgba_top.tga", raw(Colour), Colours, CLEAR),
        ("pillow_rgba_top_rle.tga", rle(Colour), Colours, CLEAR),
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
    for (name, ..) in FILES {
        let drawing = read(name);
        let bytes = encode(&drawing).unwrap();
        let kind = FileKind::from_path(Path::new(name)).unwrap();
        assert_eq!(decode(&bytes, kind), Ok(drawing.clone()), "{name}");
        if kind == FileKind::Tga {
            // No note, rows from the bottom; no footer where the length tells. Type and bits of a pixel stay.
            let input = golden::bytes(&folder().join(name));
            let alpha_bits = if drawing.has_alpha { 8 } else { 0 };
            assert_eq!(bytes[..3], [0, input[1], input[2]], "{name}");
            assert_eq!(bytes[12..18], [7, 0, 5, 0, input[16], alpha_bits], "{name}");
            let map = usize::from(bytes[5]) * usize::from(bytes[7] / 8);
            let length = 18 + map + 35 * usize::from(input[16].div_ceil(8));
            assert!(input[2] & 8 != 0 || bytes.len() == length, "{name}");
        }
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
    let unknown = ["colour_15.tga", "colour_15_rle.tga", "map_index_16.tga"];
    let names = FILES.iter().map(|&(name, ..)| name).filter(|name| !unknown.contains(name));
    let drawings: BTreeMap<_, _> = names.map(|name| (name, read(name))).collect();
    for (name, drawing) in &drawings {
        fs::write(written.path().join(name), encode(drawing).unwrap()).unwrap();
    }
    let found = pillow::read(written.path());
    assert_eq!(found.len(), drawings.len());
    for (name, drawing) in drawings {
        let seen = &found[name];
        assert_eq!(pillow::pixels(seen).as_ref(), Ok(&drawing.pixels), "{name}");
        assert_eq!(seen["size"], serde_json::json!([7, 5]), "{name}");
        if let FileFormat::Tga { rle, .. } = drawing.format {
            assert_eq!(seen["orientation"], -1, "{name}: rows from the bottom");
            assert_eq!(seen["compression"] == "tga_rle", rle, "{name}");
        }
    }
}

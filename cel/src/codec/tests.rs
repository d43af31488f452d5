//! Codecs: round trips, bad input, messages.

use std::io::Write;

use proptest::prelude::*;

use super::*;
use crate::Rgba;

fn formats() -> impl Strategy<Value = FileFormat> {
    prop_oneof![
        any::<bool>().prop_map(|sixteen_bit| FileFormat::Png { sixteen_bit }),
        any::<bool>().prop_map(FileFormat::tga),
    ]
}

/// Drawings with runs and lone pixels, of few colours.
fn drawings() -> impl Strategy<Value = Drawing> {
    let runs = proptest::collection::vec((0_usize..4, 1_usize..200), 1..12);
    let palette = proptest::array::uniform4(any::<[u8; 4]>());
    (1_usize..150, runs, palette, any::<bool>(), formats()).prop_map(
        |(width, runs, palette, alpha, format)| {
            let colour = |index: usize| match palette[index] {
                channels if alpha => Rgba(channels),
                [red, green, blue, _] => Rgba::opaque(red, green, blue),
            };
            let mut pixels: Vec<_> =
                runs.iter().flat_map(|&(index, length)| std::iter::repeat_n(colour(index), length)).collect();
            // 32-bit TGA with alpha 0 everywhere keeps it, because our files say that there is alpha.
            pixels.resize(pixels.len().next_multiple_of(width), colour(0));
            let size = Size { width: width as u32, height: (pixels.len() / width) as u32 };
            Drawing { size, pixels, has_alpha: alpha, format }
        },
    )
}

fn kind(drawing: &Drawing) -> FileKind {
    match drawing.format {
        FileFormat::Png { .. } => FileKind::Png,
        FileFormat::Tga { .. } => FileKind::Tga,
    }
}

proptest! {
    #[test]
    fn a_drawing_comes_back_as_it_was(drawing in drawings()) {
        let bytes = encode(&drawing).unwrap();
        prop_assert_eq!(probe(&bytes[..bytes.len().min(33)], kind(&drawing)), Ok(drawing.size));
        let found = about(&bytes, kind(&drawing)).unwrap();
        let bits = match (drawing.format, drawing.has_alpha) {
            (FileFormat::Png { sixteen_bit: true }, true) => 64,
            (FileFormat::Png { sixteen_bit: true }, false) => 48,
            (_, true) => 32,
            (_, false) => 24,
        };
        prop_assert_eq!(found, About { size: drawing.size, bits, dpi: None });
        prop_assert_eq!(&encode(&drawing).unwrap(), &bytes);
        prop_assert_eq!(decode(&bytes, kind(&drawing)), Ok(drawing));
    }

    #[test]
    fn a_truncated_file_is_refused(drawing in drawings(), at in any::<prop::sample::Index>()) {
        let bytes = encode(&drawing).unwrap();
        // The last chunk of a PNG file holds nothing.
        let pixels_end = bytes.len() - if kind(&drawing) == FileKind::Png { 12 + 4 } else { 0 };
        let length = at.index(pixels_end);
        let error = decode(&bytes[..length], kind(&drawing)).unwrap_err();
        let expected = if length == 0 { DecodeError::Empty } else { DecodeError::Truncated { length } };
        prop_assert_eq!(error, expected);
    }

    #[test]
    fn a_damaged_file_does_no_harm(
        drawing in drawings(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        early in any::<bool>(),
    ) {
        let mut bytes = encode(&drawing).unwrap();
        let range = if early { bytes.len().min(40) } else { bytes.len() };
        changes.iter().for_each(|(at, value)| bytes[at.index(range)] = *value);
        harmless(&bytes);
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(
        tail in proptest::collection::vec(any::<u8>(), 0..300),
        start in prop_oneof![
            Just(b"".to_vec()),
            Just(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec()),
            (0_u8..2, 0_u8..12).prop_map(|(map, image)| vec![0, map, image]),
        ],
    ) {
        harmless(&[start, tail].concat());
    }
}

/// Whatever comes out is consistent, and not larger than the input can account for.
fn harmless(bytes: &[u8]) {
    for kind in [FileKind::Png, FileKind::Tga] {
        if let Ok(drawing) = decode(bytes, kind) {
            assert_eq!(drawing.pixels.len(), drawing.size.pixels());
            assert_eq!(probe(bytes, kind), Ok(drawing.size));
            assert!(drawing.size.pixels() <= bytes.len() * 8 * 1032);
            assert!(drawing.has_alpha || drawing.pixels.iter().all(|pixel| pixel.alpha() == 255));
        }
    }
}

/// A one-row PNG of any colour type, with a palette and transparency where given.
fn png_file(colour: ::png::ColorType, depth: ::png::BitDepth, trns: Option<&[u8]>, row: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, 2, 1);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    if colour == ::png::ColorType::Indexed {
        encoder.set_palette(&[1_u8, 2, 3, 4, 5, 6][..]);
    }
    if let Some(trns) = trns {
        encoder.set_trns(trns.to_vec());
    }
    encoder.write_header().unwrap().write_image_data(row).unwrap();
    bytes
}

#[test]
fn every_colour_type_of_png_is_read() {
    use ::png::BitDepth::{Eight, Four, One, Sixteen, Two};
    use ::png::ColorType::{Grayscale as Grey, GrayscaleAlpha, Indexed, Rgb as RgbType, Rgba as RgbaType};
    let grey = |v| Rgba::opaque(v, v, v);
    let [first, second] = [Rgba::opaque(1, 2, 3), Rgba::opaque(4, 5, 6)];
    let clear = |Rgba([red, green, blue, _])| Rgba([red, green, blue, 0]);
    for (colour, depth, trns, row, pixels) in [
        (Grey, One, None, &[0b0100_0000][..], [grey(0), grey(255)]),
        (Grey, Two, None, &[0b0110_0000], [grey(85), grey(170)]),
        (Grey, Four, Some(&[0, 1][..]), &[0x1f], [clear(grey(17)), grey(255)]),
        (Grey, Eight, None, &[7, 8], [grey(7), grey(8)]),
        (Grey, Sixteen, None, &[7, 200, 254, 255], [grey(7), grey(254)]),
        (GrayscaleAlpha, Eight, None, &[7, 255, 8, 0], [grey(7), clear(grey(8))]),
        (Indexed, One, None, &[0b0100_0000], [first, second]),
        (Indexed, Eight, Some(&[0]), &[0, 1], [clear(first), second]),
        (RgbType, Eight, None, &[1, 2, 3, 4, 5, 6], [first, second]),
        (RgbType, Eight, Some(&[0, 1, 0, 2, 0, 3]), &[1, 2, 3, 4, 5, 6], [clear(first), second]),
        (RgbaType, Eight, None, &[1, 2, 3, 0, 4, 5, 6, 255], [clear(first), second]),
        (
            RgbaType,
            Sixteen,
            None,
            &[1, 9, 2, 9, 3, 9, 0, 9, 4, 0, 5, 0, 6, 0, 255, 0],
            [clear(first), second],
        ),
    ] {
        let drawing = decode(&png_file(colour, depth, trns, row), FileKind::Png).unwrap();
        assert_eq!(drawing.pixels, pixels, "{colour:?} {depth:?}");
        assert_eq!(drawing.has_alpha, pixels[0].alpha() == 0 || pixels[1].alpha() == 0);
        assert_eq!(drawing.format, FileFormat::Png { sixteen_bit: depth == Sixteen });
    }
}

/// A PNG file of these chunks, the pixels (each row led by its filter) as the last.
fn png_chunks(chunks: &[(&[u8; 4], &[u8])], raw: &[u8]) -> Vec<u8> {
    let length = raw.len() as u16;
    let stored = [
        &[0x78, 0x01, 0x01][..],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        raw,
        &adler32(raw).to_be_bytes(),
    ]
    .concat();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in chunks.iter().copied().chain([(b"IDAT", &stored[..]), (b"IEND", &[])]) {
        bytes.extend((data.len() as u32).to_be_bytes());
        let named = [&name[..], data].concat();
        bytes.extend(&named);
        bytes.extend(crc32(&named).to_be_bytes());
    }
    bytes
}

#[test]
fn interlaced_png_is_read() {
    // 3x2 grey, Adam7: passes 1 (0,0), 4 (2,0), 6 (1,0), 7 (row 1); each row led by its filter.
    let raw = [0, 10, 0, 30, 0, 20, 0, 40, 50, 60];
    let bytes = png_chunks(&[(b"IHDR", &[0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 1])], &raw);
    let drawing = decode(&bytes, FileKind::Png).unwrap();
    let values: Vec<_> = drawing.pixels.iter().map(|pixel| pixel.0[0]).collect();
    assert_eq!(values, [10, 20, 30, 40, 50, 60]);
}

#[test]
fn a_palette_that_is_none_is_refused() {
    let header = [0, 0, 0, 2, 0, 0, 0, 1, 8, 3, 0, 0, 0];
    let read = |palette: usize, alphas: Option<usize>| {
        let (palette, alpha) = (vec![9; palette], vec![7; alphas.unwrap_or(0)]);
        let mut chunks: Vec<(&[u8; 4], &[u8])> = vec![(b"IHDR", &header), (b"PLTE", &palette)];
        chunks.extend(alphas.map(|_| (b"tRNS", &alpha[..])));
        decode(&png_chunks(&chunks, &[0, 0, 1]), FileKind::Png)
    };
    assert_eq!(read(6, None).unwrap().pixels, [Rgba::opaque(9, 9, 9); 2]);
    assert_eq!(read(6, Some(2)).unwrap().pixels, [Rgba([9, 9, 9, 7]); 2]);
    assert!(read(768, Some(256)).is_ok());
    // Alphas without a colour say that the chunk is wrong; the colours are right.
    assert!(read(6, Some(3)).unwrap().pixels.iter().all(|pixel| pixel.alpha() == 255));
    for bytes in [0, 1, 771] {
        assert!(
            matches!(read(bytes, None), Err(DecodeError::Damaged { kind: FileKind::Png, .. })),
            "{bytes}"
        );
    }
    for bytes in [4, 5, 767] {
        let message = format!("damaged PNG file (a palette of {bytes} bytes): copy or export it again");
        assert_eq!(read(bytes, None).unwrap_err().to_string(), message);
    }
}

fn adler32(data: &[u8]) -> u32 {
    let (a, b) =
        data.iter().fold((1, 0), |(a, b), &v| ((a + u32::from(v)) % 65521, (a + u32::from(v) + b) % 65521));
    b << 16 | a
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(!0, |crc: u32, &v| {
        (0..8).fold(crc ^ u32::from(v), |crc, _| crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}

#[test]
fn kinds_are_told_by_name() {
    for (name, kind) in [
        ("a/A0001.TGA", Some(FileKind::Tga)),
        ("a0001.Png", Some(FileKind::Png)),
        ("a0001.psd", None),
        ("png", None),
        (".png", None),
    ] {
        assert_eq!(FileKind::from_path(Path::new(name)), kind, "{name}");
    }
}

/// The message that reading a file gives, without its folder.
fn complaint(name: &str, content: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::File::create(&path).unwrap().write_all(content).unwrap();
    let message = read(&path).unwrap_err().to_string();
    assert!(!message.contains('\n'));
    message.strip_prefix(&format!("{}/", folder.path().display())).unwrap().to_owned()
}

#[test]
fn messages_name_file_cause_and_remedy() {
    let header = |width: u32, height: u32| {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    };
    for (name, content, message) in [
        (
            "a.png",
            &b"hello world"[..],
            "not a PNG file (starts with \"hello w\"): export it again as PNG or TGA",
        ),
        (
            "a.tga",
            b"hello world, hello world",
            "not a TGA file (starts with \"hello w\"): export it again as PNG or TGA",
        ),
        ("a.tga", &header(1, 1), "a PNG file named as TGA: rename it to .png"),
        ("a.png", b"", "file is empty: export it again as PNG or TGA"),
        ("a.png", &header(9, 9)[..30], "truncated after 30 bytes: copy or export the file again"),
        ("a.png", &header(4000, 4000), "truncated after 33 bytes: copy or export the file again"),
        ("a.tga", &[0; 17], "truncated after 17 bytes: copy or export the file again"),
        (
            "a.png",
            &header(30000, 30000),
            "30000x30000 pixels is over the limit of 100 megapixels: export it smaller",
        ),
        (
            "a.png",
            &header(u32::MAX, u32::MAX),
            "4294967295x4294967295 pixels is over the limit of 100 megapixels: export it smaller",
        ),
        ("a.png", &header(0, 9), "0x9 pixels is no image: export it again"),
        ("a.psd", b"8BPS", "neither .png nor .tga by its name: export it as PNG or TGA"),
    ] {
        assert_eq!(complaint(name, content), format!("{name}: {message}"));
    }
    let missing = read(Path::new("no/such.png")).unwrap_err().to_string();
    assert!(missing.starts_with("no/such.png: cannot be read (No such file"), "{missing}");
    assert!(missing.ends_with("): check the path and its permissions"), "{missing}");
}

#[test]
fn a_file_is_probed_without_its_pixels() {
    let folder = tempfile::tempdir().unwrap();
    let size = Size { width: 300, height: 2 };
    for format in [FileFormat::Png { sixteen_bit: false }, FileFormat::tga(false)] {
        let drawing = Drawing { size, pixels: vec![Rgba::WHITE; 600], has_alpha: false, format };
        let path = folder.path().join("a").with_extension(kind(&drawing).extension());
        std::fs::write(&path, &encode(&drawing).unwrap()[..40]).unwrap();
        assert_eq!(probe_file(&path).unwrap(), size);
        assert!(
            read(&path)
                .unwrap_err()
                .to_string()
                .ends_with("truncated after 40 bytes: copy or export the file again")
        );
    }
}

#[test]
fn a_drawing_that_fits_no_file_is_refused() {
    let drawing = |width, height, pixels| Drawing {
        size: Size { width, height },
        pixels: vec![Rgba::WHITE; pixels],
        has_alpha: false,
        format: FileFormat::tga(true),
    };
    for (drawing, message) in [
        (drawing(0, 5, 0), "a drawing of 0x5 cannot have 0 pixels"),
        (drawing(2, 2, 3), "a drawing of 2x2 cannot have 3 pixels"),
        (drawing(70_000, 1, 70_000), "70000x1 pixels is too large for a TGA file: write it as PNG"),
    ] {
        assert_eq!(encode(&drawing).unwrap_err().to_string(), message);
    }
}

/// A PNG of one pixel with a chunk before the picture.
fn with_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let drawing = Drawing {
        size: Size { width: 1, height: 1 },
        pixels: vec![Rgba::BLACK],
        has_alpha: false,
        format: FileFormat::Png { sixteen_bit: false },
    };
    let mut bytes = encode(&drawing).unwrap();
    let chunk = [&(content.len() as u32).to_be_bytes(), name.as_slice(), content, &[0; 4]].concat();
    bytes.splice(33..33, chunk);
    bytes
}

#[test]
fn dots_an_inch_are_those_of_the_file() {
    let dpi = |name, content: &[u8]| about(&with_chunk(name, content), FileKind::Png).unwrap().dpi;
    let metre = [11_811u32, 5_906].map(u32::to_be_bytes).concat();
    assert_eq!(dpi(b"pHYs", &[metre.as_slice(), &[1]].concat()), Some([300, 150]));
    assert_eq!(dpi(b"pHYs", &[metre.as_slice(), &[0]].concat()), None, "only a ratio");
    assert_eq!(dpi(b"pHYs", &metre), None, "too short");
    assert_eq!(dpi(b"tEXt", b"x"), None);
}

proptest! {
    #[test]
    fn any_bytes_have_facts_or_not(
        mut bytes in proptest::collection::vec(any::<u8>(), 0..200),
        png in any::<bool>(),
        chunk: [u8; 4],
    ) {
        let kind = if png { FileKind::Png } else { FileKind::Tga };
        let _ = about(&bytes, kind);
        let whole = with_chunk(&chunk, &bytes);
        bytes.splice(..0, whole[..33].iter().copied());
        let _ = (about(&bytes, FileKind::Png), about(&whole, FileKind::Png));
    }
}

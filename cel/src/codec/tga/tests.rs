//! TGA variants from a small writer, against what they should hold and against the `image` crate.

use image::{ImageDecoder, codecs::tga::TgaDecoder};
use proptest::prelude::*;

use super::super::{DecodeError, FileKind};
use super::{decode, encode};
use crate::{Drawing, FileFormat, Rgba, Size, TgaPixel};

const WIDTH: usize = 5;
const HEIGHT: usize = 4;

/// A variant of the format: how the writer lays out a file.
#[derive(Clone, Copy, Debug)]
struct Variant {
    image_type: u8,
    depth: u8,
    map_bits: u8,
    map_first: u16,
    /// Origin and attribute bits.
    descriptor: u8,
    id_bytes: u8,
}

impl Variant {
    /// Colours that survive this variant, few enough for its colour map.
    fn palette(self) -> [Rgba; 4] {
        let alpha = self.value_bits() == 32 || self.is_grey() && self.depth == 16;
        let clear = if alpha { 0 } else { 255 };
        if self.is_grey() {
            [0, 77, 128, 255].map(|v| Rgba([v, v, v, if v == 77 { clear } else { 255 }]))
        } else {
            [Rgba::BLACK, Rgba::opaque(255, 132, 8), Rgba([33, 66, 99, clear]), Rgba::WHITE]
        }
    }

    fn is_grey(self) -> bool {
        self.image_type & 7 == 3
    }

    fn is_mapped(self) -> bool {
        self.image_type & 7 == 1
    }

    fn value_bits(self) -> u8 {
        if self.is_mapped() { self.map_bits } else { self.depth }
    }

    fn colour_bytes(self, Rgba([red, green, blue, alpha]): Rgba) -> Vec<u8> {
        let five = |channel: u8| (u16::from(channel) * 31 + 127) / 255;
        match self.value_bits() {
            15 | 16 => (five(red) << 10 | five(green) << 5 | five(blue)).to_le_bytes().to_vec(),
            24 => vec![blue, green, red],
            _ => vec![blue, green, red, alpha],
        }
    }

    fn pixel_bytes(self, colour: usize) -> Vec<u8> {
        let index = self.map_first + colour as u16;
        match (self.is_mapped(), self.is_grey(), self.palette()[colour]) {
            (true, _, _) if self.depth == 8 => vec![index as u8],
            (true, _, _) => index.to_le_bytes().to_vec(),
            (_, true, Rgba([v, _, _, alpha])) => [v, alpha][..usize::from(self.depth / 8)].to_vec(),
            (_, _, colour) => self.colour_bytes(colour),
        }
    }

    /// A file whose pixels, from the top left, are these colours of the palette.
    fn file(self, colours: &[usize]) -> Vec<u8> {
        let mut rows: Vec<Vec<usize>> = colours.chunks(WIDTH).map(<[_]>::to_vec).collect();
        if self.descriptor & 0x20 == 0 {
            rows.reverse();
        }
        if self.descriptor & 0x10 != 0 {
            rows.iter_mut().for_each(|row| row.reverse());
        }
        let map =
            if self.is_mapped() { self.palette().map(|c| self.colour_bytes(c)).concat() } else { vec![] };
        let mut bytes = vec![self.id_bytes, u8::from(self.is_mapped()), self.image_type];
        bytes.extend(self.map_first.to_le_bytes());
        bytes.extend([if self.is_mapped() { 4 } else { 0 }, 0, self.map_bits, 0, 0, 0, 0]);
        bytes.extend([WIDTH as u8, 0, HEIGHT as u8, 0, self.depth, self.descriptor]);
        bytes.extend(std::iter::repeat_n(b'i', usize::from(self.id_bytes)));
        bytes.extend(map);
        self.write_pixels(&mut bytes, &rows.concat());
        bytes
    }

    fn write_pixels(self, bytes: &mut Vec<u8>, colours: &[usize]) {
        if self.image_type < 8 {
            bytes.extend(colours.iter().flat_map(|&colour| self.pixel_bytes(colour)));
            return;
        }
        // Packets follow the colours alone, so they cross rows.
        for run in colours.chunk_by(|a, b| a == b) {
            if run.len() == 1 {
                bytes.push(0);
            } else {
                bytes.push(0x80 | (run.len() - 1) as u8);
            }
            bytes.extend(self.pixel_bytes(run[0]));
        }
    }
}

impl Variant {
    fn format(&self, has_alpha: bool) -> FileFormat {
        let pixel = match (self.image_type & 3, self.depth) {
            (1, 8) => TgaPixel::Map8,
            (1, _) => TgaPixel::Map16,
            (2, 15) => TgaPixel::Colour15,
            (2, 16) => TgaPixel::Colour16,
            (2, 32) if !has_alpha => TgaPixel::Padded,
            (2, _) => TgaPixel::Colour,
            (_, 8) => TgaPixel::Grey8,
            _ => TgaPixel::Grey16,
        };
        FileFormat::Tga { rle: self.image_type > 8, pixel }
    }
}

fn variants() -> Vec<Variant> {
    let mut variants = Vec::new();
    for rle in [0, 8] {
        for origin in [0_u8, 0x10, 0x20, 0x30] {
            let mut add = |image_type: u8, depth, map_bits, attributes| {
                let first = if depth == 16 { 300 } else { 7 };
                let map_first = if image_type == 1 { first } else { 0 };
                let id_bytes = [0, 3, 255][variants.len() % 3];
                let descriptor = origin | attributes;
                variants.push(Variant {
                    image_type: image_type | rle,
                    depth,
                    map_bits,
                    map_first,
                    descriptor,
                    id_bytes,
                });
            };
            for (bits, attributes) in [(15, 0), (16, 0), (16, 1), (24, 0), (32, 0), (32, 8)] {
                add(1, 8, bits, attributes);
                add(1, 16, bits, attributes);
                add(2, bits, 0, attributes);
            }
            add(3, 8, 0, 0);
            add(3, 16, 0, 8);
            add(3, 16, 0, 0);
        }
    }
    variants
}

/// What the `image` crate reads, where it can.
fn by_image(bytes: &[u8]) -> Option<Vec<Rgba>> {
    let decoder = TgaDecoder::new(std::io::Cursor::new(bytes)).ok()?;
    let colour = decoder.color_type();
    let mut raw = vec![0; decoder.total_bytes() as usize];
    decoder.read_image(&mut raw).ok()?;
    let pixel = |chunk: &[u8]| match *chunk {
        [v] => Rgba([v, v, v, 255]),
        [v, alpha] => Rgba([v, v, v, alpha]),
        [red, green, blue] => Rgba([red, green, blue, 255]),
        [red, green, blue, alpha] => Rgba([red, green, blue, alpha]),
        _ => panic!("{colour:?}"),
    };
    Some(raw.chunks_exact(usize::from(colour.bytes_per_pixel())).map(pixel).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn every_variant_is_read(colours in proptest::collection::vec(0_usize..4, WIDTH * HEIGHT)) {
        let mut compared = 0;
        for variant in variants() {
            let bytes = variant.file(&colours);
            let drawing = decode(&bytes).unwrap();
            let expected: Vec<_> = colours.iter().map(|&colour| variant.palette()[colour]).collect();
            prop_assert_eq!(drawing.size, Size { width: WIDTH as u32, height: HEIGHT as u32 });
            prop_assert_eq!(drawing.format, variant.format(drawing.has_alpha));
            prop_assert_eq!(&drawing.pixels, &expected, "{:?}", variant);
            let FileFormat::Tga { rle, pixel } = drawing.format else { panic!("{:?}", drawing.format) };
            let again = decode(&encode(&drawing, rle, pixel).unwrap()).unwrap();
            prop_assert_eq!(&again, &drawing, "{:?}", variant);
            if let Some(pixels) = by_image(&bytes) {
                compared += 1;
                prop_assert_eq!(&pixels, &expected, "{:?}", variant);
            }
            for length in 0..bytes.len() {
                prop_assert!(decode(&bytes[..length]).is_err(), "{:?} cut to {}", variant, length);
            }
        }
        prop_assert!(compared >= 80, "the other decoder read only {}", compared);
    }
}

fn plain(descriptor: u8) -> Variant {
    Variant { image_type: 2, depth: 32, map_bits: 0, map_first: 0, descriptor, id_bytes: 0 }
}

#[test]
fn a_fourth_byte_that_is_padding_is_no_alpha() {
    for (descriptor, padding) in [(0, 0), (0, 255), (8, 0), (8, 255)] {
        let mut bytes = plain(descriptor).file(&[1; WIDTH * HEIGHT]);
        bytes[18..].iter_mut().skip(3).step_by(4).for_each(|alpha| *alpha = padding);
        let drawing = decode(&bytes).unwrap();
        assert_eq!(drawing.has_alpha, descriptor == 8);
        let alpha = if descriptor == 0 { 255 } else { padding };
        assert!(drawing.pixels.iter().all(|&pixel| pixel == Rgba([255, 132, 8, alpha])));
    }
}

#[test]
fn a_packet_may_reach_beyond_the_last_pixel() {
    let mut bytes = Variant { image_type: 10, ..plain(8) }.file(&[1; WIDTH * HEIGHT]);
    bytes[18] = 0xff;
    assert_eq!(decode(&bytes).unwrap().pixels, [Rgba::opaque(255, 132, 8); WIDTH * HEIGHT]);
}

#[test]
fn odd_variants_are_named() {
    let mapped = Variant { image_type: 1, depth: 8, map_bits: 24, ..plain(0) };
    let unsupported = |what: &str| DecodeError::Unsupported { kind: FileKind::Tga, what: what.to_owned() };
    let colours = [0; WIDTH * HEIGHT];
    for (variant, error) in [
        (Variant { depth: 8, ..plain(0) }, unsupported("8 bits a pixel")),
        (Variant { map_bits: 12, ..mapped }, unsupported("a colour map of 12 bits")),
        (plain(0x40), unsupported("interleaved rows")),
    ] {
        assert_eq!(decode(&variant.file(&colours)), Err(error));
    }
    let mut bytes = mapped.file(&colours);
    bytes[18 + 4 * 3] = 9;
    let error = decode(&bytes).unwrap_err().to_string();
    let expected = "damaged TGA file (a pixel uses colour 9, which the map lacks): copy or export it again";
    assert_eq!(error, expected);
}

/// Packet lengths of a file we wrote, checked to end with each row.
fn packets_per_row(bytes: &[u8], pixel_bytes: usize, width: usize, height: usize) -> Vec<usize> {
    let mut at = 18;
    let mut rows = Vec::new();
    for _ in 0..height {
        let (mut x, mut packets) = (0, 0);
        while x < width {
            let length = usize::from(bytes[at] & 0x7f) + 1;
            at += 1 + pixel_bytes * if bytes[at] & 0x80 == 0 { length } else { 1 };
            x += length;
            packets += 1;
        }
        assert_eq!(x, width);
        rows.push(packets);
    }
    assert_eq!(at, bytes.len());
    rows
}

#[test]
fn our_packets_end_with_the_row() {
    for (has_alpha, depth, descriptor) in [(false, 24, 0x00), (true, 32, 0x08)] {
        let (width, height) = (300, 3);
        let mut pixels = vec![Rgba::WHITE; width * height];
        pixels[width + 4] = Rgba::BLACK;
        let size = Size { width: width as u32, height: height as u32 };
        let drawing = Drawing { size, pixels, has_alpha, format: FileFormat::tga(true) };
        let bytes = encode(&drawing, true, TgaPixel::Colour).unwrap();
        assert_eq!((bytes[2], bytes[16], bytes[17]), (10, depth, descriptor));
        let rows = packets_per_row(&bytes, usize::from(depth) / 8, width, height);
        assert_eq!(rows, [3, 5, 3]);
        assert_eq!(by_image(&bytes).unwrap(), drawing.pixels);
        let raw = encode(&drawing, false, TgaPixel::Colour).unwrap();
        assert_eq!((raw[2], raw[16], raw[17]), (2, depth, descriptor));
        assert_eq!(raw.len(), 18 + width * height * usize::from(depth) / 8);
        // The black pixel lies in the middle row of a file that begins with the last one.
        assert_eq!(raw[18 + (width + 4) * usize::from(depth) / 8..][..3], [0, 0, 0]);
    }
}

const PIXELS: [TgaPixel; 8] = [
    TgaPixel::Colour,
    TgaPixel::Padded,
    TgaPixel::Colour15,
    TgaPixel::Colour16,
    TgaPixel::Map8,
    TgaPixel::Map16,
    TgaPixel::Grey8,
    TgaPixel::Grey16,
];

/// The depth that a drawing of these colours, one pixel each, is written with.
fn depth(pixel: TgaPixel, has_alpha: bool, colours: impl IntoIterator<Item = Rgba>) -> u8 {
    let pixels: Vec<Rgba> = colours.into_iter().collect();
    let size = Size { width: pixels.len() as u32, height: 1 };
    let drawing = Drawing { size, pixels, has_alpha, format: FileFormat::tga(false) };
    encode(&drawing, false, pixel).unwrap()[16]
}

#[test]
fn colours_that_do_not_fit_are_written_as_true_colour() {
    let greys = || (0..=255).map(|v| Rgba::opaque(v, v, v));
    assert_eq!(PIXELS.map(|pixel| depth(pixel, false, greys())), [24, 32, 24, 24, 8, 16, 8, 16]);
    let red = [Rgba::opaque(255, 0, 0)];
    assert_eq!(PIXELS.map(|pixel| depth(pixel, false, red)), [24, 32, 15, 16, 8, 16, 24, 24]);
    let reds = || greys().chain(red);
    assert_eq!(PIXELS.map(|pixel| depth(pixel, false, reds())), [24, 32, 24, 24, 24, 16, 24, 24]);
    let soft = [Rgba([255, 255, 255, 9])];
    assert_eq!(PIXELS.map(|pixel| depth(pixel, true, soft)), [32, 32, 32, 32, 8, 16, 32, 16]);
}

proptest! {
    #[test]
    fn pixels_come_back_whatever_they_are_written_as(
        colours in proptest::collection::vec(any::<[u8; 4]>(), 1..5),
        places in proptest::collection::vec(any::<prop::sample::Index>(), 1..300),
        (has_alpha, rle) in any::<(bool, bool)>(),
        step in prop_oneof![Just(1_u8), Just(255)],
    ) {
        // With a step of 255 all channels are bits, which fits more of the layouts.
        let colour = |channels: [u8; 4]| {
            let Rgba([red, green, blue, alpha]) = Rgba(channels.map(|v| v / step * step));
            Rgba([red, green, blue, if has_alpha { alpha } else { 255 }])
        };
        let pixels: Vec<Rgba> = places.iter().map(|at| colour(*at.get(&colours))).collect();
        let size = Size { width: pixels.len() as u32, height: 1 };
        for pixel in PIXELS {
            let drawing =
                Drawing { size, pixels: pixels.clone(), has_alpha, format: FileFormat::Tga { rle, pixel } };
            let back = decode(&encode(&drawing, rle, pixel).unwrap()).unwrap();
            prop_assert_eq!(&back.pixels, &drawing.pixels, "{:?}", pixel);
            prop_assert_eq!(back.has_alpha, has_alpha, "{:?}", pixel);
            prop_assert!(back.format == drawing.format || back.format == FileFormat::tga(rle));
        }
    }
}

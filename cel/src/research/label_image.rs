//! Label images in RGB PNG files.

use thiserror::Error;

use crate::codec::png::{self, Header};
use crate::{DecodeError, EncodeError, FileKind, Labels, codec};

/// The highest label that three bytes hold.
pub const MAX_LABEL: u32 = 0xff_ffff;

/// Why a label image could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LabelImageError {
    /// The file is no PNG.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The PNG could not be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The PNG is of another kind, whose pixels hold no labels.
    #[error("a label image is an 8-bit RGB PNG, not one with colour type {colour} and {depth} bits")]
    NotRgb {
        /// PNG colour type.
        colour: u8,
        /// Bits a channel.
        depth: u8,
    },
    /// Labels are not 1, 2, 3 and so on.
    #[error("label {missing} is missing although the highest is {highest}: number the segments without gaps")]
    Gap {
        /// The first missing label.
        missing: u32,
        /// The highest label there is.
        highest: u32,
    },
    /// More segments than three bytes can count.
    #[error("{count} segments are more than a label image can hold ({MAX_LABEL})")]
    TooMany {
        /// The number of segments.
        count: u32,
    },
}

/// Labels renumbered without gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompactLabels {
    /// The labels, in the order of those in the file.
    pub labels: Labels,
    /// The labels in the file, ascending; entry `i` became label `i + 1`.
    pub originals: Vec<u32>,
}

/// Writes labels as a PNG file.
///
/// # Errors
/// If there are more than [`MAX_LABEL`] segments, or no pixels.
pub fn encode_labels(labels: &Labels) -> Result<Vec<u8>, LabelImageError> {
    if labels.count > MAX_LABEL {
        return Err(LabelImageError::TooMany { count: labels.count });
    }
    let bytes = |&label: &u32| {
        let [_, red, green, blue] = label.to_be_bytes();
        [red, green, blue]
    };
    let raw: Vec<u8> = labels.labels.iter().flat_map(bytes).collect();
    Ok(png::write(labels.size, false, false, &raw)?)
}

/// Reads a label image whose segments count from 1 without gaps.
///
/// # Errors
/// If the file is no 8-bit RGB PNG, or a label below the highest is missing.
pub fn decode_labels(bytes: &[u8]) -> Result<Labels, LabelImageError> {
    let CompactLabels { labels, originals } = decode_labels_compacting(bytes)?;
    let gap = (1..).zip(&originals).find(|&(label, &original)| label != original);
    match (gap, originals.last()) {
        (Some((missing, _)), Some(&highest)) => Err(LabelImageError::Gap { missing, highest }),
        _ => Ok(labels),
    }
}

/// Reads a label image with any labels and renumbers them without gaps, keeping their order.
///
/// # Errors
/// If the file is no 8-bit RGB PNG.
pub fn decode_labels_compacting(bytes: &[u8]) -> Result<CompactLabels, LabelImageError> {
    const RGB: u8 = 2;
    let Header { colour, depth, .. } = Header::parse(bytes)?;
    if (colour, depth) != (RGB, 8) {
        return Err(LabelImageError::NotRgb { colour, depth });
    }
    let image = codec::decode(bytes, FileKind::Png)?;
    let label = |rgb: [u8; 3]| u32::from_be_bytes([0, rgb[0], rgb[1], rgb[2]]);
    let mut labels: Vec<u32> = image.pixels.iter().map(|pixel| label(pixel.rgb())).collect();
    let highest = labels.iter().copied().max().unwrap_or(0);
    let mut numbers = vec![0; highest as usize + 1];
    labels.iter().for_each(|&label| numbers[label as usize] = 1);
    let originals: Vec<u32> = (1..=highest).filter(|&label| numbers[label as usize] == 1).collect();
    numbers[0] = 0;
    (1..).zip(&originals).for_each(|(number, &original)| numbers[original as usize] = number);
    labels.iter_mut().for_each(|label| *label = numbers[*label as usize]);
    let labels = Labels { size: image.size, labels, count: originals.len() as u32 };
    Ok(CompactLabels { labels, originals })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Drawing, FileFormat, Rgba, Size};

    fn image(labels: Vec<u32>) -> Labels {
        let size = Size { width: labels.len() as u32, height: 1 };
        Labels { size, count: labels.iter().copied().max().unwrap_or(0), labels }
    }

    #[test]
    fn labels_above_a_byte_survive() {
        let labels = image((0..70_000).collect());
        assert_eq!(decode_labels(&encode_labels(&labels).unwrap()), Ok(labels));
    }

    #[test]
    fn a_gap_is_named_or_closed() {
        let bytes = encode_labels(&image(vec![0, 9, 2, 1, 9])).unwrap();
        let error = decode_labels(&bytes).unwrap_err();
        assert_eq!(error, LabelImageError::Gap { missing: 3, highest: 9 });
        let compact = decode_labels_compacting(&bytes).unwrap();
        assert_eq!(compact.labels, image(vec![0, 3, 2, 1, 3]));
        assert_eq!(compact.originals, [1, 2, 9]);
    }

    #[test]
    fn only_rgb_of_8_bits_holds_labels() {
        let drawing = |has_alpha, sixteen_bit| Drawing {
            size: Size { width: 1, height: 1 },
            pixels: vec![Rgba([0, 0, 1, 255])],
            has_alpha,
            format: FileFormat::Png { sixteen_bit },
        };
        for (drawing, colour, depth) in [(drawing(true, false), 6, 8), (drawing(false, true), 2, 16)] {
            let bytes = codec::encode(&drawing).unwrap();
            assert_eq!(decode_labels(&bytes), Err(LabelImageError::NotRgb { colour, depth }));
        }
    }

    #[test]
    fn more_segments_than_three_bytes_count_are_refused() {
        let labels = Labels { count: MAX_LABEL + 1, ..image(vec![1]) };
        assert_eq!(encode_labels(&labels), Err(LabelImageError::TooMany { count: MAX_LABEL + 1 }));
    }

    proptest! {
        #[test]
        fn damaged_files_are_refused_without_panic(
            flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        ) {
            let mut bytes = encode_labels(&image(vec![0, 1, 2, 3])).unwrap();
            flips.iter().for_each(|(at, value)| *at.get_mut(&mut bytes) = *value);
            let _ = decode_labels(&bytes);
        }
    }
}

//! Where the segments of a drawing are, in few bytes: runs of equal labels, row after row.

use cel::Labels;

/// Width, height, number of segments, then label and length of each run; numbers in seven-bit groups, the low ones first, the
/// top bit set on all but the last.
pub fn encode(labels: &Labels) -> Vec<u8> {
    let mut out = Vec::new();
    for number in [labels.size.width, labels.size.height, labels.count] {
        push(&mut out, number);
    }
    for run in labels.labels.chunk_by(|a, b| a == b) {
        push(&mut out, run[0]);
        // A drawing has at most a hundred million pixels.
        push(&mut out, run.len() as u32);
    }
    out
}

fn push(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use cel::Size;
    use proptest::prelude::*;

    use super::*;

    /// As the browser reads it.
    fn decode(bytes: &[u8]) -> Labels {
        let mut rest = bytes.iter();
        let mut next = || {
            let (mut number, mut shift) = (0_u32, 0);
            loop {
                let byte = *rest.next()?;
                number |= u32::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    return Some(number);
                }
            }
        };
        let (width, height, count) = (next().unwrap(), next().unwrap(), next().unwrap());
        let mut labels = Vec::new();
        while let Some(label) = next() {
            labels.extend(std::iter::repeat_n(label, next().unwrap() as usize));
        }
        Labels { size: Size { width, height }, labels, count }
    }

    proptest! {
        #[test]
        fn a_map_is_read_as_it_was_written(
            width in 1_u32..400,
            runs in prop::collection::vec((0_u32..70_000, 1_usize..40_000), 1..20),
        ) {
            let mut labels: Vec<u32> =
                runs.iter().flat_map(|&(label, length)| std::iter::repeat_n(label, length)).collect();
            labels.truncate(labels.len() / width as usize * width as usize);
            let height = labels.len() as u32 / width;
            let labels = Labels { size: Size { width, height }, count: 70_000, labels };
            prop_assert_eq!(decode(&encode(&labels)), labels);
        }
    }

    #[test]
    fn a_map_is_small() {
        let labels =
            Labels { size: Size { width: 1000, height: 1000 }, labels: vec![1; 1_000_000], count: 1 };
        assert!(encode(&labels).len() < 12);
    }
}

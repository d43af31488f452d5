//! What a sidecar tells of a drawing's segments.

use cel::{AlphaRule, Drawing, Gap, Labels};
use serde::Deserialize;

/// What is read of it; the rest is for the browser.
#[derive(Deserialize)]
struct Known {
    /// The gaps that the worker closed. Those of older ones do not tell.
    gaps: Option<Vec<Gap>>,
}

/// The segments of a line drawing as it was painted, by its sidecar; without one as it is by itself, with gaps of at most so many
/// pixels closed.
pub fn labels(line: &Drawing, alpha: AlphaRule, most: u32, sidecar: Option<&[u8]>) -> Labels {
    let known = sidecar.and_then(|sidecar| serde_json::from_slice::<Known>(sidecar).ok());
    cel::segment_as(line, alpha, known.and_then(|known| known.gaps).as_deref(), most)
}

#[cfg(test)]
mod tests {
    use cel::{FileFormat, Rgba, Size};
    use proptest::prelude::*;

    use super::*;

    /// A line across the middle of 20 by 20 pixels, with a gap of four.
    fn line() -> Drawing {
        let size = Size { width: 20, height: 20 };
        let pixel =
            |at| if at / 20 == 10 && !(8..12).contains(&(at % 20)) { Rgba::BLACK } else { Rgba::EMPTY };
        let format = FileFormat::Png { sixteen_bit: false };
        Drawing { size, pixels: (0..400).map(pixel).collect(), has_alpha: true, format }
    }

    fn count(sidecar: &str) -> u32 {
        labels(&line(), AlphaRule::Composite, 0, Some(sidecar.as_bytes())).count
    }

    #[test]
    fn the_gaps_that_were_closed_are_closed() {
        assert_eq!(count(r#"{"segments": []}"#), 1);
        assert_eq!(count(r#"{"gaps": []}"#), 1);
        assert_eq!(count(r#"{"gaps": [{"from": [7, 10], "to": [12, 10], "pixels": 4}]}"#), 2);
        assert_eq!(count(r#"{"gaps": [{"from": [7, 10], "to": [4000000000, 10], "pixels": 4}]}"#), 1);
    }

    proptest! {
        #[test]
        fn any_sidecar_is_read_or_passed_over(bytes in prop::collection::vec(any::<u8>(), 0..80), ends in any::<[u32; 4]>()) {
            labels(&line(), AlphaRule::Composite, 0, Some(&bytes));
            let [a, b, c, d] = ends.map(|end| end % 24);
            let gap = format!(r#"{{"from": [{a}, {b}], "to": [{c}, {d}], "pixels": 1}}"#);
            let found = count(&format!(r#"{{"gaps": [{gap}]}}"#));
            prop_assert!(found >= 1);
        }
    }
}

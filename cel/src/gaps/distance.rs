//! How far pixels are from line.

use crate::Size;

/// One step along a row or column, and one along a diagonal, in thirds of a pixel (Borgefors 1986).
const STRAIGHT: u32 = 3;
const DIAGONAL: u32 = 4;

/// For each pixel the distance to the nearest one that is 0, in pixels. The edge of the image is no line.
pub(super) fn distances(nodes: &[u32], size: Size) -> impl Iterator<Item = f64> {
    let width = size.width as usize;
    let mut thirds: Vec<u32> = nodes.iter().map(|&node| if node == 0 { 0 } else { u32::MAX / 2 }).collect();
    for y in 0..size.height as usize {
        for x in 0..width {
            let at = y * width + x;
            let left = (x > 0).then(|| thirds[at - 1] + STRAIGHT);
            let above = (y > 0).then(|| from_row(&thirds[(y - 1) * width..][..width], x));
            thirds[at] = [left, above].into_iter().flatten().fold(thirds[at], u32::min);
        }
    }
    for y in (0..size.height as usize).rev() {
        for x in (0..width).rev() {
            let at = y * width + x;
            let right = (x + 1 < width).then(|| thirds[at + 1] + STRAIGHT);
            let below =
                (y + 1 < size.height as usize).then(|| from_row(&thirds[(y + 1) * width..][..width], x));
            thirds[at] = [right, below].into_iter().flatten().fold(thirds[at], u32::min);
        }
    }
    thirds.into_iter().map(|thirds| f64::from(thirds) / f64::from(STRAIGHT))
}

/// The least distance of a pixel through those of the row above or below it.
fn from_row(row: &[u32], x: usize) -> u32 {
    let diagonal = [x.checked_sub(1), Some(x + 1)].into_iter().flatten().filter_map(|x| row.get(x));
    diagonal.map(|thirds| thirds + DIAGONAL).fold(row[x] + STRAIGHT, u32::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_about_those_of_a_ruler() {
        let size = Size { width: 41, height: 31 };
        let mut nodes = vec![1; size.pixels()];
        nodes[15 * 41 + 20] = 0;
        for (at, distance) in distances(&nodes, size).enumerate() {
            let ruler = ((at % 41) as f64 - 20.0).hypot((at / 41) as f64 - 15.0);
            assert!((distance - ruler).abs() <= ruler * 0.08, "{at}: {distance} for {ruler}");
        }
    }
}

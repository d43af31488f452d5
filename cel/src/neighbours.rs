//! The pixels beside a pixel.

use crate::Size;

/// Steps to the neighbours that share an edge.
pub const FOUR: [(i32, i32); 4] = [(0, -1), (-1, 0), (1, 0), (0, 1)];
/// Steps to all neighbours.
pub const EIGHT: [(i32, i32); 8] = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];

/// The indices of the pixels at these steps from a pixel, within the image.
pub fn neighbours<const N: usize>(
    pixel: usize,
    size: Size,
    steps: &'static [(i32, i32); N],
) -> impl Iterator<Item = usize> {
    let (x, y) = ((pixel % size.width as usize) as i32, (pixel / size.width as usize) as i32);
    let (width, height) = (size.width as i32, size.height as i32);
    steps.iter().map(move |&(right, down)| (x + right, y + down)).filter_map(move |(x, y)| {
        let inside = (0..width).contains(&x) && (0..height).contains(&y);
        inside.then(|| y as usize * width as usize + x as usize)
    })
}

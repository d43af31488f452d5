//! Sample points of segments, to tell where a segment lies without looking at all its pixels.

use super::frame::Frame;
use super::outline::Outline;
use super::runs::Run;

/// Most sample points of a segment: enough to tell overlaps apart by a few hundredths.
const MOST_POINTS: f64 = 32.0;

/// Points spread evenly over the pixels of each segment, in the coordinates of `frame`.
pub(super) fn sample_points(runs: &[Run], outlines: &[Outline], frame: &Frame) -> Vec<Vec<[f32; 2]>> {
    let mut points = vec![Vec::new(); outlines.len()];
    let mut passed = vec![0.0; outlines.len()];
    for run in runs {
        let points: &mut Vec<[f32; 2]> = &mut points[run.segment];
        let area = outlines[run.segment].area;
        let start = passed[run.segment];
        let end = start + f64::from(run.end - run.start);
        passed[run.segment] = end;
        let count = area.min(MOST_POINTS);
        let next = |taken: usize| ((taken as f64 + 0.5) * area / count).floor();
        while (points.len() as f64) < count && next(points.len()) < end {
            let x = f64::from(run.start) + next(points.len()) - start;
            points.push(frame.enter([x as f32, run.y as f32]));
        }
    }
    points
}

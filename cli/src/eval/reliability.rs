//! Whether segments are right as often as their confidence says.

use std::fmt::Write as _;

use worker::confidence::REVIEW;
use worker::eval::Decided;

/// Lower ends of the bins of confidence.
const BINS: [f32; 7] = [0.0, 0.3, 0.5, 0.7, 0.8, REVIEW, 0.98];

/// One line a bin, and what a person who looks at the unsure segments would find.
pub(super) fn render(decided: &[Decided]) -> String {
    let mut text = "confidence   segments  mean confidence  right".to_owned();
    for (index, &low) in BINS.iter().enumerate() {
        let high = BINS.get(index + 1).copied().unwrap_or(f32::INFINITY);
        let bin: Vec<&Decided> =
            decided.iter().filter(|d| d.confidence >= low && d.confidence < high).collect();
        let share = |sum: f64| 100.0 * sum / bin.len().max(1) as f64;
        let mean = share(bin.iter().map(|d| f64::from(d.confidence)).sum());
        let right = share(bin.iter().filter(|d| d.right).count() as f64);
        let _ = write!(text, "\n{low:.2} – {:.2}  {:9}  {mean:15.1}  {right:5.1}", high.min(1.0), bin.len());
    }
    let wrong = decided.iter().filter(|d| !d.right).count();
    let (flagged, found) = decided
        .iter()
        .filter(|d| d.confidence < REVIEW)
        .fold((0, 0), |(all, wrong), d| (all + 1, wrong + usize::from(!d.right)));
    let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    let _ = write!(
        text,
        "\n\nto look at (confidence below {REVIEW}): {:.1} % of the segments, with {:.1} % of the wrong ones\n",
        percent(flagged, decided.len()),
        percent(found, wrong)
    );
    text
}

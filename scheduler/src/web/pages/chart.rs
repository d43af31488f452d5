//! Lines over time.

use maud::{Markup, html};

const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 96.0;

/// What a chart shows.
pub struct Chart<'a> {
    /// Its name.
    pub name: &'a str,
    /// Values, the oldest first.
    pub values: &'a [f64],
    /// Values that fit.
    pub capacity: usize,
    /// How long ago the first of a full chart was.
    pub span: &'a str,
    /// The end of the scale, if it is not that of the values.
    pub top: Option<f64>,
    /// A value in words.
    pub word: fn(f64) -> String,
}

/// Draws a chart. It says the same in words to those who do not see it.
pub fn chart(chart: &Chart<'_>) -> Markup {
    let highest = chart.values.iter().copied().fold(0.0, f64::max);
    let top = chart.top.unwrap_or_else(|| rounded_up(highest));
    let now = chart.values.last().copied().unwrap_or(0.0);
    let said = format!(
        "{}: now {}, at most {} in {}",
        chart.name,
        (chart.word)(now),
        (chart.word)(highest),
        chart.span
    );
    html! {
        figure.chart {
            figcaption { (chart.name) " " b { ((chart.word)(now)) } }
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" role="img" aria-label=(said) {
                @for part in [0.0, 0.5, 1.0] {
                    line.grid x1="0" x2=(WIDTH) y1=(HEIGHT * part) y2=(HEIGHT * part) {}
                }
                @if chart.values.len() > 1 {
                    path.area d=(area(chart.values, chart.capacity, top)) {}
                    polyline.line points=(points(chart.values, chart.capacity, top)) {}
                }
            }
            div.axis aria-hidden="true" {
                span { (chart.span) " ago" } span { "top " ((chart.word)(top)) } span { "now" }
            }
        }
    }
}

fn place(values: &[f64], capacity: usize, top: f64, index: usize) -> (f64, f64) {
    let step = WIDTH / (capacity.max(2) - 1) as f64;
    let x = WIDTH - (values.len() - 1 - index) as f64 * step;
    (x, HEIGHT - (values[index] / top).clamp(0.0, 1.0) * HEIGHT)
}

fn points(values: &[f64], capacity: usize, top: f64) -> String {
    let point = |index: usize| {
        let (x, y) = place(values, capacity, top, index);
        format!("{x:.1},{y:.1}")
    };
    (0..values.len()).map(point).collect::<Vec<_>>().join(" ")
}

fn area(values: &[f64], capacity: usize, top: f64) -> String {
    let (left, _) = place(values, capacity, top, 0);
    format!("M{left:.1},{HEIGHT} L{} L{WIDTH},{HEIGHT} Z", points(values, capacity, top).replace(' ', " L"))
}

/// The next of 1, 2, 5, 10, 20 … above a value.
fn rounded_up(value: f64) -> f64 {
    let mut top = 0.1;
    loop {
        for step in [1.0, 2.0, 5.0] {
            if top * step >= value {
                return top * step;
            }
        }
        top *= 10.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_value() {
        for (value, top) in [(0.0, 0.1), (0.7, 1.0), (1.0, 1.0), (3.2, 5.0), (41.0, 50.0)] {
            assert!((rounded_up(value) - top).abs() < 1e-9, "{value}");
        }
    }

    #[test]
    fn the_latest_value_is_at_the_right() {
        assert_eq!(points(&[0.0, 5.0, 10.0], 3, 10.0), "0.0,96.0 300.0,48.0 600.0,0.0");
        assert_eq!(points(&[4.0, 4.0], 3, 8.0), "300.0,48.0 600.0,48.0");
    }
}

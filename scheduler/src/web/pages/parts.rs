//! Small things that several pages show.

use maud::{Markup, html};

use crate::api::{DrawingCounts, DrawingState, Phase};

/// A figure with its name.
pub fn tile(name: &str, value: &str, note: &str) -> Markup {
    html! {
        div.tile {
            dt { (name) }
            dd { b { (value) } @if !note.is_empty() { " " span.soft { (note) } } }
        }
    }
}

/// How far drawings are: given and painted, failed, left.
pub fn progress(counts: &DrawingCounts, name: &str) -> Markup {
    let done = counts.given + counts.painted;
    let total = counts.total.max(1);
    let wide = |count: u32| f64::from(count) * 100.0 / f64::from(total);
    let text = format!("{name}: {done} of {} drawings", counts.total);
    html! {
        svg.progress viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label=(text) {
            rect.all width="100" height="4" {}
            rect.done width=(format!("{:.2}", wide(done))) height="4" {}
            rect.failed x=(format!("{:.2}", wide(done))) width=(format!("{:.2}", wide(counts.failed))) height="4" {}
        }
    }
}

/// A state as a small label.
pub fn badge(class: &str, text: &str) -> Markup {
    html! { span class={ "badge " (class) } { (text) } }
}

/// The label of an episode.
pub fn phase(phase: Phase) -> Markup {
    let class = match phase {
        Phase::Done => "good",
        Phase::Running | Phase::Loading => "busy",
        Phase::Incomplete | Phase::Halted => "bad",
        Phase::Paused | Phase::Cancelled => "still",
    };
    badge(class, phase.name())
}

/// The word for where a drawing is.
pub const fn drawing_state(state: DrawingState) -> &'static str {
    match state {
        DrawingState::Given => "given",
        DrawingState::Waiting => "waiting",
        DrawingState::Running => "running",
        DrawingState::Painted => "painted",
        DrawingState::Failed => "failed",
    }
}

/// A time to come or past, in the largest fitting unit.
pub fn seconds(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => "< 1 s".to_owned(),
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5_400.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3_600.0),
        s => format!("{:.0} days", s / 86_400.0),
    }
}

/// How long ago that was.
pub fn ago(at_ms: u64) -> String {
    let now = crate::clock::now_ms();
    match now.saturating_sub(at_ms) {
        ms if ms < 1_000 => "now".to_owned(),
        ms => format!("{} ago", seconds(ms as f64 / 1_000.0)),
    }
}

/// Bytes in the largest fitting unit.
pub fn bytes(bytes: u64) -> String {
    let gib = bytes as f64 / f64::from(1 << 30);
    if gib >= 1.0 { format!("{gib:.1} GiB") } else { format!("{:.0} MiB", bytes as f64 / f64::from(1 << 20)) }
}

/// A speed.
pub fn speed(drawings_per_second: f64) -> String {
    if drawings_per_second < 10.0 {
        format!("{drawings_per_second:.2}")
    } else {
        format!("{drawings_per_second:.0}")
    }
}

/// Links to the pages of a list.
pub fn pager(name: &str, page: usize, pages: usize, address: impl Fn(usize) -> String) -> Markup {
    html! {
        @if pages > 1 {
            nav.pager aria-label=(name) {
                @if page > 0 { a href=(address(page - 1)) rel="prev" { "← Before" } }
                span { "page " (page + 1) " of " (pages) }
                @if page + 1 < pages { a href=(address(page + 1)) rel="next" { "Next →" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_have_fitting_units() {
        let times = [0.2, 42.0, 600.0, 7_200.0, 1e6].map(seconds);
        assert_eq!(times, ["< 1 s", "42 s", "10 min", "2.0 h", "12 days"]);
        assert_eq!([bytes(300 << 20), bytes(3 << 29)], ["300 MiB", "1.5 GiB"]);
    }

    #[test]
    fn nothing_to_paint_is_no_division() {
        assert!(progress(&DrawingCounts::default(), "x").into_string().contains("0 of 0"));
    }
}

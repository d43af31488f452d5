//! Figures for the eye.

use scheduler::api::Summary;
use unicode_width::UnicodeWidthStr as _;

/// Text that a server sent, without what could drive a terminal.
pub fn plain(text: &str) -> String {
    // Some format characters turn the direction of what follows.
    let drives = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if drives(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Rows under a heading, each column as wide as its widest entry.
pub fn table(heading: &[&str], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|text| plain(text)).collect()).collect();
    let mut widths: Vec<usize> = heading.iter().map(|text| text.width()).collect();
    for row in &rows {
        for (width, text) in widths.iter_mut().zip(row) {
            *width = (*width).max(text.width());
        }
    }
    let mut lines = vec![line(heading, &widths)];
    lines.extend(rows.iter().map(|row| line(row, &widths)));
    lines.join("\n")
}

fn line(cells: &[impl AsRef<str>], widths: &[usize]) -> String {
    let padded = |(text, width): (&str, &usize)| {
        // Not the width of `format!`, which counts characters: those of CJK names take two columns.
        format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
    };
    let cells = cells.iter().map(AsRef::as_ref).zip(widths).map(padded);
    cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// A time in the two units that matter.
pub fn duration(seconds: f64) -> String {
    let seconds = seconds.max(0.0).round() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

/// An episode in one line.
pub fn summary_line(summary: &Summary) -> String {
    let drawings = summary.drawings;
    let failed = if drawings.failed > 0 { format!(", {} failed", drawings.failed) } else { String::new() };
    let left = if drawings.left > 0 { format!(", {} left", drawings.left) } else { String::new() };
    let given =
        if drawings.given > 0 { format!(", {} given painted", drawings.given) } else { String::new() };
    let eta = summary.eta_seconds.map(|eta| format!(", {} to go", duration(eta))).unwrap_or_default();
    format!(
        "{}: {}, painted {} of {} drawings{given}{failed}{left}{eta}",
        summary.id,
        summary.state.name(),
        drawings.painted,
        drawings.total
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let text =
            table(&["id", "state"], &[vec!["e1".into(), "done".into()], vec!["e123".into(), "x".into()]]);
        assert_eq!(text, "id    state\ne1    done\ne123  x");
    }

    #[test]
    fn wide_characters_take_two_columns_and_controls_are_not_printed() {
        let text = table(
            &["clip", "n"],
            &[vec!["カット".into(), "1".into()], vec!["a\u{1b}[2J".into(), "2".into()]],
        );
        assert_eq!(text, "clip    n\nカット  1\na\u{fffd}[2J   2");
    }

    #[test]
    fn durations_are_short() {
        assert_eq!(["0 s", "1 min 5 s", "2 h 0 min"].map(str::to_owned), [0.2, 65.0, 7_200.0].map(duration));
    }
}

//! Figures for the eye.

use scheduler::api::Summary;

/// Rows under a heading, each column as wide as its widest entry.
pub fn table(heading: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = heading.iter().map(|text| text.chars().count()).collect();
    for row in rows {
        for (width, text) in widths.iter_mut().zip(row) {
            *width = (*width).max(text.chars().count());
        }
    }
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(heading.to_vec())];
    lines.extend(rows.iter().map(|row| line(row.iter().map(String::as_str).collect())));
    lines.join("\n")
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
    fn durations_are_short() {
        assert_eq!(["0 s", "1 min 5 s", "2 h 0 min"].map(str::to_owned), [0.2, 65.0, 7_200.0].map(duration));
    }
}

//! The figures as tables, one a mode.

use std::fmt::Write as _;

use super::figures::{FarmFigures, Limit, ModeFigures};

/// A table for each mode; with what deaths cost, if workers die.
pub(super) fn render(modes: &[ModeFigures], deaths: bool) -> String {
    let tables: Vec<String> = modes.iter().map(|mode| table(mode, deaths)).collect();
    tables.join("\n\n")
}

fn table(figures: &ModeFigures, deaths: bool) -> String {
    let mut text = format!(
        "{}: {} jobs; the longest path, {} drawings, takes {}: the limit above {} workers\n",
        figures.mode,
        figures.jobs,
        figures.longest_path,
        time(figures.critical_path_s),
        figures.workers_that_help,
    );
    text += "workers       time  speed-up  efficiency  drawings/s    idle  references  at best     ";
    if deaths {
        text += "  deaths  lost leases     undone";
    }
    for farm in &figures.farms {
        text.push('\n');
        row(&mut text, farm, deaths);
    }
    text
}

fn row(text: &mut String, farm: &FarmFigures, deaths: bool) {
    let limit = match farm.limit {
        Limit::Work => "work",
        Limit::Path => "path",
    };
    let _ = write!(
        text,
        "{:7}  {:>9}  {:8.1}  {:>10}  {:10.1}  {:>6}  {:>10}  {:>9} {limit:4}",
        farm.workers,
        time(farm.seconds),
        farm.speed_up,
        percent(farm.efficiency),
        farm.drawings_per_s,
        percent(farm.idle),
        percent(farm.embedding),
        time(farm.bound_s),
    );
    if deaths {
        let _ = write!(text, "  {:6}  {:11}  {:>9}", farm.deaths, farm.lost_leases, time(farm.undone_s));
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// In the unit in which people would say it.
fn time(seconds: f64) -> String {
    match seconds {
        ..120.0 => format!("{seconds:.1} s"),
        ..7_200.0 => format!("{:.1} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3_600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_readable_units() {
        let times = [0.04, 119.9, 120.0, 7_199.0, 7_200.0, 1e6].map(time);
        assert_eq!(times, ["0.0 s", "119.9 s", "2.0 min", "120.0 min", "2.0 h", "277.8 h"]);
    }
}

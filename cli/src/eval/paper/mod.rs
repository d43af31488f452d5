//! `shiage eval --table`: the tables of DACoN's paper, measured on a data set with the models at hand.

mod encoder;
mod measure;
mod render;
mod shelf;
mod tables;
mod variant;
mod want;

use worker::eval::characters;

use self::measure::{Bench, Choice, Measured, choose, tasks};
use self::render::{Line, Report, State};
use self::shelf::Shelf;
use self::tables::{Row, Table, references};
use self::want::{Fit, Want};
use crate::args::EvalArgs;
use crate::client::print_json;
use crate::exit::{CliError, Exit};
use crate::progress::Progress;
use crate::{engine, terminal};

/// Runs `shiage eval --table`.
pub(super) fn run(args: &EvalArgs, number: u8) -> Result<Exit, CliError> {
    let place = engine::place_noted(&args.engine.place)?;
    let characters = characters(&args.root)?;
    let shelf = args.models.as_deref().map(Shelf::read).transpose()?.unwrap_or_default();
    let table = Table::new(number);
    let choices: Vec<_> = table.rows.iter().map(|row| choose(row.want, &shelf)).collect();
    let bench = Bench {
        characters: &characters,
        interval: super::interval(args),
        alpha: engine::alpha(args.engine.alpha),
        place: &place,
    };
    let tasks = tasks(&table.rows, &choices);
    let progress = Progress::start(bench.count(&tasks), args.json);
    let measured =
        tasks.into_iter().map(|task| bench.measure(task, &progress)).collect::<Result<Vec<_>, _>>();
    progress.finish();
    let measured = measured?;
    let rows = table.rows.iter().zip(&choices);
    let lines: Vec<Line> = rows.flat_map(|(row, choice)| lines(row, choice.as_ref(), &measured)).collect();
    print(args.json, number, &table, &lines, &shelf);
    let failed = lines.iter().any(|line| matches!(line.state, State::Failed { .. }));
    Ok(if failed { Exit::Incomplete } else { Exit::Done })
}

/// The lines of a row, one a setting.
fn lines(row: &Row, choice: Option<&Choice<'_>>, measured: &[Measured<'_>]) -> Vec<Line> {
    let found = choice.and_then(|choice| measured.iter().find(|measured| measured.model == choice.model));
    let line = |setting| Line {
        row: row.name.clone(),
        ours: matches!(row.want, Want::Ours(_)),
        references: references(setting),
        mode: setting.protocol.name(),
        shots: Line::shots(setting),
        model: choice.map(|choice| choice.model.text()),
        other_size: choice.is_some_and(|choice| choice.fit == Fit::OtherSize),
        state: match found.map(|found| found.figures(setting)) {
            None => State::Missing { why: row.want.needed() },
            Some(Ok(figures)) => State::measured(figures),
            Some(Err(why)) => State::Failed { why: why.to_owned() },
        },
    };
    row.settings.iter().copied().map(line).collect()
}

fn print(json: bool, number: u8, table: &Table, lines: &[Line], shelf: &Shelf) {
    let unusable: Vec<String> = shelf.unusable.iter().map(ToString::to_string).collect();
    if !json {
        terminal::result(&render::render(number, table, lines, &unusable));
        return;
    }
    let Table { title, not_run, .. } = *table;
    print_json(&Report { table: number, title, rows: lines, not_run, unusable });
}

//! Loading the models of a table and measuring them.

use cel::AlphaRule;
use worker::device;
use worker::engine::Engine;
use worker::eval::{Character, EvalError, Figures, Setting, evaluate};
use worker::model::{Inspected, Place};

use super::shelf::Shelf;
use super::tables::Row;
use super::want::{Fit, Want};
use crate::engine;
use crate::exit::CliError;
use crate::memory;
use crate::model_name::ModelName;
use crate::progress::Progress;

/// The model of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice<'a> {
    pub model: ModelName<'a>,
    pub fit: Fit,
    found: Option<&'a Inspected>,
}

/// A model and all settings that it is asked for in.
#[derive(Debug)]
pub(super) struct Task<'a> {
    model: ModelName<'a>,
    found: Option<&'a Inspected>,
    settings: Vec<Setting>,
}

/// What came of a model: the figures of each setting, or why there are none.
#[derive(Debug)]
pub(super) struct Measured<'a> {
    pub model: ModelName<'a>,
    outcome: Result<Vec<(Setting, Figures)>, String>,
}

impl Measured<'_> {
    /// The figures in a setting.
    pub(super) fn figures(&self, setting: Setting) -> Result<&Figures, &str> {
        let figures = self.outcome.as_ref().map_err(String::as_str)?;
        let found = figures.iter().find(|(other, _)| *other == setting).map(|(_, figures)| figures);
        found
            .filter(|figures| figures.drawings > 0)
            .ok_or("no drawing has such references: add design sheets (ref/)")
    }
}

/// The model at hand for a row.
pub(super) fn choose<'a>(want: Want, shelf: &'a Shelf) -> Option<Choice<'a>> {
    if let Want::Ours(model) = want {
        return Some(Choice { model, fit: Fit::Paper, found: None });
    }
    let (index, fit) = want.choose(shelf.models.iter().map(|shelved| &shelved.found.model))?;
    let shelved = &shelf.models[index];
    let model = match want {
        Want::Alone(_) => ModelName::ZeroShot(&shelved.path),
        _ => ModelName::Folder(&shelved.path),
    };
    Some(Choice { model, fit, found: Some(&shelved.found) })
}

/// Each model once, with the settings of all rows that it was chosen for.
pub(super) fn tasks<'a>(rows: &[Row], choices: &[Option<Choice<'a>>]) -> Vec<Task<'a>> {
    let mut tasks: Vec<Task<'a>> = Vec::new();
    for (row, choice) in rows.iter().zip(choices) {
        let Some(Choice { model, found, .. }) = *choice else { continue };
        let at = tasks.iter().position(|task| task.model == model).unwrap_or_else(|| {
            tasks.push(Task { model, found, settings: Vec::new() });
            tasks.len() - 1
        });
        for setting in row.settings {
            if !tasks[at].settings.contains(setting) {
                tasks[at].settings.push(*setting);
            }
        }
    }
    tasks
}

/// A data set, and how models see it.
pub(super) struct Bench<'a> {
    pub characters: &'a [Character],
    pub interval: usize,
    pub alpha: AlphaRule,
    pub place: &'a Place,
}

impl Bench<'_> {
    /// Drawings that are painted for tasks.
    pub(super) fn count(&self, tasks: &[Task<'_>]) -> usize {
        let settings = tasks.iter().flat_map(|task| &task.settings);
        let targets = |setting: &Setting, character: &Character| {
            setting.protocol.targets(character.drawings.len(), self.interval).len()
        };
        settings.flat_map(|setting| self.characters.iter().map(move |found| targets(setting, found))).sum()
    }

    /// Measures a model. What is wrong with it is told in its rows; what is wrong with the data set ends the command.
    pub(super) fn measure<'a>(&self, task: Task<'a>, progress: &Progress) -> Result<Measured<'a>, CliError> {
        let Task { model, found, settings } = task;
        let engine = match self.load(model, found) {
            Ok(engine) => engine,
            Err(why) => return Ok(Measured { model, outcome: Err(why) }),
        };
        let found =
            evaluate(engine.as_ref(), self.characters, &settings, self.interval, &mut || progress.step());
        let outcome = match found {
            Ok(found) => Ok(settings.into_iter().zip(found.into_iter().map(|found| found.overall)).collect()),
            Err(why @ EvalError::Engine { .. }) => Err(why.to_string()),
            Err(why) => return Err(why.into()),
        };
        Ok(Measured { model, outcome })
    }

    fn load(&self, model: ModelName<'_>, found: Option<&Inspected>) -> Result<Box<dyn Engine>, String> {
        let found = match model {
            ModelName::ZeroShot(_) => found.and_then(Inspected::alone),
            _ => found.cloned(),
        };
        let needs = found.and_then(|found| found.needs(self.place)).map_or(0, |needs| needs.of(1));
        let free = device::free_bytes(self.place.device()).or_else(memory::available_bytes);
        if let Some(why) = free.and_then(|free| no_room(needs, free)) {
            return Err(why);
        }
        engine::named(model, self.alpha, self.place).map_err(|error| error.to_string())
    }
}

/// Why a model does not fit, if it does not.
fn no_room(needs: u64, free: u64) -> Option<String> {
    let gigabytes = |bytes: u64| bytes as f64 / 1e9;
    (needs > free).then(|| {
        format!("needs about {:.1} GB of memory, {:.1} GB are free", gigabytes(needs), gigabytes(free))
    })
}

#[cfg(test)]
mod tests {
    use worker::eval::Protocol;

    use super::*;

    #[test]
    fn a_model_is_measured_once_for_all_rows_that_it_is_in() {
        const ONE: Setting = Setting { protocol: Protocol::Keyframe, shots: 1 };
        const PREVIOUS: Setting = Setting { protocol: Protocol::PreviousFrame, shots: 0 };
        let row = |model, settings| Row { name: String::new(), want: Want::Ours(model), settings };
        let rows = [
            row(ModelName::Shape, &[ONE] as &[_]),
            row(ModelName::Builtin, &[ONE]),
            row(ModelName::Shape, &[ONE, PREVIOUS]),
        ];
        let shelf = Shelf::default();
        let choices: Vec<_> = rows.iter().map(|row| choose(row.want, &shelf)).collect();
        let tasks = tasks(&rows, &choices);
        let found: Vec<_> = tasks.iter().map(|task| (task.model, task.settings.clone())).collect();
        assert_eq!(found, [(ModelName::Shape, vec![ONE, PREVIOUS]), (ModelName::Builtin, vec![ONE])]);
    }

    #[test]
    fn a_model_needs_the_room_that_it_takes() {
        assert_eq!(no_room(5, 5), None);
        let why = no_room(6_000_000_000, 2_500_000_000).unwrap();
        assert_eq!(why, "needs about 6.0 GB of memory, 2.5 GB are free");
    }
}

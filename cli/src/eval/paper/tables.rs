//! The tables, row by row.

use worker::eval::{Protocol, Setting};
use worker::model::Version;

use super::encoder::Encoder;
use super::variant::Variant;
use super::want::Want;
use crate::model_name::ModelName;

/// A table of the paper.
#[derive(Debug)]
pub(super) struct Table {
    /// What it compares.
    pub title: &'static str,
    /// What can be measured.
    pub rows: Vec<Row>,
    /// What the paper has, too, and this program cannot run.
    pub not_run: &'static str,
}

/// A model of a table, and the settings it is measured in: a line each.
#[derive(Debug)]
pub(super) struct Row {
    pub name: String,
    pub want: Want,
    pub settings: &'static [Setting],
}

const fn setting(protocol: Protocol, shots: usize) -> Setting {
    Setting { protocol, shots }
}

const ONE_SHEET: Setting = setting(Protocol::Keyframe, 1);
const FIVE_SHEETS: Setting = setting(Protocol::Keyframe, 5);
const ALL_SHEETS: Setting = setting(Protocol::Keyframe, usize::MAX);
const PREVIOUS: Setting = setting(Protocol::PreviousFrame, 0);

const SHEETS: &[Setting] = &[ONE_SHEET, FIVE_SHEETS, ALL_SHEETS];
const CONSECUTIVE: &[Setting] = &[PREVIOUS];
const REFERENCES: &[Setting] = &[
    setting(Protocol::FirstFrame, 0),
    setting(Protocol::FirstFrameAndSheets, 1),
    setting(Protocol::FirstFrameAndSheets, 5),
    setting(Protocol::FirstFrameAndSheets, usize::MAX),
    PREVIOUS,
    setting(Protocol::BothNeighbours, 0),
];
const VARIANTS: &[Setting] = &[ONE_SHEET, FIVE_SHEETS, PREVIOUS];

impl Table {
    /// The table of this number, from 1 to 4.
    pub(super) fn new(number: u8) -> Self {
        match number {
            1 => Self {
                title: "drawings from design sheets alone (keyframes): foundation models as they are, and DACoN",
                rows: [foundation_models(), published(SHEETS), ours(SHEETS)].into_iter().flatten().collect(),
                not_run: "ColorFlow, MangaNinja, AniDoc and BasicPBC-Ref",
            },
            2 => Self {
                title: "drawings from the one before (consecutive frames)",
                rows: [published(CONSECUTIVE), ours(CONSECUTIVE)].into_iter().flatten().collect(),
                not_run: "AniDoc, LVCD, AnT and BasicPBC",
            },
            3 => Self {
                title: "how many references, and which",
                rows: [published(REFERENCES), ours(REFERENCES)].into_iter().flatten().collect(),
                not_run: "",
            },
            _ => Self {
                title: "DACoN with parts left out or others in their place",
                rows: variants().into_iter().chain(ours(VARIANTS)).collect(),
                not_run: "DACoN trained without its consistency loss, or on lines of one colour: weights do not tell",
            },
        }
    }
}

fn foundation_models() -> Vec<Row> {
    let encoders = [Encoder::Diffusion, Encoder::Hiera, Encoder::ConvNext, Encoder::Dinov2];
    let alone = |encoder: Encoder| Row {
        name: format!("{}, zero-shot", encoder.name()),
        want: Want::Alone(encoder),
        settings: &[ONE_SHEET],
    };
    let on_diffusion = Row {
        name: format!("DACoN on {}", Encoder::Diffusion.name()),
        want: dacon(Some(Encoder::Diffusion), None, Variant::Published),
        settings: &[ONE_SHEET],
    };
    encoders.into_iter().map(alone).chain([on_diffusion]).collect()
}

/// DACoN in the versions that its authors publish.
fn published(settings: &'static [Setting]) -> Vec<Row> {
    let row = |version: Version| Row {
        name: format!("DACoN {version}"),
        want: dacon(Some(Encoder::Dinov2), Some(version), Variant::Published),
        settings,
    };
    vec![row(Version::V1_0), row(Version::V1_1)]
}

fn variants() -> Vec<Row> {
    let row = |name: String, want| Row { name, want, settings: VARIANTS };
    let on = Some(Encoder::Dinov2);
    let whole = row("DACoN".to_owned(), dacon(on, None, Variant::Published));
    let without = row("without a backbone".to_owned(), dacon(None, None, Variant::Published));
    let others = [Variant::MultiLayer, Variant::CrossAttention, Variant::Multiplex];
    let others = others
        .into_iter()
        .filter_map(|variant| Some(row(format!("with {}", variant.name()?), dacon(on, None, variant))));
    [whole, without].into_iter().chain(others).collect()
}

const fn dacon(encoder: Option<Encoder>, version: Option<Version>, variant: Variant) -> Want {
    Want::Dacon { encoder, version, variant }
}

fn ours(settings: &'static [Setting]) -> Vec<Row> {
    let row = |model: ModelName<'static>| Row { name: model.label(), want: Want::Ours(model), settings };
    vec![row(ModelName::Builtin), row(ModelName::Shape)]
}

/// What a drawing is painted from, in words.
pub(super) fn references(setting: Setting) -> String {
    let sheets = match setting.shots {
        0 => String::new(),
        1 => "1 sheet".to_owned(),
        usize::MAX => "all sheets".to_owned(),
        count => format!("{count} sheets"),
    };
    match setting.protocol {
        Protocol::Keyframe => sheets,
        Protocol::PreviousFrame => "previous".to_owned(),
        Protocol::BothNeighbours => "previous and next".to_owned(),
        Protocol::FirstFrame => "first".to_owned(),
        Protocol::FirstFrameAndSheets => format!("first and {sheets}"),
        Protocol::PreviousPredicted => format!("previous as painted, first and {sheets}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_ends_with_our_own_rows() {
        for number in 1..=4 {
            let rows = Table::new(number).rows;
            let ours: Vec<_> = rows.iter().map(|row| matches!(row.want, Want::Ours(_))).collect();
            assert_eq!(ours.iter().filter(|ours| **ours).count(), 2, "{rows:?}");
            assert!(ours.ends_with(&[true, true]), "{rows:?}");
            assert!(rows.iter().all(|row| !row.settings.is_empty()), "{rows:?}");
        }
    }

    #[test]
    fn references_are_told_in_words() {
        assert_eq!(references(ONE_SHEET), "1 sheet");
        assert_eq!(references(ALL_SHEETS), "all sheets");
        assert_eq!(REFERENCES.iter().copied().map(references).collect::<Vec<_>>()[2], "first and 5 sheets");
    }
}

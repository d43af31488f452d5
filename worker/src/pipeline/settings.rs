//! What holds for a whole run.

use std::path::PathBuf;

use cel::{AlphaRule, Drawing, FileFormat, Gap, Labels, PaintRules, Precedent};
use common::farm::OutputFormat;

/// What holds for a whole run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of the painted drawings.
    pub out: PathBuf,
    /// How alpha is read in line drawings.
    pub alpha: AlphaRule,
    /// The kind of file to write.
    pub output: OutputFormat,
    /// What is agreed for the show.
    pub rules: PaintRules,
    /// Whether line and paint are written apart, too.
    pub layers: bool,
}

impl Settings {
    /// Those of a show for which nothing is agreed.
    #[must_use]
    pub fn new(out: PathBuf) -> Self {
        let (alpha, output) = (AlphaRule::default(), OutputFormat::default());
        Self { out, alpha, output, rules: PaintRules::default(), layers: false }
    }

    /// The painted file of the drawing with this key.
    #[must_use]
    pub fn painted(&self, key: &str) -> PathBuf {
        self.out.join(self.output.name_of(key))
    }

    /// The segments of a line drawing by itself.
    #[must_use]
    pub fn segment(&self, line: &Drawing) -> Labels {
        cel::segment_closed(line, self.alpha, self.rules.close_gaps)
    }

    /// The gaps of a line drawing that are closed, by itself and others of its clip; `None` if none may be.
    pub(super) fn gaps(&self, line: &Drawing, precedents: &[&Precedent]) -> Option<Vec<Gap>> {
        let most = self.rules.close_gaps;
        (most > 0).then(|| cel::gaps::gaps(line, self.alpha, most, precedents))
    }

    /// The file of a layer of the drawing with this key.
    pub(super) fn layer(&self, layer: &str, key: &str) -> PathBuf {
        self.out.join("_layers").join(layer).join(self.output.name_of(key))
    }

    /// The file of the drawing with this key in the colours of a scene.
    #[must_use]
    pub fn scene(&self, scene: &str, key: &str) -> PathBuf {
        self.out.join("_scenes").join(scene).join(self.output.name_of(key))
    }

    /// The format of a painted file, by that of its line drawing.
    pub(super) fn format(&self, line: FileFormat) -> FileFormat {
        match (self.output, line) {
            (OutputFormat::Png, FileFormat::Tga { .. }) => FileFormat::Png { sixteen_bit: false },
            (OutputFormat::Tga, FileFormat::Png { .. }) => FileFormat::tga(true),
            (_, format) => format,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_is_asked_for_already_stays() {
        let (deep, raw) = (FileFormat::Png { sixteen_bit: true }, FileFormat::tga(false));
        for (output, line, written) in [
            (OutputFormat::Same, deep, deep),
            (OutputFormat::Png, deep, deep),
            (OutputFormat::Tga, raw, raw),
            (OutputFormat::Png, raw, FileFormat::Png { sixteen_bit: false }),
            (OutputFormat::Tga, deep, FileFormat::tga(true)),
        ] {
            let settings = Settings { output, ..Settings::new("out".into()) };
            assert_eq!(settings.format(line), written, "{output:?} {line:?}");
        }
    }
}

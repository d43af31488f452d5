//! What a `--model` names.

use std::path::Path;

/// What a backbone alone is asked for with.
const ZERO_SHOT: &str = "zero-shot:";

/// A model as command lines name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelName<'a> {
    /// Geometry alone.
    Shape,
    /// The model in the program.
    Builtin,
    /// The backbone alone of a model folder, or of a published checkpoint.
    ZeroShot(&'a Path),
    /// A model folder.
    Folder(&'a Path),
}

impl<'a> ModelName<'a> {
    /// What the text names.
    pub fn new(text: &'a str) -> Self {
        match text {
            "shape" => Self::Shape,
            "builtin" => Self::Builtin,
            _ => match text.strip_prefix(ZERO_SHOT) {
                Some(path) => Self::ZeroShot(Path::new(path)),
                None => Self::Folder(Path::new(text)),
            },
        }
    }

    /// The text that names it.
    pub fn text(self) -> String {
        match self {
            Self::Shape => "shape".to_owned(),
            Self::Builtin => "builtin".to_owned(),
            Self::ZeroShot(path) => format!("{ZERO_SHOT}{}", path.display()),
            Self::Folder(path) => path.display().to_string(),
        }
    }

    /// What a farm calls it: the last part of a path.
    pub fn label(self) -> String {
        let last = |path: &Path| {
            path.file_stem().map_or_else(|| "model".to_owned(), |last| last.to_string_lossy().into_owned())
        };
        match self {
            Self::Shape => "shape".to_owned(),
            Self::Builtin => "builtin".to_owned(),
            Self::ZeroShot(path) => format!("zero-shot-{}", last(path)),
            Self::Folder(path) => {
                path.file_name().map_or_else(|| last(path), |name| name.to_string_lossy().into_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_kinds() {
        assert_eq!(ModelName::new("shape"), ModelName::Shape);
        assert_eq!(ModelName::new("zero-shot:m/sam.pt"), ModelName::ZeroShot(Path::new("m/sam.pt")));
        assert_eq!(ModelName::new("zero-shot:m/sam.pt").label(), "zero-shot-sam");
        assert_eq!(ModelName::new("models/dacon-1.1").label(), "dacon-1.1");
        for text in ["shape", "builtin", "zero-shot:m/sam.pt", "models/dacon-1.1"] {
            assert_eq!(ModelName::new(text).text(), text);
        }
    }
}

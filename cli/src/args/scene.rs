//! Scenes on the command line.

use std::path::PathBuf;
use std::str::FromStr;

/// A scene and a design sheet in its colours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneArg {
    /// Name of the scene, and of the folder of its drawings.
    pub name: String,
    /// The sheet.
    pub sheet: PathBuf,
}

impl FromStr for SceneArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, sheet) =
            text.split_once('=').ok_or("expected NAME=FILE, such as night=sheet_night.png")?;
        let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || !name.chars().all(plain) {
            return Err(format!("'{name}' is no name of a scene: use letters, digits, '-' and '_'"));
        }
        if sheet.is_empty() {
            return Err(format!("no sheet for scene {name}: {name}=FILE"));
        }
        Ok(Self { name: name.to_owned(), sheet: sheet.into() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_and_a_file() {
        let night: SceneArg = "夜=a=b.png".parse().unwrap();
        assert_eq!((night.name.as_str(), night.sheet.to_str()), ("夜", Some("a=b.png")));
        for text in ["", "night", "=x.png", "night=", "../x=y.png", "a/b=y.png"] {
            assert!(text.parse::<SceneArg>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_scene_never_leads_elsewhere(text in "\\PC{0,20}") {
            if let Ok(scene) = text.parse::<SceneArg>() {
                prop_assert!(!scene.name.contains(['/', '\\', '.']));
            }
        }
    }
}

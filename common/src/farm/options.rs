//! What a submission chooses about reading and writing drawings.

use serde::{Deserialize, Serialize};

/// A person should look at segments that are less likely right than this.
pub const REVIEW: f32 = 0.9;

/// How transparent pixels of line drawings are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alpha {
    /// White paper lies under them.
    #[default]
    Composite,
    /// Their raw bytes count, as in the reference implementation of DACoN.
    Reference,
}

/// The kind of file that painted drawings are written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputFormat {
    /// That of each line drawing.
    #[default]
    Same,
    /// PNG.
    Png,
    /// TGA.
    Tga,
}

impl OutputFormat {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Same, Self::Png, Self::Tga];

    /// The name under which the drawing of this key goes out: its key, with another extension if need be.
    #[must_use]
    pub fn name_of(self, key: &str) -> String {
        let extension = match self {
            Self::Same => return key.to_owned(),
            Self::Png => "png",
            Self::Tga => "tga",
        };
        match split_extension(key) {
            (_, old) if old.eq_ignore_ascii_case(extension) => key.to_owned(),
            (stem, _) => format!("{stem}.{extension}"),
        }
    }
}

/// The name of the sidecar beside a painted drawing: `c1/A1.png` has `c1/A1.segments.json`.
#[must_use]
pub fn sidecar_name(painted: &str) -> String {
    format!("{}.segments.json", split_extension(painted).0)
}

/// A relative path without the extension of its last part, and that extension without the dot.
pub(super) fn split_extension(path: &str) -> (&str, &str) {
    let start = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[start..].rfind('.') {
        // A name that begins with its only dot has no extension.
        Some(dot) if dot > 0 => (&path[..start + dot], &path[start + dot + 1..]),
        _ => (path, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_alone_changes() {
        for (format, key, name) in [
            (OutputFormat::Same, "a/A1.tga", "a/A1.tga"),
            (OutputFormat::Png, "a/A1.tga", "a/A1.png"),
            (OutputFormat::Png, "a/A1.PNG", "a/A1.PNG"),
            (OutputFormat::Tga, "a.b/A1", "a.b/A1.tga"),
            (OutputFormat::Tga, ".hidden", ".hidden.tga"),
        ] {
            assert_eq!(format.name_of(key), name);
        }
        assert_eq!(sidecar_name("x/a..b.png"), "x/a..b.segments.json");
    }
}

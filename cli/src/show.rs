//! What is agreed for a show: `shiage.toml`.

use std::path::{Path, PathBuf};

use cel::PaintRules;

use crate::args::ShowArgs;
use crate::exit::CliError;

/// The name under which it is looked for.
const NAME: &str = "shiage.toml";

/// The rules in the file that is named, else in the nearest `shiage.toml` in the input folder or above it, else none; what the
/// command line says goes first.
pub fn rules(args: &ShowArgs, input: &Path) -> Result<PaintRules, CliError> {
    let path = args.config.clone().or_else(|| nearest(input));
    let rules = path.map_or_else(|| Ok(PaintRules::default()), |path| read(&path))?;
    Ok(PaintRules { close_gaps: args.close_gaps.unwrap_or(rules.close_gaps), ..rules })
}

fn read(path: &Path) -> Result<PaintRules, CliError> {
    let usage = |reason: String| CliError::Usage(format!("{}: {reason}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| usage(error.to_string()))?;
    parse(&text).map_err(usage)
}

fn nearest(input: &Path) -> Option<PathBuf> {
    let input = input.canonicalize().ok()?;
    input.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file())
}

/// The rules, or what is wrong in one line.
fn parse(text: &str) -> Result<PaintRules, String> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(start).filter(|&byte| byte == b'\n').count() + 1;
        format!("line {line}: {}; docs/formats.md has the table", error.message().replace('\n', " "))
    })
}

#[cfg(test)]
mod tests {
    use cel::rules::{Hex, Side, TraceRule, WhiteRule};
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = r##"
white = "empty"
close_gaps = 3

[traces]
default = { absorb = "smaller" }

[traces.colours]
"#ff0000" = "keep"
"#0000ff" = { recolour = "#8090a0" }
"##;

    #[test]
    fn the_file_of_a_show_is_found_above_its_cuts() {
        let folder = tempfile::tempdir().unwrap();
        let cut = folder.path().join("show/cut/a");
        std::fs::create_dir_all(&cut).unwrap();
        let none = ShowArgs { config: None, close_gaps: None };
        assert!(rules(&none, &cut).unwrap().is_default());
        std::fs::write(folder.path().join("show/shiage.toml"), TEXT).unwrap();
        let found = rules(&none, &cut).unwrap();
        assert_eq!((found.white, found.close_gaps), (WhiteRule::Empty, 3));
        assert_eq!(found.traces.default, TraceRule::Absorb(Side::Smaller));
        assert_eq!(found.traces.of([0, 0, 255]), TraceRule::Recolour(Hex([128, 144, 160])));
        let named = folder.path().join("other.toml");
        std::fs::write(&named, "").unwrap();
        let other = ShowArgs { config: Some(named), close_gaps: Some(4) };
        let expected = PaintRules { close_gaps: 4, ..PaintRules::default() };
        assert_eq!(rules(&other, &cut).unwrap(), expected, "a file that is named counts alone");
    }

    #[test]
    fn the_example_for_people_can_be_used() {
        let page = include_str!("../../docs/formats.md");
        let example = page.split("```toml\n").find(|block| block.starts_with("white = ")).unwrap();
        let rules = parse(example.split("```").next().unwrap()).unwrap();
        assert_eq!((rules.close_gaps, rules.traces.of([0, 255, 0])), (4, TraceRule::Keep));
    }

    #[test]
    fn what_is_wrong_is_told_with_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shiage.toml");
        for (text, place, what) in [
            ("white = \"empty\"\ntrace = {}\n", "line 2", "trace"),
            ("[traces.colours]\n\"red\" = \"keep\"\n", "line 2", "`red` is no colour: write `#rrggbb`"),
            ("[traces]\ndefault = { absorb = \"lighter\" }\n", "line 2", "lighter"),
            ("white = \n", "line 1", ""),
        ] {
            std::fs::write(&path, text).unwrap();
            let message =
                rules(&ShowArgs { config: None, close_gaps: None }, folder.path()).unwrap_err().to_string();
            assert!(message.contains("shiage.toml: ") && message.contains(place), "{message}");
            assert!(message.contains(what) && !message.contains('\n'), "{message}");
        }
        let missing = ShowArgs { config: Some(folder.path().join("none.toml")), close_gaps: None };
        let missing = rules(&missing, folder.path()).unwrap_err().to_string();
        assert!(missing.contains("none.toml"), "{missing}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_in_one_line(text in "(?s)([\\[\\]=\"#{}a-z0-9.\n ]|traces|white|absorb|keep){0,24}") {
            if let Err(reason) = parse(&text) {
                prop_assert!(!reason.contains('\n'), "{}", reason);
            }
        }
    }
}

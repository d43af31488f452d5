//! Reads tokens. No message holds any part of what was read: it may be a secret in the wrong place.

use super::role::Role;

/// Shortest token: shorter ones can be guessed.
const SHORTEST: usize = 16;
/// Longest token.
const LONGEST: usize = 256;

/// Tokens that cannot be used, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTokens {
    /// There is none.
    #[error("no tokens: write a line `ROLE TOKEN` for each, with the role read, submit or admin")]
    None,
    /// A line is not understood.
    #[error("line {0}: expected ROLE TOKEN")]
    Form(usize),
    /// There is no such role.
    #[error("line {0}: the role is not read, submit or admin")]
    Role(usize),
    /// It cannot be a token.
    #[error("line {0}: a token has {SHORTEST} to {LONGEST} printable ASCII characters and no spaces")]
    Token(usize),
    /// Two lines have the same token.
    #[error("line {line}: the same token as line {first}; give each its own")]
    Twice {
        /// The later line.
        line: usize,
        /// The earlier line.
        first: usize,
    },
}

/// Lines `ROLE TOKEN`.
pub fn lines(text: &str) -> Result<Vec<(Role, &str)>, InvalidTokens> {
    let lines = text.lines().map(str::trim);
    let numbered = lines.enumerate().map(|(index, line)| (index + 1, line));
    let said = numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    all(said.map(|(number, line)| (number, line.split_once(char::is_whitespace))))
}

/// Parts `ROLE:TOKEN` between commas; a part counts as a line.
pub fn list(text: &str) -> Result<Vec<(Role, &str)>, InvalidTokens> {
    let parts = text.split(',').map(str::trim);
    let numbered = parts.enumerate().map(|(index, part)| (index + 1, part));
    let said = numbered.filter(|(_, part)| !part.is_empty());
    all(said.map(|(number, part)| (number, part.split_once(':'))))
}

fn all<'a>(
    lines: impl Iterator<Item = (usize, Option<(&'a str, &'a str)>)>,
) -> Result<Vec<(Role, &'a str)>, InvalidTokens> {
    let mut found: Vec<(usize, Role, &str)> = Vec::new();
    for (line, halves) in lines {
        let (role, token) = halves.ok_or(InvalidTokens::Form(line))?;
        let role = Role::of_name(role).ok_or(InvalidTokens::Role(line))?;
        let token = token.trim();
        if !is_token(token) {
            return Err(InvalidTokens::Token(line));
        }
        if let Some(&(first, ..)) = found.iter().find(|(.., known)| *known == token) {
            return Err(InvalidTokens::Twice { line, first });
        }
        found.push((line, role, token));
    }
    if found.is_empty() {
        return Err(InvalidTokens::None);
    }
    Ok(found.into_iter().map(|(_, role, token)| (role, token)).collect())
}

fn is_token(text: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbb:b";

    #[test]
    fn lines_and_lists_say_the_same() {
        let expected = Ok(vec![(Role::Read, A), (Role::Admin, B)]);
        assert_eq!(lines(&format!("# the wall display\r\nread  {A}\r\n\n admin\t{B} \n")), expected);
        assert_eq!(list(&format!("read:{A}, admin:{B},")), expected);
    }

    #[test]
    fn what_is_wrong_is_told_by_line() {
        assert_eq!(lines(&format!("\n{A}")), Err(InvalidTokens::Form(2)));
        assert_eq!(lines(&format!("root {A}")), Err(InvalidTokens::Role(1)));
        assert_eq!(lines("read short"), Err(InvalidTokens::Token(1)));
        assert_eq!(lines(&format!("read {}", "x".repeat(257))), Err(InvalidTokens::Token(1)));
        assert_eq!(lines(&format!("read {A} {A}")), Err(InvalidTokens::Token(1)));
        assert_eq!(lines(&format!("read {A}\n\nadmin {A}")), Err(InvalidTokens::Twice { line: 3, first: 1 }));
        assert_eq!(lines("# none"), Err(InvalidTokens::None));
        assert_eq!(list(""), Err(InvalidTokens::None));
    }

    proptest! {
        #[test]
        fn tokens_are_read_as_they_were_written(
            tokens in prop::collection::btree_map("[!-~&&[^,]]{16,40}", 0_usize..3, 1..5),
        ) {
            let said: Vec<_> = tokens.iter().map(|(token, &role)| (Role::ALL[role], token.as_str())).collect();
            let written = |between: &str, after: &str| -> String {
                said.iter().map(|(role, token)| format!("{role}{between}{token}{after}")).collect()
            };
            let (as_lines, as_list) = (written(" ", "\n"), written(":", ","));
            prop_assert_eq!(lines(&as_lines), Ok(said.clone()));
            prop_assert_eq!(list(&as_list), Ok(said.clone()));
        }

        #[test]
        fn any_text_is_read_or_refused_without_being_repeated(
            text in "((read|submit|admin|# |[a-z]{0,9})[ :]?[ -~é]{12,20}[\n,]){0,4}",
        ) {
            for read in [lines(&text), list(&text)] {
                match read {
                    Ok(tokens) => prop_assert!(tokens.iter().all(|(_, token)| is_token(token))),
                    Err(error) => {
                        let message = error.to_string();
                        for word in text.split_whitespace().filter(|word| word.len() >= 12) {
                            prop_assert!(!message.contains(word), "{message}");
                        }
                    }
                }
            }
        }
    }
}

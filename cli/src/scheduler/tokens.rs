//! Who may use a scheduler, as its command line and environment say.

use scheduler::http::{Auth, InvalidTokens};

use crate::args::SchedulerArgs;
use crate::exit::CliError;

/// The variable that says the tokens.
const VARIABLE: &str = "SHIAGE_TOKENS";
/// Bytes of a file of tokens, at most.
const LONGEST: u64 = 1 << 20;

/// The tokens of the file, or else of the variable.
pub fn auth(args: &SchedulerArgs) -> Result<Auth, CliError> {
    if args.no_auth {
        return open(args);
    }
    if let Some(path) = &args.tokens {
        let said = |error: String| CliError::Usage(format!("{}: {error}", path.display()));
        let length = std::fs::metadata(path).map_err(|error| said(error.to_string()))?.len();
        if length > LONGEST {
            return Err(said(format!("{length} bytes; a file of tokens has at most {LONGEST}")));
        }
        let text = std::fs::read_to_string(path).map_err(|error| said(error.to_string()))?;
        return Auth::from_lines(&text).map_err(|error| said(error.to_string()));
    }
    let Some(list) = std::env::var_os(VARIABLE) else {
        let message =
            format!("no tokens: give --tokens or {VARIABLE}, or --no-auth on an address of this machine");
        return Err(CliError::Usage(message));
    };
    let said = |error: InvalidTokens| CliError::Usage(format!("{VARIABLE}: {error}"));
    // What is no text is no token either.
    Auth::from_list(&list.to_string_lossy()).map_err(said)
}

fn open(args: &SchedulerArgs) -> Result<Auth, CliError> {
    if !args.listen.ip().is_loopback() {
        let message = format!(
            "--no-auth: {} can be reached from other machines; listen on 127.0.0.1 or give --tokens",
            args.listen
        );
        return Err(CliError::Usage(message));
    }
    Ok(Auth::nobody_asked())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::{Cli, Command};

    fn auth_of(extra: &[&str]) -> Result<Auth, String> {
        let always = ["shiage", "scheduler", "--redis", "redis://127.0.0.1", "--store", "/tmp/store"];
        let Command::Scheduler(args) = Cli::try_parse_from(always.iter().chain(extra)).unwrap().command
        else {
            panic!("another command");
        };
        auth(&args).map_err(|error| error.to_string())
    }

    #[test]
    fn nobody_is_asked_only_on_this_machine() {
        assert!(auth_of(&["--no-auth"]).is_ok());
        assert!(auth_of(&["--no-auth", "--listen", "[::1]:0"]).is_ok());
        let error = auth_of(&["--no-auth", "--listen", "0.0.0.0:8080"]).unwrap_err();
        assert!(error.contains("can be reached from other machines"), "{error}");
    }

    #[test]
    fn a_file_is_read_and_its_faults_are_told_without_its_tokens() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tokens");
        let file = path.to_str().unwrap();
        std::fs::write(&path, "# wall\nread 0123456789abcdef\n").unwrap();
        assert!(auth_of(&["--tokens", file]).is_ok());
        std::fs::write(&path, "read 0123456789abcdef\nroot secretsecretsecret\n").unwrap();
        let error = auth_of(&["--tokens", file]).unwrap_err();
        assert!(error.contains("line 2") && !error.contains("secret"), "{error}");
        assert!(auth_of(&["--tokens", "/nowhere/tokens"]).unwrap_err().contains("/nowhere/tokens"));
    }
}

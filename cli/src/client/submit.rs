//! `shiage submit`.

use scheduler::api::Submitted;

use super::args::SubmitArgs;
use super::http::{Client, value};
use super::{episode, print_json, upload, watch};
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Runs `shiage submit`.
pub fn run(args: &SubmitArgs) -> Result<Exit, CliError> {
    let submission = episode::read(&args.episode, &args.how)?;
    submission.problems.iter().for_each(|problem| terminal::note(problem));
    let complete = submission.problems.is_empty();
    if args.dry_run {
        let (clips, drawings) = (submission.manifest.clips.len(), submission.manifest.drawings());
        terminal::note(&format!("{clips} clips, {drawings} drawings; nothing was submitted"));
        if args.server.json {
            print_json(&submission.manifest);
        }
        return Ok(exit(Exit::Done, complete));
    }
    let client = Client::new(&args.server)?;
    upload::files(&client, &submission.files, args.server.json)?;
    let token = args.again.as_deref().map(|again| format!("?token={}", value(again))).unwrap_or_default();
    let submitted: Submitted = client.post(&format!("/episodes{token}"), &submission.manifest)?;
    if args.watch {
        terminal::note(&told(&submitted));
        return watch::until_final(&client, &submitted.id, args.server.json).map(|end| exit(end, complete));
    }
    if args.server.json {
        print_json(&submitted);
    } else {
        terminal::result(&told(&submitted));
    }
    Ok(exit(Exit::Done, complete))
}

/// A submission that left something out is not complete, however well the rest ended.
fn exit(end: Exit, complete: bool) -> Exit {
    if end == Exit::Done && !complete { Exit::Incomplete } else { end }
}

pub fn told(submitted: &Submitted) -> String {
    let Submitted { id, created, drawings, jobs, known } = submitted;
    let known = if *known > 0 { format!(", {known} of them painted before") } else { String::new() };
    let what = if *created { "submitted" } else { "already submitted" };
    format!("{id}: {what}, {drawings} drawings in {jobs} jobs{known}")
}

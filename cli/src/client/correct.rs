//! `shiage correct`.

use std::collections::BTreeMap;

use common::Digest;
use common::farm::Blob;
use scheduler::api::{Correction, Submitted};

use super::args::CorrectArgs;
use super::http::Client;
use super::{print_json, upload};
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Runs `shiage correct`.
pub fn run(args: &CorrectArgs) -> Result<Exit, CliError> {
    let file = &args.file;
    cel::codec::read(file).map_err(|error| upload::unreadable(file, std::io::Error::other(error.cause)))?;
    let bytes = std::fs::read(file).map_err(|source| upload::unreadable(file, source))?;
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let painted = Blob { digest: Digest::of(&bytes), size: bytes.len() as u64, name };
    let client = Client::new(&args.server)?;
    let files = BTreeMap::from([(painted.digest.clone(), file.clone())]);
    upload::files(&client, &files, args.server.json)?;
    let correction = Correction { key: args.drawing.clone(), painted };
    let submitted: Submitted =
        client.post_once(&format!("/episodes/{}/correct", args.episode), &correction)?;
    if args.server.json {
        print_json(&submitted);
    } else {
        let Submitted { id, jobs, known, .. } = submitted;
        terminal::result(&format!(
            "{id}: corrected; {} of {jobs} jobs are painted anew",
            jobs.saturating_sub(known)
        ));
    }
    Ok(Exit::Done)
}

//! `shiage watch`: cuts go to the farm as they arrive.

mod listing;
mod memory;
mod settling;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::Digest;
use common::ids::EpisodeId;
use scheduler::api::Submitted;
use serde::Serialize;

use self::memory::{Memory, Remembered};
use self::settling::Settling;
use super::args::{HowArgs, WatchArgs};
use super::http::Client;
use super::{episode, print_json, submit, upload};
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Looks within the time that a cut takes to settle.
const LOOKS: u32 = 4;
/// Longest time between two looks.
const LONGEST: Duration = Duration::from_secs(5);

/// Runs `shiage watch`, until it is interrupted.
pub fn run(args: &WatchArgs) -> Result<Exit, CliError> {
    let settle = Duration::from_secs(u64::from(args.settle));
    let mut watch = Watch {
        client: Client::new(&args.server)?,
        how: how(args)?,
        memory: Memory::open(&args.state.clone().unwrap_or_else(|| beside(&args.folder)))?,
        settling: Settling::new(settle),
        refused: BTreeMap::new(),
        json: args.server.json,
    };
    let mut seen = listing::cuts(&args.folder);
    // Later the folder may be away for a while, such as on another machine.
    seen.as_ref().map_err(|error| CliError::Usage(error.to_string()))?;
    loop {
        match seen {
            Ok(cuts) => {
                for (cut, listing) in cuts {
                    watch.look(&args.folder.join(&cut), &cut, &listing)?;
                }
            }
            Err(error) => terminal::note(&format!("{error}; waiting on")),
        }
        std::thread::sleep((settle / LOOKS).min(LONGEST));
        seen = listing::cuts(&args.folder);
    }
}

/// The show is that of the folder that all cuts lie in.
fn how(args: &WatchArgs) -> Result<HowArgs, CliError> {
    let mut how = args.how.clone();
    if how.show.is_none() {
        let name = episode::name_of(&args.folder).parse();
        let usage = |error: common::ids::InvalidName| CliError::Usage(format!("{error}; see --show"));
        how.show = Some(name.map_err(usage)?);
    }
    Ok(how)
}

/// Where is remembered what was submitted: what is watched is not changed.
fn beside(folder: &Path) -> PathBuf {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".shiage-watch.json");
    folder.with_file_name(name)
}

struct Watch {
    client: Client,
    how: HowArgs,
    memory: Memory,
    settling: Settling,
    /// Listings of cuts that cannot be submitted as they are.
    refused: BTreeMap<String, Digest>,
    json: bool,
}

/// Whether the same may go well later.
fn may_pass(error: &CliError) -> bool {
    match error {
        CliError::Client(error) => error.may_pass(),
        CliError::Unreadable { .. } => true,
        _ => false,
    }
}

/// What `--json` prints of a cut.
#[derive(Serialize)]
struct Line<'a> {
    cut: &'a str,
    #[serde(flatten)]
    submitted: &'a Submitted,
}

impl Watch {
    /// Submits a cut if it has arrived, and was not submitted as it is.
    fn look(&mut self, folder: &Path, cut: &str, listing: &Digest) -> Result<(), CliError> {
        let known = self.memory.get(cut).is_some_and(|known| known.listing == *listing);
        if known || self.refused.get(cut) == Some(listing) {
            return Ok(());
        }
        if !self.settling.is_settled(cut, listing, Instant::now()) {
            return Ok(());
        }
        match self.submit(folder, cut) {
            Ok((manifest, episode)) => {
                return self.memory.put(cut, Remembered { listing: listing.clone(), manifest, episode });
            }
            Err(CliError::Client(error)) if error.is_for_all() => return Err(error.into()),
            // The farm may be back, and a file may be moved, when it has settled again.
            Err(error) if may_pass(&error) => {
                terminal::note(&format!("{cut}: {error}; trying on"));
                self.settling.again(cut);
            }
            Err(error) => {
                terminal::note(&format!("{cut}: {error}; it is left out until it changes"));
                self.refused.insert(cut.to_owned(), listing.clone());
            }
        }
        Ok(())
    }

    /// Submits a cut; gives the digest of its manifest and the episode. The same manifest is not submitted again.
    fn submit(&self, folder: &Path, cut: &str) -> Result<(Digest, EpisodeId), CliError> {
        let submission = episode::read(folder, &self.how)?;
        let json = submission.manifest.to_json().map_err(|error| CliError::Usage(error.to_string()))?;
        let digest = Digest::of(&json);
        if let Some(known) = self.memory.get(cut).filter(|known| known.manifest == digest) {
            return Ok((digest, known.episode.clone()));
        }
        submission.problems.iter().for_each(|problem| terminal::note(&format!("{cut}: {problem}")));
        upload::files(&self.client, &submission.files, self.json)?;
        let submitted: Submitted = self.client.post("/episodes", &submission.manifest)?;
        if self.json {
            print_json(&Line { cut, submitted: &submitted });
        } else {
            terminal::result(&format!("{cut}: {}", submit::told(&submitted)));
        }
        Ok((digest, submitted.id))
    }
}

//! The colours that a clip may have: those of the segments of its painted references.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use cel::Rgba;
use common::Digest;
use common::farm::{BlobReference, layout};
use serde::Serialize;

use super::source::content;
use super::{alpha_rule, apart, decode};
use crate::api::ErrorCode;
use crate::service::Reading;
use crate::web::fault::{Fault, Result};
use crate::web::state::Web;

/// References whose colours are remembered, at most.
const KEPT: usize = 1024;

/// A colour and how much of it there is in all references.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Colour {
    /// It.
    pub rgba: Rgba,
    /// Pixels of it.
    pub pixels: u64,
}

type Counted = Arc<BTreeMap<Rgba, u64>>;

/// Colours of references.
#[derive(Debug, Default)]
pub struct Palettes(Mutex<HashMap<(Digest, Digest, Reading), Counted>>);

impl Palettes {
    /// The colours of references whose lines are read so, those with most pixels first. One that cannot be read has none.
    pub async fn of(&self, web: &Web, references: &[BlobReference], reading: Reading) -> Result<Vec<Colour>> {
        let mut all: BTreeMap<Rgba, u64> = BTreeMap::new();
        for reference in references {
            for (&rgba, pixels) in self.one(web, reference, reading).await?.iter() {
                *all.entry(rgba).or_default() += pixels;
            }
        }
        let mut colours: Vec<Colour> =
            all.into_iter().map(|(rgba, pixels)| Colour { rgba, pixels }).collect();
        colours.sort_by_key(|colour| std::cmp::Reverse(colour.pixels));
        Ok(colours)
    }

    async fn one(&self, web: &Web, reference: &BlobReference, reading: Reading) -> Result<Counted> {
        let key = (reference.line.digest.clone(), reference.painted.digest.clone(), reading);
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(known));
        }
        let line = content(web, &layout::blob(&key.0)).await?;
        let painted = content(web, &layout::blob(&key.1)).await?;
        let name = reference.name.clone();
        let counted = match apart(move || count(&name, &line, &painted, reading)).await {
            Err(Fault::Problem(problem)) if problem.code == ErrorCode::Invalid => BTreeMap::new(),
            counted => counted?,
        };
        let counted = Arc::new(counted);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(key, Arc::clone(&counted));
        Ok(counted)
    }
}

fn count(
    name: &str,
    line: &[u8],
    painted: &[u8],
    Reading { alpha, gaps, white }: Reading,
) -> Result<BTreeMap<Rgba, u64>> {
    let (line, alpha) = (decode(name, line)?, alpha_rule(alpha));
    let labels = cel::segment_closed(&line, alpha, gaps);
    let colours = cel::meant_colours(&line, &decode(name, painted)?, &labels, alpha, white)
        .map_err(|error| Fault::new(ErrorCode::Invalid, format!("{name}: {error}")))?;
    let mut counted = BTreeMap::new();
    for run in labels.labels.chunk_by(|a, b| a == b).filter(|run| run[0] > 0) {
        *counted.entry(colours[run[0] as usize - 1]).or_default() += run.len() as u64;
    }
    Ok(counted)
}

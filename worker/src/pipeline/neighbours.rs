//! The drawings of the clip that tell which gaps of a target are closed: the one that the job starts from, and in a chain the line
//! drawing before the target, whose own gaps are closed as the first of them tells. (If the one before that told of them, too,
//! what is closed by mistake would be so from there on.) Neither depends on what is painted, so that the thread ahead knows them.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use cel::Precedent;
use common::{Before, Digest, Job};

use super::load::DrawingFile;
use super::stages::{Stage, StageTimes};
use super::{PaintError, Settings};

/// A drawing of the clip that is asked about gaps.
#[derive(Debug)]
pub(super) struct Neighbour {
    line: Arc<DrawingFile>,
    /// Of a reference.
    painted: Option<DrawingFile>,
    /// The reference that tells of a line drawing's own gaps.
    anchor: Option<Arc<Self>>,
    /// What it tells, once that was asked; nothing if it cannot be read.
    precedent: OnceLock<Option<Precedent>>,
}

impl Neighbour {
    fn reference(line: DrawingFile, painted: DrawingFile) -> Arc<Self> {
        let (line, painted) = (Arc::new(line), Some(painted));
        Arc::new(Self { line, painted, anchor: None, precedent: OnceLock::new() })
    }

    fn before(line: Arc<DrawingFile>, anchor: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self { line, painted: None, anchor, precedent: OnceLock::new() })
    }

    /// What it tells; `None` if it cannot be read.
    pub fn precedent(&self, settings: &Settings, times: &StageTimes) -> Option<&Precedent> {
        self.precedent.get_or_init(|| self.read(settings, times).ok()).as_ref()
    }

    fn read(&self, settings: &Settings, times: &StageTimes) -> Result<Precedent, PaintError> {
        let alpha = settings.alpha;
        let Some(painted) = &self.painted else {
            let line = self.line.decode(times)?;
            let anchor = self.anchor.as_ref().and_then(|anchor| anchor.precedent(settings, times));
            return Ok(times.time(Stage::Segment, || {
                let gaps = settings.gaps(&line, &Vec::from_iter(anchor)).unwrap_or_default();
                Precedent::new(&line, alpha, &gaps)
            }));
        };
        let is_painted_only = painted.digest == self.line.digest;
        let painted = painted.decode(times)?;
        let line = if is_painted_only { cel::derive_line(&painted) } else { self.line.decode(times)? };
        Ok(times.time(Stage::Segment, || Precedent::painted(&line, &painted, alpha)))
    }
}

/// The neighbours of the next target of a job.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    /// Whether a target tells of the next one.
    carry: bool,
    anchor: Option<Arc<Neighbour>>,
    before: Option<Arc<Neighbour>>,
}

impl Neighbours {
    /// Those of the first target; none if no gaps are closed. A file that cannot be read is reported where it is painted from.
    pub fn of(job: &Job, settings: &Settings, times: &StageTimes) -> Self {
        if settings.rules.close_gaps == 0 {
            return Self::default();
        }
        let load = |path: &Path| DrawingFile::load(path, times).ok();
        let anchor = job
            .anchor
            .as_ref()
            .and_then(|anchor| Some(Neighbour::reference(load(&anchor.line)?, load(&anchor.painted)?)));
        let before = job.before.as_ref().map(|before| match before {
            Before::Painted { line, .. } => line,
            Before::Corrected(reference) => &reference.line,
        });
        let before = before.and_then(|line| Some(Neighbour::before(Arc::new(load(line)?), anchor.clone())));
        Self { carry: job.carry, anchor, before }
    }

    /// Goes on behind a target that can be painted.
    pub fn pass(&mut self, line: &Arc<DrawingFile>) {
        if self.carry {
            self.before = Some(Neighbour::before(Arc::clone(line), self.anchor.clone()));
        }
    }

    /// Those of the next target.
    pub fn all(&self) -> Vec<Arc<Neighbour>> {
        self.anchor.iter().chain(&self.before).cloned().collect()
    }
}

/// Digest of what the segments of a line drawing follow from.
pub(super) fn identity(line: &DrawingFile, neighbours: &[Arc<Neighbour>]) -> Digest {
    if neighbours.is_empty() {
        return line.digest.clone();
    }
    let others =
        neighbours.iter().flat_map(|neighbour| std::iter::once(&*neighbour.line).chain(&neighbour.painted));
    Digest::of_parts(std::iter::once(line).chain(others).map(|file| file.digest.as_str().as_bytes()))
}

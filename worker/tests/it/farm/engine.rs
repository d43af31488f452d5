//! The shape engine, watched.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cel::{Drawing, Labels};
use common::Digest;
use worker::confidence::Calibration;
use worker::engine::{Engine, EngineError, SegmentFeatures, ShapeEngine, Similarities};
use worker::matching::Decision;

type Hook = dyn Fn(u32) -> Result<(), EngineError> + Send + Sync;

/// The shape engine; a hook is told the width of each drawing before it is embedded.
pub struct Watched {
    embeds: AtomicUsize,
    hook: Box<Hook>,
}

impl Watched {
    pub fn new(hook: impl Fn(u32) -> Result<(), EngineError> + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { embeds: AtomicUsize::new(0), hook: Box::new(hook) })
    }

    /// Forward passes, without that of the self-test.
    pub fn embeds(&self) -> usize {
        self.embeds.load(Ordering::SeqCst) - 1
    }
}

impl Engine for Watched {
    fn name(&self) -> &'static str {
        ShapeEngine.name()
    }

    fn digest(&self) -> &Digest {
        ShapeEngine.digest()
    }

    fn decision(&self) -> Decision {
        ShapeEngine.decision()
    }

    fn calibration(&self) -> Calibration {
        ShapeEngine.calibration()
    }

    fn embed(&self, drawing: &Drawing, labels: &Labels) -> Result<SegmentFeatures, EngineError> {
        (self.hook)(drawing.size.width)?;
        self.embeds.fetch_add(1, Ordering::SeqCst);
        ShapeEngine.embed(drawing, labels)
    }

    fn compare(
        &self,
        target: &SegmentFeatures,
        reference: &SegmentFeatures,
    ) -> Result<Similarities, EngineError> {
        ShapeEngine.compare(target, reference)
    }
}

/// What a device says when it fails.
pub fn broken(reason: &str) -> EngineError {
    EngineError::Network(candle_core::Error::Msg(reason.to_owned()))
}

//! Drawings that are given painted go out as they are, so that what is published is the whole episode.

use std::path::Path;

use bytes::Bytes;
use cel::{FileFormat, FileKind};
use common::Digest;
use common::farm::manifest::ManifestDrawing;
use common::farm::{Blob, OutputFormat, layout, sidecar_name};
use futures::future::try_join_all;

use super::publish::{copy, is_there};
use crate::rounds::shared::Shared;
use crate::service::{Record, Result};

/// Drawings at a time: some are decoded.
const DRAWINGS: usize = 8;

/// What became of the drawings that were given painted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::rounds) struct Given {
    /// Those that are published.
    pub published: u32,
    /// Those that cannot be written in the kind of file that is asked for.
    pub failed: u32,
}

/// Publishes the given drawings of an episode.
pub(super) async fn publish(shared: &Shared, record: &Record) -> Result<Given> {
    let drawings = record.manifest.clips.iter().flat_map(|clip| &clip.drawings);
    let given: Vec<(&ManifestDrawing, &Blob)> =
        drawings.filter_map(|drawing| Some((drawing, drawing.painted.as_ref()?))).collect();
    let mut done = Given::default();
    for some in given.chunks(DRAWINGS) {
        let published =
            try_join_all(some.iter().map(|(drawing, painted)| one(shared, record, drawing, painted))).await?;
        for published in published {
            *(if published { &mut done.published } else { &mut done.failed }) += 1;
        }
    }
    Ok(done)
}

/// Publishes one; whether it could be written as asked.
async fn one(shared: &Shared, record: &Record, drawing: &ManifestDrawing, painted: &Blob) -> Result<bool> {
    let output = record.manifest.output;
    let name = output.name_of(&drawing.key);
    let to = layout::published(&record.id, &name);
    if record.revision > 1 {
        // Of a drawing that was corrected it tells what the farm had painted.
        shared.store().delete(&layout::published(&record.id, &sidecar_name(&name))).await?;
    }
    let (line_kind, kind) = (kind_of(&drawing.line), kind_of(painted));
    if kind.is_some() && kind == line_kind.map(|line| wanted_kind(output, line)) {
        copy(shared, &layout::blob(&painted.digest), &to, &painted.digest).await?;
        return Ok(true);
    }
    let (Some(line_kind), Some(kind)) = (line_kind, kind) else { return Ok(false) };
    let line = shared.store().get(&layout::blob(&drawing.line.digest)).await?;
    let content = shared.store().get(&layout::blob(&painted.digest)).await?;
    match convert(output, (line, line_kind), (content, kind)).await {
        Ok(content) => {
            if !is_there(shared, &to, &Digest::of(&content)).await? {
                shared.store().put(&to, content).await?;
            }
            Ok(true)
        }
        Err(reason) => {
            tracing::warn!(
                episode.id = %record.id, drawing.id = drawing.key, painted = painted.name,
                "given painted, but not published: {reason}; export it again and correct the drawing with it"
            );
            Ok(false)
        }
    }
}

fn kind_of(blob: &Blob) -> Option<FileKind> {
    FileKind::from_path(Path::new(&blob.name))
}

const fn wanted_kind(output: OutputFormat, line: FileKind) -> FileKind {
    match output {
        OutputFormat::Same => line,
        OutputFormat::Png => FileKind::Png,
        OutputFormat::Tga => FileKind::Tga,
    }
}

/// The format to write, by that of the line drawing: what `shiage paint` writes.
const fn wanted_format(output: OutputFormat, line: FileFormat) -> FileFormat {
    match (output, line) {
        (OutputFormat::Png, FileFormat::Tga { .. }) => FileFormat::Png { sixteen_bit: false },
        (OutputFormat::Tga, FileFormat::Png { .. }) => FileFormat::tga(true),
        (_, format) => format,
    }
}

/// A painted drawing in another kind of file; the reason if that cannot be.
async fn convert(
    output: OutputFormat,
    line: (Bytes, FileKind),
    painted: (Bytes, FileKind),
) -> std::result::Result<Bytes, String> {
    let converted = tokio::task::spawn_blocking(move || {
        let line = cel::codec::decode(&line.0, line.1).map_err(|error| format!("line drawing: {error}"))?;
        let mut drawing = cel::codec::decode(&painted.0, painted.1).map_err(|error| error.to_string())?;
        drawing.format = wanted_format(output, line.format);
        cel::codec::encode(&drawing).map(Bytes::from).map_err(|error| error.to_string())
    });
    converted.await.map_err(|error| error.to_string())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_that_of_the_format() {
        let kind = |format| match format {
            FileFormat::Png { .. } => FileKind::Png,
            FileFormat::Tga { .. } => FileKind::Tga,
        };
        for output in OutputFormat::ALL {
            for line in [FileFormat::Png { sixteen_bit: true }, FileFormat::tga(false)] {
                assert_eq!(kind(wanted_format(output, line)), wanted_kind(output, kind(line)), "{output:?}");
            }
        }
    }

    #[test]
    fn a_format_that_is_asked_for_already_stays() {
        let deep = FileFormat::Png { sixteen_bit: true };
        assert_eq!(wanted_format(OutputFormat::Png, deep), deep);
        assert_eq!(wanted_format(OutputFormat::Same, deep), deep);
        assert_eq!(wanted_format(OutputFormat::Tga, deep), FileFormat::tga(true));
    }
}

//! The figures as Markdown, a row for each batch and size, in the form of the paper's table of speed.

use std::fmt::Write as _;

use super::figures::Figures;
use super::passes::STAGES;

/// The table, with what it was measured on. `peak` is the speed of a plain matrix product, operations a second.
pub(super) fn render(all: &[Figures], device: &str, peak: f64) -> String {
    let stages = STAGES.map(|stage| format!(" {stage} |")).concat();
    let mut text = format!(
        "| device | precision | size | batch | ms a drawing | FPS |{stages} parameters | model | peak memory | \
         TFLOP a drawing | share of peak |\n"
    );
    let columns = 11 + STAGES.len();
    let _ = writeln!(text, "|{}", " --- |".repeat(columns));
    for figures in all {
        let Figures { precision, batch, size: [width, height], .. } = figures;
        let times = STAGES.map(|stage| figures.stages_ms.get(stage).copied().unwrap_or(0.0));
        let times = times.map(|time| format!(" {time:.2} |")).concat();
        let work = figures.tflop_per_drawing.zip(figures.network_speed());
        let work = work.map_or_else(
            || " | ".to_owned(),
            |(tflop, speed)| format!("{tflop:.2} | {:.0} %", 100.0 * speed / peak),
        );
        let _ = writeln!(
            text,
            "| {device} | {precision} | {width}×{height} | {batch} | {:.2} | {:.2} |{times} {:.2} M | {:.2} GB | {:.2} GB | \
             {work} |",
            figures.ms_per_drawing, figures.fps, figures.params_m, figures.model_gb, figures.peak_memory_gb,
        );
    }
    let _ = write!(
        text,
        "\nStages in milliseconds a drawing. The peak is {:.2} TFLOP/s, what a plain product of large matrices reaches here in \
         this\nprecision; the share is that of backbone and U-Net, their convolutions counted as if computed directly.",
        peak / 1e12
    );
    text
}

//! Arguments of `bench simulate`.

use std::ops::RangeInclusive;
use std::str::FromStr;

use clap::Args;
use common::Mode;
use scheduler::simulate::{Costs, Deaths, Farm, Shape};

/// Arguments of `bench simulate`.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// Drawings to paint.
    #[arg(long, value_name = "N", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    pub drawings: u32,
    /// Workers of one GPU each.
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "1,8,64,512", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub workers: Vec<u32>,
    /// What drawings are painted from.
    #[arg(long, value_name = "MODE,…", value_delimiter = ',', default_value = "previous-frame,nearest,first-frame,keyframe", value_parser = mode)]
    pub mode: Vec<Mode>,
    /// Drawings to paint in a clip, from the least to the most; short clips are more frequent.
    #[arg(long, value_name = "N-N", default_value = "8-60")]
    pub clip: Span,
    /// Drawings to paint for each key drawing that is given painted, in `nearest`.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub key_every: u32,
    /// Characters, one in each clip.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub characters: u32,
    /// Design sheets of each character.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub sheets: u32,
    /// List long clips before short ones, so that they are claimed first.
    #[arg(long)]
    pub longest_first: bool,
    /// Seconds that a job should take.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub target_seconds: u32,
    /// Drawings that a worker paints in a second; a reference is embedded as fast. What is published for DACoN on an
    /// RTX 4090, without it.
    #[arg(long, value_name = "N", default_value = "3.78", value_parser = fps)]
    pub fps: f64,
    /// Milliseconds from the claim of a job to its drawings being there.
    #[arg(long, value_name = "MS", default_value_t = 500, value_parser = clap::value_parser!(u64).range(0..=600_000))]
    pub fetch_ms: u64,
    /// Milliseconds from the last drawing of a job to its commit.
    #[arg(long, value_name = "MS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(0..=600_000))]
    pub commit_ms: u64,
    /// Have workers claim no job while they paint another.
    #[arg(long)]
    pub no_ahead: bool,
    /// Has workers die, each after so many seconds in the mean.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(60..))]
    pub mtbf: Option<u32>,
    /// Seconds until another worker stands in the place of a dead one.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(0..=86_400))]
    pub restart: u32,
    /// Decides the episode and the deaths.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Print one JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}

impl SimulateArgs {
    /// The episode, painted in a mode.
    pub fn shape(&self, mode: Mode) -> Shape {
        Shape {
            drawings: self.drawings,
            clip: self.clip.0.clone(),
            mode,
            key_every: self.key_every,
            characters: self.characters,
            sheets: self.sheets,
            longest_first: self.longest_first,
            seed: self.seed,
        }
    }

    /// What things cost.
    pub fn costs(&self) -> Costs {
        let drawing_us = (1e6 / self.fps).round() as u64;
        let (fetch_us, commit_us) = (self.fetch_ms * 1_000, self.commit_ms * 1_000);
        Costs { drawing_us, embedding_us: drawing_us, fetch_us, commit_us }
    }

    /// A farm of so many workers.
    pub fn farm(&self, workers: u32) -> Farm {
        let restart_us = u64::from(self.restart) * 1_000_000;
        let deaths = self.mtbf.map(|seconds| Deaths { mtbf_s: f64::from(seconds), restart_us });
        Farm { workers, ahead: !self.no_ahead, deaths, seed: self.seed }
    }
}

/// Two numbers and all between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span(pub RangeInclusive<u32>);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (least, most) = text.split_once('-')?;
            let (least, most) = (least.parse().ok()?, most.parse().ok()?);
            (1 <= least && least <= most && most <= 100_000).then_some(Self(least..=most))
        };
        parse().ok_or_else(|| "expected two numbers from 1 to 100000, such as 8-60".to_owned())
    }
}

fn mode(text: &str) -> Result<Mode, String> {
    let names = || Mode::ALL.map(Mode::name).join(", ");
    Mode::ALL
        .into_iter()
        .find(|mode| mode.name() == text)
        .ok_or_else(|| format!("expected one of {}", names()))
}

fn fps(text: &str) -> Result<f64, String> {
    let fps = text.parse::<f64>().ok().filter(|fps| (0.01..=10_000.0).contains(fps));
    fps.ok_or_else(|| "expected a number from 0.01 to 10000".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_its_ends_in_order() {
        assert_eq!("8-60".parse(), Ok(Span(8..=60)));
        for bad in ["", "8", "60-8", "0-5", "8-", "a-b", "1-100001"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(mode("nearest"), Ok(Mode::Nearest));
        assert!(mode("auto").unwrap_err().contains("previous-frame, first-frame"));
        for bad in ["0", "-1", "NaN", "inf", "fast"] {
            assert!(fps(bad).is_err(), "{bad}");
        }
    }
}

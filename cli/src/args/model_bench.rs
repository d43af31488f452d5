//! Arguments of `bench model`.

use std::str::FromStr;

use cel::Size;
use clap::Args;

use super::PlaceArgs;

/// Arguments of `bench model`.
#[derive(Clone, Debug, Args)]
pub struct ModelBenchArgs {
    /// A DACoN model folder, or `zero-shot:PATH` for a backbone alone; without it, the published dimensions (ViT-L/14) with
    /// random weights.
    #[arg(long, value_name = "MODEL")]
    pub model: Option<String>,
    /// Where it runs.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Drawings that go through the network together; several for a table.
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "1", value_parser = clap::value_parser!(u64).range(1..=1024))]
    pub batch: Vec<u64>,
    /// Size of a drawing in pixels; several for a table.
    #[arg(long, value_name = "WxH,…", value_delimiter = ',', default_value = "1920x1080")]
    pub size: Vec<Pixels>,
    /// Passes that are timed; one more goes before.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub runs: u64,
    /// Print one JSON object a line on stdout, one for each batch and size.
    #[arg(long)]
    pub json: bool,
}

/// Largest side of a drawing to measure with.
const LARGEST: u32 = 16_384;

/// Size of a drawing on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pixels(pub Size);

impl FromStr for Pixels {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let side = |text: &str| text.parse().ok().filter(|side| (16..=LARGEST).contains(side));
        let sides = text.split_once('x').and_then(|(width, height)| Some((side(width)?, side(height)?)));
        let (width, height) = sides
            .ok_or_else(|| format!("'{text}' is no size: give WIDTHxHEIGHT, each from 16 to {LARGEST}"))?;
        Ok(Self(Size { width, height }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_size_is_width_and_height() {
        assert_eq!("1920x1080".parse(), Ok(Pixels(Size { width: 1920, height: 1080 })));
        for wrong in ["", "1920", "x", "15x16", "1920x99999", "1920x1080x3", "-1x16"] {
            assert!(wrong.parse::<Pixels>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_size_or_an_error(text in ".*") {
            if let Ok(Pixels(size)) = text.parse::<Pixels>() {
                prop_assert_eq!(format!("{}x{}", size.width, size.height).parse(), Ok(Pixels(size)));
            }
        }
    }
}

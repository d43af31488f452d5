//! Where networks run, with what numbers and how much memory.

use std::fmt;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use worker::device::Choice;
use worker::model::Precision;
use worker::pipeline::Wanted;

/// Where networks run.
#[derive(Clone, Copy, Debug, Args)]
pub struct PlaceArgs {
    /// Where networks run: `cpu`, `cuda`, `cuda:N` (the GPU of that number), or `auto` (the first GPU if it can be used,
    /// else the processor).
    #[arg(long, value_name = "DEVICE", default_value_t)]
    pub device: Choice,
    /// What DACoN's networks compute with. Half precisions need a GPU; the built-in model is always f32.
    #[arg(long, value_enum, default_value_t)]
    pub precision: PrecisionArg,
}

/// The precisions on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PrecisionArg {
    /// Exact to the reference implementation.
    #[default]
    F32,
    /// Half, with a small range.
    F16,
    /// Half, with the range of f32.
    Bf16,
}

impl PrecisionArg {
    /// The precision that it names.
    pub const fn precision(self) -> Precision {
        match self {
            Self::F32 => Precision::F32,
            Self::F16 => Precision::F16,
            Self::Bf16 => Precision::Bf16,
        }
    }
}

/// How many drawings go through a network at a time.
#[derive(Clone, Copy, Debug, Args)]
pub struct BatchArgs {
    /// Drawings that go through a network together, or `auto`: 1 on a CPU, as many as pay and have room on a GPU.
    #[arg(long, value_name = "N|auto", default_value_t)]
    pub batch: Wanted,
    /// The most memory that a model and its batch may take, such as `2.5G` [default: 8 tenths of the GPU's free memory].
    #[arg(long, value_name = "SIZE")]
    pub memory_budget: Option<Bytes>,
}

/// An amount of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes(pub u64);

/// Suffixes and what they multiply by.
const UNITS: [(char, u64); 4] = [('K', 1 << 10), ('M', 1 << 20), ('G', 1 << 30), ('T', 1 << 40)];

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refusal = || format!("'{text}' is no amount of memory: give bytes, or such as 800M or 2.5G");
        let unit = UNITS.iter().find_map(|(suffix, factor)| Some((text.strip_suffix(*suffix)?, *factor)));
        let (number, factor) = unit.unwrap_or((text, 1));
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return Err(refusal());
        }
        let bytes = number.parse::<f64>().map_err(|_| refusal())? * factor as f64;
        if (1.0..=2f64.powi(62)).contains(&bytes) { Ok(Self(bytes as u64)) } else { Err(refusal()) }
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [("1", 1), ("2K", 2048), ("800M", 800 << 20), ("2.5G", 5 << 29), ("1T", 1 << 40)]
        {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
        }
        for wrong in ["", "G", "0", "-1", "1e9", "nan", "inf", "1.2.3", "2GG", "2 G", "9999999999T", "0.1"] {
            assert!(wrong.parse::<Bytes>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_size_or_an_error(text in ".*") {
            if let Ok(bytes) = text.parse::<Bytes>() {
                prop_assert!(bytes.0 >= 1);
            }
        }

        #[test]
        fn bytes_that_are_shown_can_be_read(bytes in 1u64..1 << 52) {
            prop_assert_eq!(Bytes(bytes).to_string().parse(), Ok(Bytes(bytes)));
        }
    }
}

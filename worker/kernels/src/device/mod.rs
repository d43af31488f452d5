//! Which device the operations run on, and why one cannot be used.

mod facts;
mod memory;
#[cfg(feature = "launch")]
mod probe;

use std::fmt;
use std::str::FromStr;

use candle_core::Device;

pub use facts::{Capability, Compiler, Facts, Gpu, LOWEST_CAPABILITY, Release, Unusable, judge};
pub use memory::{free_bytes, name, peak_bytes, total_bytes, used_bytes};
#[cfg(feature = "launch")]
pub use probe::{nearest_target, probe};

/// What is asked for: `cpu`, `cuda`, `cuda:1` or `auto`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The processor.
    Cpu,
    /// One GPU, by its number.
    Cuda(usize),
    /// The first GPU if it can be used, else the processor.
    #[default]
    Auto,
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "cpu" => Ok(Self::Cpu),
            None if text == "cuda" => Ok(Self::Cuda(0)),
            None if text == "auto" => Ok(Self::Auto),
            Some(("cuda", number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                number.parse().map(Self::Cuda).map_err(|_| format!("no GPU has the number '{number}'"))
            }
            _ => Err(format!("'{text}' is no device: cpu, cuda, cuda:N or auto")),
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(number) => write!(f, "cuda:{number}"),
            Self::Auto => f.write_str("auto"),
        }
    }
}

/// A device that is ready.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The device.
    pub device: Device,
    /// Why it is the processor although `auto` looked for a GPU.
    pub fallback: Option<Unusable>,
}

/// Opens a device. `auto` never fails: it falls back to the processor.
///
/// # Errors
/// When a GPU was asked for and cannot be used; the error says why and what to do, in one line.
pub fn open(choice: Choice) -> Result<Opened, Unusable> {
    let cpu = |fallback| Opened { device: Device::Cpu, fallback };
    match choice {
        Choice::Cpu => Ok(cpu(None)),
        Choice::Cuda(number) => Ok(Opened { device: open_gpu(number)?, fallback: None }),
        Choice::Auto => Ok(match open_gpu(0) {
            Ok(device) => Opened { device, fallback: None },
            Err(why) => cpu(Some(why)),
        }),
    }
}

#[cfg(feature = "cuda")]
fn open_gpu(number: usize) -> Result<Device, Unusable> {
    judge(&probe(), number)?;
    let failed = |error: candle_core::Error| Unusable::failed(number, &error);
    // One stream for all threads: the driver's own, one for each thread, are not ordered among each other, and what one
    // thread has embedded another one compares with.
    let device = Device::new_cuda_with_stream(number).map_err(failed)?;
    // Kernels are compiled now, not when the first drawing waits for them.
    device.as_cuda_device().and_then(crate::gpu::run::prepare).map_err(failed)?;
    Ok(device)
}

#[cfg(not(feature = "cuda"))]
fn open_gpu(_: usize) -> Result<Device, Unusable> {
    Err(Unusable::NotBuilt)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn devices_by_name() {
        assert_eq!("cuda".parse(), Ok(Choice::Cuda(0)));
        assert_eq!("auto".parse(), Ok(Choice::Auto));
        for wrong in
            ["", "gpu", "cuda:", "cuda:-1", "cuda:+1", "cuda:1:2", "cpu:0", "cuda:99999999999999999999"]
        {
            assert!(wrong.parse::<Choice>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_read(number in any::<usize>()) {
            for choice in [Choice::Cpu, Choice::Auto, Choice::Cuda(number)] {
                prop_assert_eq!(choice.to_string().parse(), Ok(choice));
            }
        }

        #[test]
        fn any_text_is_a_device_or_an_error(text in ".*") {
            if let Ok(choice) = text.parse::<Choice>() {
                prop_assert_eq!(choice.to_string().parse(), Ok(choice));
            }
        }
    }

    #[cfg(not(feature = "cuda"))]
    #[test]
    fn without_cuda_auto_is_the_processor() {
        let opened = open(Choice::Auto).unwrap();
        assert!(opened.device.is_cpu());
        assert_eq!(opened.fallback, Some(Unusable::NotBuilt));
        assert_eq!(open(Choice::Cuda(0)).unwrap_err(), Unusable::NotBuilt);
    }
}

//! What numbers a network computes with, and where.

use candle_core::{DType, Device};

/// Numbers that backbone and U-Net compute with; what comes after them is always f32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits: exact to the reference implementation.
    #[default]
    F32,
    /// 16 bits, 10 of them behind the point, but a small range.
    F16,
    /// 16 bits with the range of f32, 7 of them behind the point.
    Bf16,
}

impl Precision {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::F32, Self::F16, Self::Bf16];

    /// Its name on command lines and in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
        }
    }

    /// Bytes of a number.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
        }
    }

    /// The tensors' type.
    #[must_use]
    pub const fn dtype(self) -> DType {
        match self {
            Self::F32 => DType::F32,
            Self::F16 => DType::F16,
            Self::Bf16 => DType::BF16,
        }
    }
}

impl std::fmt::Display for Precision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A device that does not compute in a precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the processor computes in f32 alone: leave --precision {0} out, or use a GPU (--device cuda)")]
pub struct NoPrecision(Precision);

/// Where networks run, and what they compute with.
#[derive(Clone, Debug)]
pub struct Place {
    device: Device,
    precision: Precision,
}

impl Place {
    /// A device and a precision that it has.
    ///
    /// # Errors
    /// When it has not.
    pub fn new(device: Device, precision: Precision) -> Result<Self, NoPrecision> {
        match precision {
            Precision::F16 | Precision::Bf16 if device.is_cpu() => Err(NoPrecision(precision)),
            _ => Ok(Self { device, precision }),
        }
    }

    /// The processor.
    #[must_use]
    pub const fn cpu() -> Self {
        Self { device: Device::Cpu, precision: Precision::F32 }
    }

    /// The device.
    #[must_use]
    pub const fn device(&self) -> &Device {
        &self.device
    }

    /// The precision.
    #[must_use]
    pub const fn precision(&self) -> Precision {
        self.precision
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_says_that_it_has_no_half_precision() {
        assert!(Place::new(Device::Cpu, Precision::F32).is_ok());
        for precision in [Precision::F16, Precision::Bf16] {
            let refusal = Place::new(Device::Cpu, precision).unwrap_err().to_string();
            assert!(refusal.contains(&format!("--precision {precision}")), "{refusal}");
        }
    }

    #[test]
    fn names_and_sizes_are_those_of_the_tensors() {
        for precision in Precision::ALL {
            assert_eq!(precision.dtype().as_str(), precision.name());
            assert_eq!(precision.dtype().size_in_bytes() as u64, precision.bytes());
        }
    }
}

//! What is launched.

use candle_core::DType;

use super::Source;

/// An address in the memory of the device that the call runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointer(pub u64);

/// The types of maps that kernels have instances for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// 32 bits.
    F32,
    /// 16 bits, 5 of them exponent.
    F16,
    /// 16 bits, 8 of them exponent.
    Bf16,
}

impl Element {
    /// The element of a tensor, if kernels know it.
    #[must_use]
    pub fn of(dtype: DType) -> Option<Self> {
        match dtype {
            DType::F32 => Some(Self::F32),
            DType::F16 => Some(Self::F16),
            DType::BF16 => Some(Self::Bf16),
            _ => None,
        }
    }

    /// The end of the names of kernels for this type.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
        }
    }
}

/// One launch of a kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The file the kernel is in.
    pub source: Source,
    /// The kernel's name.
    pub kernel: String,
    /// Blocks along x, y and z.
    pub grid: [u32; 3],
    /// Threads of a block.
    pub block: u32,
    /// The arguments in order, each in the low bytes of a word.
    pub arguments: Vec<u64>,
}

impl Call {
    /// A call of a kernel without arguments.
    #[must_use]
    pub fn new(source: Source, kernel: &str, grid: [u32; 3], block: u32) -> Self {
        Self { source, kernel: kernel.to_owned(), grid, block, arguments: Vec::new() }
    }

    /// A call of the instance of a kernel for a type of maps.
    #[must_use]
    pub fn of(source: Source, kernel: &str, element: Element, grid: [u32; 3], block: u32) -> Self {
        Self::new(source, &format!("{kernel}_{}", element.suffix()), grid, block)
    }

    /// Adds an address (`T *` in the kernel).
    #[must_use]
    pub fn pointer(mut self, pointer: Pointer) -> Self {
        self.arguments.push(pointer.0);
        self
    }

    /// Adds a number (`u32`).
    #[must_use]
    pub fn number(mut self, number: u32) -> Self {
        self.arguments.push(u64::from(number));
        self
    }

    /// Adds a real number (`float`).
    #[must_use]
    pub fn float(mut self, value: f32) -> Self {
        self.arguments.push(u64::from(value.to_bits()));
        self
    }

    /// Adds a precise real number (`double`).
    #[must_use]
    pub fn double(mut self, value: f64) -> Self {
        self.arguments.push(value.to_bits());
        self
    }

    /// Whether there is nothing to do; a driver refuses such a launch.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.grid.contains(&0)
    }
}

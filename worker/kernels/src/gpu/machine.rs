//! Where calls run, for operations of several steps with decisions of the host between them.

use candle_core::Result;

use super::{Call, Pointer};

/// A device, or the emulator.
pub(crate) trait Machine {
    /// Memory of the device, in words of 32 bits, aligned to 8 bytes.
    type Words;

    /// Words that are all `value`.
    fn filled(&self, count: usize, value: u32) -> Result<Self::Words>;

    /// A copy of these words on the device.
    fn upload(&self, words: &[u32]) -> Result<Self::Words>;

    /// A copy of the words on the host, after all calls so far.
    fn download(&self, words: &Self::Words) -> Result<Vec<u32>>;

    /// Where words lie. Calls on them come one after the other, so reading and writing are not told apart.
    fn pointer(&self, words: &Self::Words) -> Pointer;

    /// Starts a call after those before it.
    ///
    /// # Safety
    /// Every pointer among the arguments is one to memory of this machine with as many elements as the kernel's comment
    /// says.
    #[allow(unsafe_code)]
    unsafe fn run(&self, call: &Call) -> Result<()>;
}

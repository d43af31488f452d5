//! Gives calls to the driver.

use cudarc::driver::{CudaFunction, CudaStream, DriverError, LaunchConfig, PushKernelArg as _};

use super::Call;

/// Starts a call on a stream. An empty one does nothing.
///
/// # Safety
/// `function` is the kernel of the call. Every pointer among the arguments is one of the stream's device, to as many
/// elements as the kernel's comment says, and what it points to lives, and is used by nobody else, until the stream
/// has come to it.
///
/// # Errors
/// When the driver refuses.
#[allow(unsafe_code)]
pub unsafe fn launch(stream: &CudaStream, function: &CudaFunction, call: &Call) -> Result<(), DriverError> {
    if call.is_empty() {
        return Ok(());
    }
    let mut builder = stream.launch_builder(function);
    for argument in &call.arguments {
        // The driver reads as many of the low bytes as the kernel's parameter has.
        builder.arg(argument);
    }
    let [x, y, z] = call.grid;
    let config = LaunchConfig { grid_dim: (x, y, z), block_dim: (call.block, 1, 1), shared_mem_bytes: 0 };
    // SAFETY: passed on to the caller.
    unsafe { builder.launch(config) }?;
    Ok(())
}

//! Compiles kernels with NVRTC.

use cudarc::nvrtc::{CompileError, CompileOptions, compile_ptx_with_opts};

use super::Source;
use crate::device::Capability;

/// The kernels of a file as PTX for GPUs of a capability and later ones. The library of NVRTC must be there.
///
/// # Errors
/// When the compiler refuses the file or the capability; its log says why.
pub fn compile(source: Source, target: Capability) -> Result<String, CompileError> {
    let options = CompileOptions {
        // Products and sums are rounded one by one, as the processor does; where it is not so, the kernel says it.
        fmad: Some(false),
        name: Some(source.file().to_owned()),
        options: vec![format!("--gpu-architecture=compute_{}", target.number()), "--std=c++17".to_owned()],
        ..Default::default()
    };
    Ok(compile_ptx_with_opts(source.text(), options)?.to_src())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Facts, LOWEST_CAPABILITY, probe};

    /// For every GPU that the compiler knows and the kernels are written for.
    #[test]
    #[ignore = "needs libnvrtc, which scripts/cuda-toolkit gets"]
    fn every_kernel_becomes_ptx() {
        let Facts { compiler: Some(compiler), .. } = probe() else { panic!("libnvrtc was not found") };
        let targets: Vec<_> =
            compiler.targets.into_iter().filter(|target| *target >= LOWEST_CAPABILITY).collect();
        assert!(
            [80, 90].iter().all(|number| targets.contains(&Capability::from_number(*number))),
            "{targets:?}"
        );
        for target in targets {
            for source in Source::ALL {
                let ptx =
                    compile(source, target).unwrap_or_else(|error| panic!("{source:?}, {target}: {error:?}"));
                assert!(ptx.contains(&format!(".target sm_{}", target.number())), "{ptx}");
                for kernel in source.kernels() {
                    assert!(ptx.contains(&format!(".entry {kernel}(")), "{kernel} is missing");
                }
            }
        }
    }
}

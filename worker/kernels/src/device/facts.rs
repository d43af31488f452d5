//! What is known about a machine's GPUs, and what follows from it.

use std::fmt;

/// The oldest GPUs that the kernels are written for: matrix units that know bf16 (Ampere).
pub const LOWEST_CAPABILITY: Capability = Capability { major: 8, minor: 0 };

/// Compute capability of a GPU, such as 9.0: what its instructions can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capability {
    /// The generation.
    pub major: u32,
    /// The variant within it.
    pub minor: u32,
}

impl Capability {
    /// From the number in `sm_90` or `compute_120`.
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        Self { major: number / 10, minor: number % 10 }
    }

    /// The number in `sm_90`.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.major * 10 + self.minor
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A release of CUDA, such as 13.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    /// Before the point.
    pub major: u32,
    /// After the point.
    pub minor: u32,
}

impl Release {
    /// From the driver's way of writing it, 13020 for 13.2.
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        Self { major: number / 1000, minor: number % 1000 / 10 }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The run-time compiler of kernels, NVRTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiler {
    /// The release it belongs to; its output needs a driver of that release or a newer one.
    pub release: Release,
    /// What it compiles for.
    pub targets: Vec<Capability>,
}

impl Compiler {
    /// What to compile for so that it runs on a GPU. One newer than the compiler runs what was compiled for the newest
    /// that the compiler knows.
    #[must_use]
    pub fn target(&self, gpu: Capability) -> Option<Capability> {
        self.targets.iter().copied().filter(|target| *target <= gpu).max()
    }
}

/// A GPU as the driver shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gpu {
    /// Its compute capability.
    pub capability: Capability,
}

/// What was found on a machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The newest release of CUDA that the driver knows; none without a driver.
    pub driver: Option<Release>,
    /// The GPUs that this process may use.
    pub gpus: Vec<Gpu>,
    /// The compiler of kernels; none where its library is missing.
    pub compiler: Option<Compiler>,
    /// The GPUs that the program was built for, and later ones; none where the build asked the machine it ran on.
    pub built_for: Option<Capability>,
}

/// Why a GPU cannot be used, in one line with the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// The program has no CUDA in it.
    #[error("this program was built without CUDA: build it with --features cuda, or use --device cpu")]
    NotBuilt,
    /// No driver library.
    #[error(
        "no NVIDIA driver, libcuda.so.1 was not found: install it (in a container, give it the GPU), or use --device cpu"
    )]
    NoDriver,
    /// A driver older than the libraries of the program.
    #[error(
        "the NVIDIA driver knows CUDA {driver}, this program needs {needed}: install a newer driver, or use --device cpu"
    )]
    OldDriver {
        /// What the driver knows.
        driver: Release,
        /// What the libraries need.
        needed: Release,
    },
    /// No GPU of that number.
    #[error(
        "there is no GPU {number}, the driver shows {count}: choose another --device (see CUDA_VISIBLE_DEVICES)"
    )]
    NoSuchGpu {
        /// The number asked for.
        number: usize,
        /// How many there are.
        count: usize,
    },
    /// No compiler for the kernels.
    #[error(
        "libnvrtc was not found, which compiles the kernels: install it (package cuda-nvrtc), or use --device cpu"
    )]
    NoCompiler,
    /// A GPU that is too old.
    #[error(
        "GPU {number} has compute capability {capability}, this program needs {needed} or higher: use --device cpu"
    )]
    OldGpu {
        /// The number asked for.
        number: usize,
        /// What it has.
        capability: Capability,
        /// What the kernels or the build ask for.
        needed: Capability,
    },
    /// The driver refused although all seemed well.
    #[error("GPU {number} cannot be used: {cause}; see nvidia-smi, or use --device cpu")]
    Failed {
        /// The number asked for.
        number: usize,
        /// What the driver said, in one line.
        cause: String,
    },
}

impl Unusable {
    /// The driver refused GPU `number`.
    #[must_use]
    pub fn failed(number: usize, error: &dyn fmt::Display) -> Self {
        let text = error.to_string();
        Self::Failed { number, cause: text.lines().next().unwrap_or_default().to_owned() }
    }
}

/// What the kernels are to be compiled for so that they run on GPU `number`.
///
/// # Errors
/// When that GPU cannot be used.
pub fn judge(facts: &Facts, number: usize) -> Result<Capability, Unusable> {
    let driver = facts.driver.ok_or(Unusable::NoDriver)?;
    let gpu = facts.gpus.get(number).ok_or(Unusable::NoSuchGpu { number, count: facts.gpus.len() })?;
    let compiler = facts.compiler.as_ref().ok_or(Unusable::NoCompiler)?;
    if driver < compiler.release {
        return Err(Unusable::OldDriver { driver, needed: compiler.release });
    }
    let needed = facts.built_for.map_or(LOWEST_CAPABILITY, |built| built.max(LOWEST_CAPABILITY));
    let old = Unusable::OldGpu { number, capability: gpu.capability, needed };
    if gpu.capability < needed {
        return Err(old);
    }
    compiler.target(gpu.capability).filter(|target| *target >= LOWEST_CAPABILITY).ok_or(old)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            driver: Some(Release { major: 13, minor: 1 }),
            gpus: vec![
                Gpu { capability: Capability::from_number(90) },
                Gpu { capability: Capability::from_number(75) },
                Gpu { capability: Capability::from_number(200) },
            ],
            compiler: Some(Compiler {
                release: Release::from_number(13000),
                targets: [75, 80, 86, 90, 100, 120].map(Capability::from_number).to_vec(),
            }),
            built_for: Some(Capability::from_number(80)),
        }
    }

    #[test]
    fn the_nearest_target_is_taken() {
        assert_eq!(judge(&facts(), 0), Ok(Capability::from_number(90)));
        assert_eq!(judge(&facts(), 2), Ok(Capability::from_number(120)), "newer than the compiler");
    }

    #[test]
    fn each_lack_has_its_line() {
        let cases: [(Facts, usize, &str); 7] = [
            (Facts::default(), 0, "no NVIDIA driver"),
            (
                Facts { driver: Some(Release::from_number(12040)), ..facts() },
                0,
                "knows CUDA 12.4, this program needs 13.0",
            ),
            (Facts { gpus: Vec::new(), ..facts() }, 0, "no GPU 0, the driver shows 0"),
            (facts(), 3, "no GPU 3, the driver shows 3"),
            (Facts { compiler: None, ..facts() }, 0, "libnvrtc was not found"),
            (facts(), 1, "capability 7.5, this program needs 8.0"),
            (
                Facts { built_for: Some(Capability::from_number(100)), ..facts() },
                0,
                "9.0, this program needs 10.0",
            ),
        ];
        for (facts, number, expected) in cases {
            let line = judge(&facts, number).unwrap_err().to_string();
            assert!(line.contains(expected), "{line}");
            assert!(line.contains("--device"), "no remedy: {line}");
            assert_eq!(line.lines().count(), 1);
        }
    }

    #[test]
    fn a_compiler_without_a_fitting_target_is_an_error() {
        let compiler =
            Compiler { release: Release::from_number(13000), targets: vec![Capability::from_number(100)] };
        let facts = Facts { compiler: Some(compiler), ..facts() };
        assert!(matches!(judge(&facts, 0), Err(Unusable::OldGpu { .. })));
    }

    #[test]
    fn a_refusal_is_one_line() {
        assert_eq!(Unusable::failed(1, &"out of memory\n  0: somewhere").to_string().lines().count(), 1);
    }
}

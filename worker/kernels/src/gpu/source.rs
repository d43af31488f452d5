//! The files that kernels are written in.

/// The start of every file.
pub(super) const TYPES: &str = include_str!("types.cuh");

/// A file of kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// Segment pooling.
    Pool,
    /// The plan of segment pooling.
    Plan,
    /// Instance norm with ReLU.
    Norm,
    /// Bilinear resize, and drawings as input.
    Resize,
    /// GELU and softmax.
    Elementwise,
    /// Attention.
    Attention,
    /// Labels of segments.
    Labels,
}

impl Source {
    /// Every file.
    pub const ALL: [Self; 7] =
        [Self::Pool, Self::Plan, Self::Norm, Self::Resize, Self::Elementwise, Self::Attention, Self::Labels];

    /// The file's name.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Pool => "pool.cu",
            Self::Plan => "plan.cu",
            Self::Norm => "norm.cu",
            Self::Resize => "resize.cu",
            Self::Elementwise => "elementwise.cu",
            Self::Attention => "attention.cu",
            Self::Labels => "labels.cu",
        }
    }

    /// What the compiler is given: the file after what all have in common.
    #[must_use]
    pub fn text(self) -> String {
        format!("{TYPES}\n{}\n{}", self.units(), self.body())
    }

    /// What it needs besides the types.
    pub(super) const fn units(self) -> &'static str {
        match self {
            Self::Attention => include_str!("matrix.cuh"),
            Self::Plan | Self::Resize => include_str!("axis.cuh"),
            _ => "",
        }
    }

    pub(super) const fn body(self) -> &'static str {
        match self {
            Self::Pool => include_str!("../pool/pool.cu"),
            Self::Plan => include_str!("../pool/plan.cu"),
            Self::Norm => include_str!("../norm/norm.cu"),
            Self::Resize => include_str!("../resize/resize.cu"),
            Self::Elementwise => include_str!("../elementwise/elementwise.cu"),
            Self::Attention => include_str!("../attention/attention.cu"),
            Self::Labels => include_str!("../labels/labels.cu"),
        }
    }

    /// The kernels in it.
    #[must_use]
    pub fn kernels(self) -> Vec<String> {
        let body = self.body();
        let single = names(body, "__global__ void ", '(').filter(|name| !name.contains('#'));
        let families = names(body, "__global__ void ", '(').filter_map(|name| name.strip_suffix("_##T"));
        let types = ["f32", "f16", "bf16"];
        single
            .map(str::to_owned)
            .chain(families.flat_map(|name| types.map(|element| format!("{name}_{element}"))))
            .collect()
    }
}

/// What stands between `before` and `after`, everywhere in a text.
fn names<'a>(text: &'a str, before: &'a str, after: char) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).filter_map(move |rest| rest.split(after).next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_is_found() {
        assert!(Source::Attention.kernels().contains(&"attention_f32".to_owned()));
        assert!(Source::Pool.kernels().contains(&"pool_apart_bf16".to_owned()));
        for source in Source::ALL {
            let kernels = source.kernels();
            assert!(!kernels.is_empty(), "{source:?}");
            assert!(kernels.iter().all(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')));
        }
    }
}

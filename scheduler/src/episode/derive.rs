//! A job of which another one has painted all: its commit follows from that one's.

use std::collections::BTreeSet;

use common::farm::{Commit, CommittedDrawing, FailedDrawing, JobSpec};

/// What a job needs not paint, since an earlier one has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// The painted drawings, whose files lie where the earlier commit says.
    pub drawings: Vec<CommittedDrawing>,
    /// The drawings that could not be painted.
    pub failed: Vec<FailedDrawing>,
}

/// What a new job takes from an old one: everything, if it differs only in that drawings are left out, since a person has
/// corrected them. In a chain those after a drawing follow from it, so only a beginning will do.
#[must_use]
pub fn derive(old: &JobSpec, commit: &Commit, new: &JobSpec) -> Option<Derived> {
    let same = JobSpec { targets: old.targets.clone(), ..new.clone() } == *old;
    let covered = if new.carry {
        old.targets.starts_with(&new.targets)
    } else {
        new.targets.iter().all(|target| old.targets.contains(target))
    };
    if !same || !covered {
        return None;
    }
    let wanted: BTreeSet<&str> = new.targets.iter().map(|target| target.key.as_str()).collect();
    let drawings: Vec<_> =
        commit.drawings.iter().filter(|drawing| wanted.contains(drawing.key.as_str())).cloned().collect();
    let failed: Vec<_> =
        commit.failed.iter().filter(|failed| wanted.contains(failed.key.as_str())).cloned().collect();
    (drawings.len() + failed.len() == wanted.len()).then_some(Derived { drawings, failed })
}

#[cfg(test)]
mod tests {
    use cel::PaintRules;
    use common::Digest;
    use common::farm::{Alpha, Blob, Format, JobId, Output, OutputFormat, SpecFormat, Target};
    use common::queue::Token;

    use super::*;

    fn spec(carry: bool, keys: &[&str]) -> JobSpec {
        let blob =
            |key: &str| Blob { digest: Digest::of(key.as_bytes()), size: 1, name: format!("{key}.png") };
        JobSpec {
            format: SpecFormat::FIRST,
            model: "shape".into(),
            alpha: Alpha::Composite,
            output: OutputFormat::Same,
            rules: PaintRules::default(),
            anchor: None,
            continues: None,
            follows: None,
            carry,
            sheets: Vec::new(),
            targets: keys.iter().map(|&key| Target { key: key.into(), line: blob(key) }).collect(),
        }
    }

    /// All painted but `c`, which failed.
    fn commit(spec: &JobSpec) -> Commit {
        let output = |name: &str| Output { name: name.into(), digest: Digest::of(b"x"), size: 1 };
        let (failed, painted): (Vec<_>, Vec<_>) =
            spec.targets.iter().map(|t| t.key.clone()).partition(|key| key == "c");
        let drawing =
            |key: String| CommittedDrawing { painted: output(&key), sidecar: output(&key), key, review: 0 };
        Commit {
            format: Format,
            job: JobId::of(b"x"),
            episode: "e1".parse().unwrap(),
            token: Token("1:x".into()),
            worker: "w1".parse().unwrap(),
            drawings: painted.into_iter().map(drawing).collect(),
            failed: failed.into_iter().map(|key| FailedDrawing { key, error: "torn".into() }).collect(),
            unusable: Vec::new(),
            pace: None,
        }
    }

    fn derived(carry: bool, old: &[&str], new: &[&str]) -> Option<(Vec<String>, usize)> {
        let old = spec(carry, old);
        let derived = derive(&old, &commit(&old), &spec(carry, new))?;
        Some((derived.drawings.into_iter().map(|drawing| drawing.key).collect(), derived.failed.len()))
    }

    #[test]
    fn independent_drawings_may_be_left_out_anywhere() {
        let keys = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect::<Vec<_>>();
        assert_eq!(derived(false, &["a", "b", "c", "d"], &["a", "c", "d"]), Some((keys(&["a", "d"]), 1)));
        assert_eq!(derived(false, &["a", "b"], &["a", "z"]), None);
    }

    #[test]
    fn of_a_chain_only_a_beginning_will_do() {
        assert_eq!(derived(true, &["a", "b", "d"], &["a", "b"]), Some((vec!["a".into(), "b".into()], 0)));
        assert_eq!(derived(true, &["a", "b", "d"], &["b", "d"]), None);
        assert_eq!(derived(true, &["a"], &["a", "b"]), None);
    }

    #[test]
    fn another_reference_is_another_job() {
        let (old, mut new) = (spec(false, &["a", "b"]), spec(false, &["a"]));
        assert!(derive(&old, &commit(&old), &new).is_some());
        new.follows = Some(common::farm::BlobReference {
            name: "r".into(),
            line: old.targets[0].line.clone(),
            painted: old.targets[0].line.clone(),
        });
        assert_eq!(derive(&old, &commit(&old), &new), None);
    }
}

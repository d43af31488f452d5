//! Labels whose values are those of an enum.

use std::marker::PhantomData;

/// An enum whose variants are the values of a label; made by [`label!`](crate::label).
pub trait Label: Copy + 'static {
    /// Name of the label.
    const LABEL: &'static str;
    /// Every value, in the order of [`Self::index`].
    const ALL: &'static [Self];

    /// The value as text.
    fn name(self) -> &'static str;

    /// Its place in [`Self::ALL`].
    fn index(self) -> usize;
}

/// Defines an enum that is a [`Label`]: `label! { /// … pub enum Outcome as "outcome" { /// … Good = "good" } }`.
#[macro_export]
macro_rules! label {
    ($(#[$doc:meta])* $vis:vis enum $name:ident as $label:literal {
        $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $crate::metrics::Label for $name {
            const LABEL: &'static str = $label;
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }

            fn index(self) -> usize {
                self as usize
            }
        }
    };
}

/// A metric for each value of a label.
#[derive(Clone, Debug)]
pub struct By<L, M> {
    metrics: Vec<M>,
    label: PhantomData<L>,
}

impl<L: Label, M> By<L, M> {
    /// With the metric that `make` gives for each value.
    pub fn new(make: impl FnMut(L) -> M) -> Self {
        Self { metrics: L::ALL.iter().copied().map(make).collect(), label: PhantomData }
    }

    /// The metric of a value.
    #[must_use]
    pub fn of(&self, label: L) -> &M {
        &self.metrics[label.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::label! {
        enum Fruit as "fruit" { Apple = "apple", Pear = "pear" }
    }

    #[test]
    fn each_value_has_its_own_metric() {
        let names = By::new(Fruit::name);
        assert_eq!((*names.of(Fruit::Apple), *names.of(Fruit::Pear)), ("apple", "pear"));
        assert_eq!(Fruit::LABEL, "fruit");
    }
}

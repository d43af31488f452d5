//! Runs of equal items, found many at a time.

/// How many items at the beginning are equal; at least 1 unless there are none.
pub(crate) fn leading<T: Copy + PartialEq>(items: &[T]) -> usize {
    // Whole blocks without an early exit are compared by vector instructions.
    const BLOCK: usize = 16;
    let Some(&first) = items.first() else { return 0 };
    let blocks = items.as_chunks::<BLOCK>().0;
    let is_equal = |block: &&[T; BLOCK]| block.iter().fold(true, |equal, &item| equal & (item == first));
    let checked = blocks.iter().take_while(is_equal).count() * BLOCK;
    checked + items[checked..].iter().take_while(|&&item| item == first).count()
}

/// Cuts a slice into runs of equal items.
pub(crate) fn runs<T: Copy + PartialEq>(mut items: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let (run, rest) = items.split_at(leading(items));
        items = rest;
        (!run.is_empty()).then_some(run)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn runs_are_those_of_a_plain_comparison(lengths in proptest::collection::vec(1_usize..70, 0..9)) {
            let items: Vec<_> = (0_u32..).zip(&lengths).flat_map(|(i, &n)| vec![i % 3; n]).collect();
            prop_assert!(runs(&items).eq(items.chunk_by(|a, b| a == b)));
        }
    }
}

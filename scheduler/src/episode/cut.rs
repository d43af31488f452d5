//! A run of drawings is cut into jobs.

/// Cuts a run into pieces of `count` positions from its start. What is left at the end goes to the last piece if it is
/// less than half of one. The pieces before depend only on the start of the run: one that ends elsewhere tomorrow, since
/// another drawing was painted, still has the same ones.
pub(super) fn pieces(positions: &[usize], count: usize) -> impl Iterator<Item = &[usize]> {
    let count = count.max(1);
    let (whole, rest) = (positions.len() / count, positions.len() % count);
    let pieces = if whole > 0 && rest * 2 < count { whole } else { whole + 1 };
    (0..pieces).map(move |i| {
        let end = if i + 1 == pieces { positions.len() } else { (i + 1) * count };
        &positions[i * count..end]
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lengths(positions: usize, count: usize) -> Vec<usize> {
        let positions: Vec<usize> = (0..positions).collect();
        pieces(&positions, count).map(<[usize]>::len).collect()
    }

    #[test]
    fn a_small_rest_joins_the_last_piece() {
        assert_eq!(lengths(8, 4), [4, 4]);
        assert_eq!(lengths(9, 4), [4, 5]);
        assert_eq!(lengths(10, 4), [4, 4, 2]);
        assert_eq!(lengths(1, 4), [1]);
        assert_eq!(lengths(3, 1), [1, 1, 1]);
    }

    proptest! {
        #[test]
        fn pieces_are_near_their_size_and_make_the_whole(length in 1_usize..200, count in 1_usize..40) {
            let positions: Vec<usize> = (0..length).collect();
            let pieces: Vec<&[usize]> = pieces(&positions, count).collect();
            prop_assert_eq!(&pieces.concat(), &positions);
            let (last, others) = pieces.split_last().unwrap();
            prop_assert!(others.iter().all(|piece| piece.len() == count));
            prop_assert!(last.len() * 2 >= count.min(length) && last.len() * 2 < count * 3);
        }

        #[test]
        fn a_longer_run_keeps_all_but_the_last_piece(length in 1_usize..100, more in 1_usize..100, count in 1_usize..20) {
            let long: Vec<usize> = (0..length + more).collect();
            let before: Vec<&[usize]> = pieces(&long[..length], count).collect();
            let after: Vec<&[usize]> = pieces(&long, count).collect();
            let kept = before.len() - 1;
            prop_assert_eq!(&before[..kept], &after[..kept]);
        }
    }
}

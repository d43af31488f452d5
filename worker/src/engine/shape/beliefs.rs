//! From scores to beliefs: how likely each pair is, among its rivals.

use super::matrix::Matrix;

/// Beliefs in pairs.
pub(super) struct Beliefs {
    /// Logarithm of the belief among all reference segments of the target segment.
    pub rows: Matrix,
    /// Logarithm of the belief among all target segments of the reference segment.
    pub columns: Matrix,
    /// Geometric mean of both beliefs: high only where each is the other's choice.
    pub mutual: Matrix,
}

impl Beliefs {
    /// From the scores of a pass.
    pub fn new(scores: &Matrix) -> Self {
        let rows = row_log_softmax(scores);
        let columns = column_log_softmax(scores);
        let values = rows.values.iter().zip(&columns.values).map(|(a, b)| ((a + b) / 2.0).exp()).collect();
        let mutual = Matrix { columns: rows.columns, values };
        Self { rows, columns, mutual }
    }
}

fn row_log_softmax(scores: &Matrix) -> Matrix {
    let mut soft = scores.clone();
    for row in soft.rows_mut() {
        let highest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = row.iter().map(|value| (value - highest).exp()).sum();
        let level = highest + sum.ln();
        row.iter_mut().for_each(|value| *value -= level);
    }
    soft
}

fn column_log_softmax(scores: &Matrix) -> Matrix {
    let mut highest = vec![f32::NEG_INFINITY; scores.columns];
    for row in scores.rows() {
        for (highest, value) in highest.iter_mut().zip(row) {
            *highest = highest.max(*value);
        }
    }
    let mut sums = vec![0.0; scores.columns];
    for row in scores.rows() {
        for (sum, (value, highest)) in sums.iter_mut().zip(row.iter().zip(&highest)) {
            *sum += (value - highest).exp();
        }
    }
    let levels: Vec<f32> = highest.iter().zip(&sums).map(|(highest, sum)| highest + sum.ln()).collect();
    let mut soft = scores.clone();
    for row in soft.rows_mut() {
        for (value, level) in row.iter_mut().zip(&levels) {
            *value -= level;
        }
    }
    soft
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_add_up_to_one_even_for_extreme_scores() {
        let scores = Matrix { columns: 3, values: vec![900.0, -900.0, 0.0, 1.0, 2.0, 3.0] };
        let beliefs = Beliefs::new(&scores);
        for row in beliefs.rows.rows() {
            assert!((row.iter().map(|belief| belief.exp()).sum::<f32>() - 1.0).abs() < 1e-6);
        }
        for column in 0..3 {
            let sum: f32 = beliefs.columns.rows().map(|row| row[column].exp()).sum();
            assert!((sum - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn nothing_to_believe_in_is_fine() {
        for columns in [0, 3] {
            assert!(Beliefs::new(&Matrix::new(0, columns)).mutual.values.is_empty());
        }
        assert!(Beliefs::new(&Matrix::new(3, 0)).mutual.values.is_empty());
    }
}

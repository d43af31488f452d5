//! From scores to beliefs: how likely each pair is, among its rivals.

use super::matrix::Matrix;

/// Beliefs in pairs.
pub(super) struct Beliefs {
    /// Among all reference segments of the target segment; each row adds up to 1.
    pub rows: Matrix,
    /// Among all target segments of the reference segment; each column adds up to 1.
    pub columns: Matrix,
    /// Geometric mean of both: high only where each is the other's choice.
    pub mutual: Matrix,
}

impl Beliefs {
    /// From the scores of a pass.
    pub fn new(scores: &Matrix) -> Self {
        let rows = row_softmax(scores);
        let columns = column_softmax(scores);
        let values = rows.values.iter().zip(&columns.values).map(|(a, b)| (a * b).sqrt()).collect();
        let mutual = Matrix { columns: rows.columns, values };
        Self { rows, columns, mutual }
    }
}

fn row_softmax(scores: &Matrix) -> Matrix {
    let mut soft = scores.clone();
    for row in soft.rows_mut() {
        let highest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut sum = 0.0;
        for value in row.iter_mut() {
            *value = (*value - highest).exp();
            sum += *value;
        }
        for value in row {
            *value /= sum;
        }
    }
    soft
}

fn column_softmax(scores: &Matrix) -> Matrix {
    let mut highest = vec![f32::NEG_INFINITY; scores.columns];
    for row in scores.rows() {
        for (highest, value) in highest.iter_mut().zip(row) {
            *highest = highest.max(*value);
        }
    }
    let mut soft = scores.clone();
    let mut sums = vec![0.0; scores.columns];
    for row in soft.rows_mut() {
        for ((value, highest), sum) in row.iter_mut().zip(&highest).zip(&mut sums) {
            *value = (*value - highest).exp();
            *sum += *value;
        }
    }
    for row in soft.rows_mut() {
        for (value, sum) in row.iter_mut().zip(&sums) {
            *value /= sum;
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
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        }
        for column in 0..3 {
            let sum: f32 = beliefs.columns.rows().map(|row| row[column]).sum();
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

use crate::neighbours::{Lists, keep_best};

use super::inverse::SymmetricTiles;

/// How much each item speaks for each other: rows of the item that was rated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Weights {
    /// Row after row, of as many places as there are rows.
    Dense {
        size: usize,
        weights: Vec<f32>,
    },
    Thin(Lists),
}

impl Weights {
    /// Takes the closed form, -P divided by its diagonal column by column, from -P.
    pub(super) fn dense(negated: &SymmetricTiles) -> Self {
        let size = negated.size();
        let mut weights = Vec::with_capacity(size * size);
        for row in 0..size {
            weights.extend((0..size).map(|column| weight(negated, row, column)));
        }
        Self::Dense { size, weights }
    }

    /// As [`Weights::dense`], with only the `keep` largest weights of each column, be they above or below 0.
    pub(super) fn thin(negated: &SymmetricTiles, keep: usize) -> Self {
        let size = negated.size();
        let mut rows = vec![Vec::new(); size];
        for column in 0..size {
            let mut sizes: Vec<(u32, f32)> = (0..size as u32)
                .map(|row| (row, weight(negated, row as usize, column).abs()))
                .filter(|(_, size)| *size > 0.0)
                .collect();
            keep_best(&mut sizes, keep);
            for (row, _) in sizes {
                rows[row as usize].push((column as u32, weight(negated, row as usize, column)));
            }
        }
        let mut lists = Lists::default();
        rows.iter().for_each(|row| lists.push(row));
        Self::Thin(lists)
    }

    /// Adds a row, multiplied, to as many sums.
    pub fn add_row(&self, row: usize, factor: f32, sums: &mut [f32]) {
        match self {
            Self::Dense { size, weights } => {
                let row = &weights[row * size..(row + 1) * size];
                sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += factor * weight);
            }
            Self::Thin(lists) => {
                for (column, weight) in lists.of(row as u32).iter() {
                    sums[column as usize] += factor * weight;
                }
            }
        }
    }
}

fn weight(negated: &SymmetricTiles, row: usize, column: usize) -> f32 {
    if row == column { 0.0 } else { (-negated.get(row, column) / negated.get(column, column)) as f32 }
}

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use rand_distr::Normal;

use crate::matrix::Rows;
use crate::vectors::{dot, with_wide_registers};

/// A vector of the same width for each user or item, one after another. All zeros stand for somebody or something the
/// training had no rating of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Factors {
    pub(crate) width: usize,
    pub(crate) values: Vec<f32>,
}

impl Factors {
    pub(crate) fn zeros(rows: usize, width: usize) -> Self {
        Self { width, values: vec![0.0; rows * width] }
    }

    /// Normal around 0; zeros for the rows without ratings.
    pub(crate) fn random(ratings: &Rows, width: usize, deviation: f32, random: &mut ChaCha8Rng) -> Self {
        let normal = Normal::new(0.0, deviation).expect("settings are checked to have a finite deviation");
        let mut factors = Self::zeros(ratings.len(), width);
        for (row, vector) in ratings.iter().zip(factors.values.chunks_exact_mut(width)) {
            if !row.is_empty() {
                vector.fill_with(|| random.sample(normal));
            }
        }
        factors
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len() / self.width
    }

    pub(crate) fn rows(&self) -> std::slice::ChunksExact<'_, f32> {
        self.values.chunks_exact(self.width)
    }

    pub(crate) fn row(&self, row: u32) -> &[f32] {
        &self.values[row as usize * self.width..][..self.width]
    }

    pub(crate) fn row_mut(&mut self, row: u32) -> &mut [f32] {
        &mut self.values[row as usize * self.width..][..self.width]
    }

    /// None beyond the last row.
    pub(crate) fn get(&self, row: u32) -> Option<&[f32]> {
        self.values.chunks_exact(self.width).nth(row as usize)
    }

    /// How well each row goes with `vector`; negative infinity where nothing is known.
    pub(crate) fn score(&self, vector: &[f32], scores: &mut [f32]) {
        scores.fill(f32::NEG_INFINITY);
        with_wide_registers(|| {
            for (score, row) in scores.iter_mut().zip(self.rows()) {
                let product = dot(vector, row);
                if product != 0.0 || !is_blank(row) {
                    *score = product;
                }
            }
        });
    }

    /// The `k` rows nearest to one of them by cosine.
    pub(crate) fn similar(&self, item: u32, k: usize) -> Vec<(u32, f32)> {
        let Some(own) = self.get(item).filter(|own| !is_blank(own)) else { return Vec::new() };
        let own_length = length(own);
        let mut cosines = Vec::new();
        for (other, row) in (0..).zip(self.rows()) {
            if other != item && !is_blank(row) {
                cosines.push((other, dot(own, row) / (own_length * length(row))));
            }
        }
        best(cosines, k)
    }
}

fn length(row: &[f32]) -> f32 {
    dot(row, row).sqrt()
}

pub(crate) fn is_blank(row: &[f32]) -> bool {
    row.iter().all(|value| *value == 0.0)
}

/// Of equals the smaller number comes first.
fn best(mut scored: Vec<(u32, f32)>, k: usize) -> Vec<(u32, f32)> {
    let better = |one: &(u32, f32), other: &(u32, f32)| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0));
    if k < scored.len() {
        scored.select_nth_unstable_by(k, better);
        scored.truncate(k);
    }
    scored.sort_unstable_by(better);
    scored
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_rows_come_best_first_and_of_equals_the_smaller_number() {
        let values = vec![0.0, 0.0, 1.0, 0.0, 2.0, 2.0, 0.0, 0.0, 4.0, 4.0, -1.0, 0.0, 5.0, 0.0];
        let factors = Factors { width: 2, values };
        let half = std::f32::consts::FRAC_1_SQRT_2;
        let numbers = |similar: Vec<(u32, f32)>| similar.iter().map(|(item, _)| *item).collect::<Vec<_>>();
        let similar = factors.similar(1, 3);
        assert_eq!(numbers(similar.clone()), [6, 2, 4]);
        assert!((similar[0].1 - 1.0).abs() < 1e-6 && (similar[1].1 - half).abs() < 1e-6);
        assert_eq!(numbers(factors.similar(1, 9)), [6, 2, 4, 5]);
        assert!(factors.similar(0, 3).is_empty() && factors.similar(7, 3).is_empty());
    }

    #[test]
    fn rows_of_which_nothing_is_known_score_negative_infinity() {
        let factors = Factors { width: 2, values: vec![0.0, 0.0, 1.0, 2.0, -2.0, 1.0, 0.0, 0.0] };
        let mut scores = [9.0; 5];
        factors.score(&[1.0, 2.0], &mut scores);
        let unknown = f32::NEG_INFINITY;
        assert_eq!(scores, [unknown, 5.0, 0.0, unknown, unknown]);
    }
}

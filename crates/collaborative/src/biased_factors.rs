use serde::{Deserialize, Serialize};

use crate::biases::Biases;
use crate::factors::Factors;
use crate::least_squares::LeastSquares;
use crate::profile::Profile;
use crate::vectors::dot;

/// Offsets and vectors of users and items: stars are the mean, both offsets and the product of both vectors.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BiasedFactors {
    pub(crate) biases: Biases,
    pub(crate) users: Factors,
    pub(crate) items: Factors,
    pub(crate) penalties: Penalties,
}

/// What the square of an offset and of each part of a vector costs when somebody new is placed among the items.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Penalties {
    pub(crate) offset: Penalty,
    pub(crate) factors: Penalty,
}

/// `constant + scale * count ^ exponent`, of so many ratings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Penalty {
    pub(crate) constant: f32,
    pub(crate) scale: f32,
    pub(crate) exponent: f32,
}

/// Where somebody stands: by how much the stars are off those of others, and the vector.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    pub(crate) offset: f32,
    pub(crate) vector: Vec<f32>,
}

impl Penalty {
    pub(crate) fn of(self, count: usize) -> f32 {
        self.constant + self.scale * (count as f32).powf(self.exponent)
    }
}

impl BiasedFactors {
    pub(crate) fn predict(&self, user: u32, item: u32) -> f32 {
        let product = match (self.users.get(user), self.items.get(item)) {
            (Some(user), Some(item)) => dot(user, item),
            _ => 0.0,
        };
        self.biases.predict(user, item) + product
    }

    pub(crate) fn predict_at(&self, place: &Place, item: u32) -> f32 {
        let product = self.items.get(item).map_or(0.0, |item| dot(&place.vector, item));
        self.biases.predict_item(item) + place.offset + product
    }

    /// Finds the offset, and what is to be added to the `start` of the vector, that explain a profile best.
    pub(crate) fn fold_in(&self, profile: Profile<'_>, mut start: Vec<f32>) -> Place {
        let width = self.items.width;
        let mut problem = LeastSquares::new(width + 1);
        let mut count = 0;
        for (item, stars) in profile.items.iter().zip(profile.stars) {
            let Some(vector) = self.items.get(*item) else { continue };
            let row = problem.push(stars - self.biases.predict_item(*item) - dot(&start, vector));
            row[..width].copy_from_slice(vector);
            row[width] = 1.0;
            count += 1;
        }
        if count == 0 {
            return Place { offset: 0.0, vector: start };
        }
        let mut penalties = vec![self.penalties.factors.of(count); width + 1];
        penalties[width] = self.penalties.offset.of(count);
        let solution = problem.solve(&penalties);
        for (value, change) in start.iter_mut().zip(solution) {
            *value += change;
        }
        Place { offset: solution[width], vector: start }
    }

    pub(crate) fn score(&self, place: &Place, scores: &mut [f32]) {
        self.items.score(&place.vector, scores);
        for (score, item) in scores.iter_mut().zip(&self.biases.items) {
            *score += self.biases.mean + place.offset + item;
        }
    }
}

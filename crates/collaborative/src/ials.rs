use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::checks::{above_zero, at_least_one, not_negative, width};
use crate::factors::Factors;
use crate::ials_row::{Descent, IalsRow};
use crate::least_squares::LeastSquares;
use crate::matrix::{RatingMatrix, Rows};
use crate::products::gram;
use crate::profile::{Profile, Recommender, SimilarItems};
use crate::progress::Watch;
use crate::pure_svd::Values;
use crate::vectors::{dot, with_wide_registers};

/// How vectors are found whose product is 1 where there is a rating, and 0 with less weight everywhere else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IalsSettings {
    /// Numbers in the vector of each user and item, 64 by default.
    pub factors: usize,
    /// How often all users and then all items are gone through, 12 by default.
    pub iterations: usize,
    /// Steps of conjugate gradients that a vector takes towards its best each time, 3 by default.
    pub steps: usize,
    /// How much more than a pair without a rating, which weighs 1, a pair with one does, 10 by default.
    pub alpha: f32,
    /// What `alpha` is multiplied by for a rating, 1 by default.
    pub values: Values,
    /// What the square of each part of a vector costs, 0.005 by default.
    pub regularization: f32,
    /// The power of the weight of a whole row by which that cost is multiplied: 1 by default, so that who rated much is
    /// held back as much as others, and 0 for the same cost everywhere.
    pub regularization_exponent: f32,
    /// How far the numbers of the items' vectors spread at the beginning, 0.1 by default.
    pub initial_deviation: f32,
    /// Of the random beginning, 42 by default.
    pub seed: u64,
}

impl Default for IalsSettings {
    fn default() -> Self {
        Self {
            factors: 64,
            iterations: 12,
            steps: 3,
            alpha: 10.0,
            values: Values::One,
            regularization: 0.005,
            regularization_exponent: 1.0,
            initial_deviation: 0.1,
            seed: 42,
        }
    }
}

/// Matrix factorisation for what people chose rather than how they liked it, by alternating least squares over all
/// pairs of users and items, each solved for by a few steps.
///
/// Memory: 4 bytes for each factor of each item, and in the training of each user too.
#[derive(Debug, Clone, PartialEq)]
pub struct Ials {
    pub(crate) items: Factors,
    pub(crate) weights: Weights,
    /// The products of the items' columns: what all pairs without a rating weigh.
    gram: Vec<f32>,
}

/// What pairs weigh and vectors cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Weights {
    pub(crate) alpha: f32,
    pub(crate) values: Values,
    pub(crate) regularization: f32,
    pub(crate) regularization_exponent: f32,
}

impl Ials {
    /// Trains on all threads. The loss, which never grows, is given after the users' and after the items' half of each
    /// iteration: weighted squared errors of all pairs and what the squares of vectors cost.
    ///
    /// # Errors
    /// When a setting makes no sense, there are no ratings, or the watch stops the training.
    pub fn fit(matrix: &RatingMatrix, settings: &IalsSettings, watch: &mut dyn Watch) -> Result<Self, Error> {
        settings.check()?;
        if matrix.is_empty() {
            return Err(Error::NoRatings);
        }
        let weights = settings.weights();
        let mut random = ChaCha8Rng::seed_from_u64(settings.seed);
        let mut users = Factors::zeros(matrix.user_count() as usize, settings.factors);
        let mut items =
            Factors::random(matrix.items(), settings.factors, settings.initial_deviation, &mut random);
        let halves = 2 * settings.iterations;
        for half in 0..halves {
            let loss = if half % 2 == 0 {
                weights.improve(matrix.users(), &items, &mut users, settings.steps)
                    + weights.cost(matrix.items(), &items, users.len())
            } else {
                weights.improve(matrix.items(), &users, &mut items, settings.steps)
                    + weights.cost(matrix.users(), &users, items.len())
            };
            if !watch.step(half + 1, halves, Some(loss)) {
                return Err(Error::Interrupted);
            }
        }
        Ok(Self::new(items, weights))
    }

    pub(crate) fn new(items: Factors, weights: Weights) -> Self {
        let gram = small_gram(&items);
        Self { items, weights, gram }
    }
}

impl IalsSettings {
    fn check(&self) -> Result<(), Error> {
        width("factors", self.factors)?;
        at_least_one("iterations", self.iterations)?;
        at_least_one("steps", self.steps)?;
        above_zero("alpha", self.alpha)?;
        above_zero("regularization", self.regularization)?;
        not_negative("regularization_exponent", self.regularization_exponent)?;
        above_zero("initial_deviation", self.initial_deviation)
    }

    fn weights(&self) -> Weights {
        Weights {
            alpha: self.alpha,
            values: self.values,
            regularization: self.regularization,
            regularization_exponent: self.regularization_exponent,
        }
    }
}

impl Weights {
    /// By how much a rating weighs more than none.
    fn extra(&self, stars: f32) -> f32 {
        self.alpha * self.values.of(stars)
    }

    /// What the square of each part of a row's vector costs, out of so many on the other side.
    fn penalty(&self, stars: &[f32], others: usize) -> f32 {
        let extra: f32 = stars.iter().map(|stars| self.extra(*stars)).sum();
        self.regularization * (extra + others as f32).powf(self.regularization_exponent)
    }

    /// Brings the vector of each row nearer to the best for those of the other side, and returns what is left of the
    /// squared errors together with the cost of what was found.
    fn improve(&self, ratings: &Rows, others: &Factors, vectors: &mut Factors, steps: usize) -> f64 {
        let gram = small_gram(others);
        let rows = vectors.values.par_chunks_exact_mut(vectors.width).enumerate();
        let improve_row = |(descent, extra): &mut (Descent, Vec<f32>), (row, vector): (usize, &mut [f32])| {
            let ratings = ratings.row(row as u32);
            if ratings.is_empty() {
                return 0.0;
            }
            extra.clear();
            extra.extend(ratings.values.iter().map(|stars| self.extra(*stars)));
            let penalty = self.penalty(ratings.values, others.len());
            let row = IalsRow { others, gram: &gram, ratings, extra, penalty };
            with_wide_registers(|| descent.improve(&row, vector, steps))
        };
        let losses: Vec<f64> = rows.map_init(Default::default, improve_row).collect();
        losses.iter().sum()
    }

    /// What a rating adds to weigh as it should and to be 1, beside the weight of 1 and the 0 that all pairs have.
    fn push(&self, problem: &mut LeastSquares, other: &[f32], stars: f32) {
        let root = self.extra(stars).max(f32::MIN_POSITIVE).sqrt();
        let row = problem.push((1.0 + root * root) / root);
        for (value, other) in row.iter_mut().zip(other) {
            *value = root * other;
        }
    }

    /// What the squares of the vectors of one side cost.
    fn cost(&self, ratings: &Rows, vectors: &Factors, others: usize) -> f64 {
        let mut sum = 0.0;
        for (ratings, vector) in ratings.iter().zip(vectors.rows()) {
            sum += f64::from(self.penalty(ratings.values, others) * dot(vector, vector));
        }
        sum
    }
}

fn small_gram(factors: &Factors) -> Vec<f32> {
    let gram = gram(factors);
    let mut values = Vec::with_capacity(factors.width * factors.width);
    for row in 0..factors.width {
        values.extend((0..factors.width).map(|column| gram[(row, column)] as f32));
    }
    values
}

impl Recommender for Ials {
    fn item_count(&self) -> u32 {
        self.items.len() as u32 - 1
    }

    fn score(&self, profile: Profile<'_>, scores: &mut [f32]) {
        let mut problem = LeastSquares::new(self.items.width);
        let mut known = Vec::with_capacity(profile.stars.len());
        for (item, stars) in profile.items.iter().zip(profile.stars) {
            if let Some(vector) = self.items.get(*item) {
                self.weights.push(&mut problem, vector, *stars);
                known.push(*stars);
            }
        }
        let penalty = self.weights.penalty(&known, self.items.len());
        self.items.score(problem.solve_beside(&self.gram, penalty), scores);
    }
}

impl SimilarItems for Ials {
    fn similar(&self, item: u32, k: usize) -> Vec<(u32, f32)> {
        self.items.similar(item, k)
    }
}

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::biased_factors::{BiasedFactors, Penalties, Penalty};
use crate::biases::Biases;
use crate::checks::{above_zero, at_least_one, not_negative, width};
use crate::factors::Factors;
use crate::least_squares::LeastSquares;
use crate::matrix::{RatingMatrix, Row, Rows};
use crate::profile::{Profile, RatingPredictor, Recommender, SimilarItems};
use crate::progress::Watch;
use crate::vectors::dot;

/// How offsets and vectors are found by alternating least squares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AlsSettings {
    /// Numbers in the vector of each user and item, 50 by default.
    pub factors: usize,
    /// How often all users and then all items are solved for, 15 by default.
    pub iterations: usize,
    /// What the square of each part of a vector costs, 10 by default.
    pub regularization: f32,
    /// The power of a row's number of ratings by which that cost is multiplied: 0 by default, the same everywhere.
    pub regularization_exponent: f32,
    /// What the square of an offset costs, 5 by default.
    pub offset_regularization: f32,
    /// How far the numbers of the items' vectors spread at the beginning, 0.1 by default.
    pub initial_deviation: f32,
    /// Of the random beginning, 42 by default.
    pub seed: u64,
}

impl Default for AlsSettings {
    fn default() -> Self {
        Self {
            factors: 50,
            iterations: 15,
            regularization: 10.0,
            regularization_exponent: 0.0,
            offset_regularization: 5.0,
            initial_deviation: 0.1,
            seed: 42,
        }
    }
}

/// Biased matrix factorisation by alternating least squares: offset and vector of each user are the best for those of
/// the items, then the other way round.
///
/// Memory: 4 bytes for each factor of each user and item.
#[derive(Debug, Clone, PartialEq)]
pub struct Als {
    pub(crate) model: BiasedFactors,
}

/// Offsets and vectors of one side.
#[derive(Clone, Copy)]
struct Side<'a> {
    offsets: &'a [f32],
    vectors: &'a Factors,
}

impl Als {
    /// Trains on all threads. The loss, which never grows, is given after the users' and after the items' half of each
    /// iteration: squared errors and what the squares of offsets and vectors cost.
    ///
    /// # Errors
    /// When a setting makes no sense, there are no ratings, or the watch stops the training.
    pub fn fit(matrix: &RatingMatrix, settings: &AlsSettings, watch: &mut dyn Watch) -> Result<Self, Error> {
        settings.check()?;
        if matrix.is_empty() {
            return Err(Error::NoRatings);
        }
        let mut random = ChaCha8Rng::seed_from_u64(settings.seed);
        let penalties = settings.penalties();
        let mut model = BiasedFactors {
            biases: Biases::none(matrix, settings.offset_regularization),
            users: Factors::zeros(matrix.user_count() as usize, settings.factors),
            items: Factors::random(matrix.items(), settings.factors, settings.initial_deviation, &mut random),
            penalties,
        };
        let halves = 2 * settings.iterations;
        for half in 0..halves {
            let BiasedFactors { biases, users, items, .. } = &mut model;
            let loss = if half % 2 == 0 {
                let items = Side { offsets: &biases.items, vectors: items };
                solve(matrix.users(), biases.mean, items, &mut biases.users, users, penalties)
                    + cost(matrix.items(), items, penalties)
            } else {
                let users = Side { offsets: &biases.users, vectors: users };
                solve(matrix.items(), biases.mean, users, &mut biases.items, items, penalties)
                    + cost(matrix.users(), users, penalties)
            };
            if !watch.step(half + 1, halves, Some(loss)) {
                return Err(Error::Interrupted);
            }
        }
        Ok(Self { model })
    }

    /// The stars to expect, not cut to the scale; of an unknown user or item, what the offsets say.
    pub fn predict(&self, user: u32, item: u32) -> f32 {
        self.model.predict(user, item)
    }

    /// Predicts many ratings of one person: the profile is looked at once.
    pub fn predictor(&self, profile: Profile<'_>) -> impl Fn(u32) -> f32 + '_ {
        let place = self.model.fold_in(profile, vec![0.0; self.model.items.width]);
        move |item| self.model.predict_at(&place, item)
    }
}

impl AlsSettings {
    fn check(&self) -> Result<(), Error> {
        width("factors", self.factors)?;
        at_least_one("iterations", self.iterations)?;
        above_zero("regularization", self.regularization)?;
        not_negative("regularization_exponent", self.regularization_exponent)?;
        above_zero("offset_regularization", self.offset_regularization)?;
        not_negative("initial_deviation", self.initial_deviation)
    }

    fn penalties(&self) -> Penalties {
        let offset = Penalty { constant: self.offset_regularization, scale: 0.0, exponent: 0.0 };
        let factors =
            Penalty { constant: 0.0, scale: self.regularization, exponent: self.regularization_exponent };
        Penalties { offset, factors }
    }
}

/// Finds the best offset and vector of each row for those of the other side, and returns what is left of the squared
/// errors together with the cost of what was found.
fn solve(
    ratings: &Rows,
    mean: f32,
    others: Side<'_>,
    offsets: &mut [f32],
    vectors: &mut Factors,
    penalties: Penalties,
) -> f64 {
    let width = vectors.width;
    let losses: Vec<f64> = offsets
        .par_iter_mut()
        .zip(vectors.values.par_chunks_exact_mut(width))
        .enumerate()
        .map_init(
            || LeastSquares::new(width + 1),
            |problem, (row, (offset, vector))| {
                let ratings = ratings.row(row as u32);
                if ratings.is_empty() {
                    return 0.0;
                }
                let costs = costs(ratings, width, penalties);
                let solution = solve_row(problem, ratings, mean, others, &costs);
                *offset = solution[width];
                vector.copy_from_slice(&solution[..width]);
                let mut loss = cost_of(*offset, vector, &costs);
                for (other, stars) in ratings.iter() {
                    let product = dot(vector, others.vectors.row(other));
                    let error = stars - (mean + *offset + others.offsets[other as usize] + product);
                    loss += f64::from(error * error);
                }
                loss
            },
        )
        .collect();
    losses.iter().sum()
}

fn solve_row<'a>(
    problem: &'a mut LeastSquares,
    ratings: Row<'_>,
    mean: f32,
    others: Side<'_>,
    costs: &[f32],
) -> &'a [f32] {
    problem.clear();
    let width = others.vectors.width;
    for (other, stars) in ratings.iter() {
        let row = problem.push(stars - mean - others.offsets[other as usize]);
        row[..width].copy_from_slice(others.vectors.row(other));
        row[width] = 1.0;
    }
    problem.solve(costs)
}

/// What the square of each part of the vector costs, and last that of the offset.
fn costs(ratings: Row<'_>, width: usize, penalties: Penalties) -> Vec<f32> {
    let mut costs = vec![penalties.factors.of(ratings.len()); width + 1];
    costs[width] = penalties.offset.of(ratings.len());
    costs
}

fn cost_of(offset: f32, vector: &[f32], costs: &[f32]) -> f64 {
    f64::from(costs[0] * dot(vector, vector) + costs[vector.len()] * offset * offset)
}

/// What the squares of all offsets and vectors of one side cost.
fn cost(ratings: &Rows, side: Side<'_>, penalties: Penalties) -> f64 {
    let mut sum = 0.0;
    for (ratings, (offset, vector)) in ratings.iter().zip(side.offsets.iter().zip(side.vectors.rows())) {
        if !ratings.is_empty() {
            sum += cost_of(*offset, vector, &costs(ratings, vector.len(), penalties));
        }
    }
    sum
}

impl RatingPredictor for Als {
    fn predict_for(&self, profile: Profile<'_>, item: u32) -> f32 {
        self.predictor(profile)(item)
    }

    fn predict_each(&self, profile: Profile<'_>, items: &[u32]) -> Vec<f32> {
        items.iter().copied().map(self.predictor(profile)).collect()
    }
}

impl Recommender for Als {
    fn item_count(&self) -> u32 {
        self.model.items.len() as u32 - 1
    }

    fn score(&self, profile: Profile<'_>, scores: &mut [f32]) {
        let place = self.model.fold_in(profile, vec![0.0; self.model.items.width]);
        self.model.score(&place, scores);
    }
}

impl SimilarItems for Als {
    fn similar(&self, item: u32, k: usize) -> Vec<(u32, f32)> {
        self.model.items.similar(item, k)
    }
}

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::{Mat, Par};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::checks::{at_least_one, width};
use crate::factors::Factors;
use crate::matrix::RatingMatrix;
use crate::products::{gather, gram, times};
use crate::profile::{Profile, Recommender, SimilarItems};
use crate::progress::Watch;
use crate::vectors::add_scaled;

/// Directions whose square is a smaller part than this of the largest are nothing but rounding.
const SMALLEST_SQUARE: f64 = 1e-10;

/// How the main directions of the matrix of ratings are found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PureSvdSettings {
    /// Directions kept, 50 by default.
    pub factors: usize,
    /// Directions followed besides, which makes the others exact sooner, 10 by default.
    pub oversampling: usize,
    /// How often the matrix is applied, 8 by default.
    pub iterations: usize,
    /// What a rating is taken for, 1 by default.
    pub values: Values,
    /// Of the random beginning, 42 by default.
    pub seed: u64,
}

/// What a rating is taken for where what counts is above all that there is one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Values {
    #[default]
    One,
    Stars,
}

impl Default for PureSvdSettings {
    fn default() -> Self {
        Self { factors: 50, oversampling: 10, iterations: 8, values: Values::One, seed: 42 }
    }
}

impl Values {
    pub(crate) fn of(self, stars: f32) -> f32 {
        match self {
            Self::One => 1.0,
            Self::Stars => stars,
        }
    }
}

/// Singular value decomposition of the matrix in which pairs without a rating are 0. Somebody's row is projected on the
/// main directions and back.
///
/// Memory: 4 bytes for each factor of each item, and in the training of each user too.
#[derive(Debug, Clone, PartialEq)]
pub struct PureSvd {
    /// Right singular vectors, as long as their singular values.
    pub(crate) items: Factors,
    pub(crate) singular_values: Vec<f32>,
    pub(crate) values: Values,
}

impl PureSvd {
    /// Trains on all threads. The loss is what the directions found so far leave of the matrix, squared and summed.
    ///
    /// # Errors
    /// When a setting makes no sense, there are no ratings, or the watch stops the training.
    pub fn fit(
        matrix: &RatingMatrix,
        settings: &PureSvdSettings,
        watch: &mut dyn Watch,
    ) -> Result<Self, Error> {
        width("factors", settings.factors)?;
        at_least_one("iterations", settings.iterations)?;
        let value = |stars| settings.values.of(stars);
        let total: f64 = matrix.iter().map(|(_, _, stars)| f64::from(value(stars)).powi(2)).sum();
        if total == 0.0 {
            return Err(Error::NoRatings);
        }
        let most = (matrix.user_count() as usize).min(matrix.item_count() as usize);
        let width = (settings.factors + settings.oversampling).min(most);
        let mut random = ChaCha8Rng::seed_from_u64(settings.seed);
        let mut items = Factors::random(matrix.items(), width, 1.0, &mut random);
        for iteration in 1..=settings.iterations {
            let directions = orthonormal(&items);
            let users = gather(matrix.users(), &directions, value);
            let found: f64 = users.values.iter().map(|part| f64::from(*part).powi(2)).sum();
            items = gather(matrix.items(), &users, value);
            if !watch.step(iteration, settings.iterations, Some((total - found).max(0.0))) {
                return Err(Error::Interrupted);
            }
        }
        let directions = orthonormal(&items);
        let users = gather(matrix.users(), &directions, value);
        let mut axes = axes(&users);
        axes.truncate(settings.factors);
        // Along its axis a unit vector becomes as long as the singular value, the root of the axis's square.
        let items = turned(&directions, &axes, f64::sqrt);
        let singular_values = axes.iter().map(|axis| axis.square.sqrt() as f32).collect();
        Ok(Self { items, singular_values, values: settings.values })
    }

    /// How long each direction is, the longest first.
    pub fn singular_values(&self) -> &[f32] {
        &self.singular_values
    }
}

/// A direction in which rows spread, and the sum of the squares of their parts along it.
struct Axis {
    direction: Vec<f64>,
    square: f64,
}

/// The directions in which rows spread, the widest first; none in which they do not.
fn axes(rows: &Factors) -> Vec<Axis> {
    let gram = gram(rows);
    let width = rows.width;
    let mut squares = faer::Col::zeros(width);
    let mut vectors = Mat::zeros(width, width);
    let need = self_adjoint_evd_scratch::<f64>(width, ComputeEigenvectors::Yes, Par::Seq, Default::default());
    self_adjoint_evd(
        gram.as_ref(),
        squares.as_diagonal_mut(),
        Some(vectors.as_mut()),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(need)),
        Default::default(),
    )
    .expect("the products of finite numbers have eigenvalues");
    let least = SMALLEST_SQUARE * squares[width - 1];
    let ascending = (0..width).filter(|axis| squares[*axis] > least);
    let axis = |axis: usize| Axis {
        direction: (0..width).map(|row| vectors[(row, axis)]).collect(),
        square: squares[axis],
    };
    ascending.rev().map(axis).collect()
}

/// The parts of rows along axes, each stretched by what is made of its square.
fn turned(rows: &Factors, axes: &[Axis], stretch: impl Fn(f64) -> f64) -> Factors {
    let matrix = Mat::from_fn(rows.width, axes.len(), |row, axis| {
        (axes[axis].direction[row] * stretch(axes[axis].square)) as f32
    });
    times(rows, matrix.as_ref())
}

/// The same directions with columns of length 1 at right angles to each other. Once more takes away what rounding left.
fn orthonormal(factors: &Factors) -> Factors {
    let once = turned(factors, &axes(factors), |square| square.sqrt().recip());
    turned(&once, &axes(&once), |square| square.sqrt().recip())
}

impl Recommender for PureSvd {
    fn item_count(&self) -> u32 {
        self.items.len() as u32 - 1
    }

    fn score(&self, profile: Profile<'_>, scores: &mut [f32]) {
        let mut place = vec![0.0; self.items.width];
        for (item, stars) in profile.items.iter().zip(profile.stars) {
            if let Some(vector) = self.items.get(*item) {
                add_scaled(&mut place, self.values.of(*stars), vector);
            }
        }
        // Once for the length of the profile's vectors and once for that of those it is compared with.
        for (part, singular) in place.iter_mut().zip(&self.singular_values) {
            *part /= singular * singular;
        }
        self.items.score(&place, scores);
    }
}

impl SimilarItems for PureSvd {
    fn similar(&self, item: u32, k: usize) -> Vec<(u32, f32)> {
        self.items.similar(item, k)
    }
}

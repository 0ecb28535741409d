//! Synthetic data, for benchmarks and for trying the product out. The same seed gives the same bytes: every film and
//! every user has a random stream of its own, so that neither order nor number of threads matters.

mod catalogue;
pub mod demo_users;
mod folder;
mod history;
mod popularity;
mod prose;
mod sequences;
mod words;

use filmlens_domain::MovieLensId;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

pub use catalogue::{Catalogue, CatalogueSize};
pub use folder::{write_films, write_ratings};
pub use history::{History, HistorySize, TooManyRatings};
pub use sequences::{SequencesSize, sequences};

/// A rating as MovieLens writes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedRating {
    pub user: u32,
    pub film: MovieLensId,
    pub stars: HalfStars,
    /// Seconds since 1970.
    pub timestamp: i64,
}

/// A rating of half a star to five stars, counted in halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HalfStars(u8);

impl HalfStars {
    /// The nearest that there is.
    fn nearest(stars: f64) -> Self {
        Self((stars * 2.0).round().clamp(1.0, 10.0) as u8)
    }

    pub fn stars(self) -> f32 {
        f32::from(self.0) / 2.0
    }
}

/// What a random stream is for. Streams of different purposes share nothing.
#[derive(Clone, Copy)]
enum Purpose {
    Films = 1,
    Popularity,
    Activity,
    Users,
    DemoUsers,
    Sequences,
}

fn stream(seed: u64, purpose: Purpose, number: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(31).wrapping_add(purpose as u64));
    rng.set_stream(number);
    rng
}

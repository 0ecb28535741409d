use filmlens_collaborative::{Profile, RatingMatrix};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

pub type Rating = (u32, u32, f32);

/// Ratings of 60 users and 40 items of two tastes and two kinds: who likes one kind dislikes the other. A part is held
/// back to be predicted. User 60 and item 41 have no rating.
pub fn tastes() -> (RatingMatrix, Vec<Rating>) {
    let random = &mut ChaCha8Rng::seed_from_u64(5);
    let (mut known, mut held_back) = (Vec::new(), Vec::new());
    for user in 0..60 {
        for item in 1..=40 {
            let likes = user % 2 == item % 2;
            let stars = if likes { 4.5 } else { 1.5 } + random.random_range(-0.3..0.3);
            match random.random_range(0..10) {
                0 => held_back.push((user, item, stars)),
                1..6 => known.push((user, item, stars)),
                _ => {}
            }
        }
    }
    (RatingMatrix::new(61, 41, known.into_iter()), held_back)
}

/// Who chose what: mostly items of one's own kind. User 40 and item 31 are in no pair.
pub fn choices() -> RatingMatrix {
    let random = &mut ChaCha8Rng::seed_from_u64(6);
    let mut pairs = Vec::new();
    for user in 0..40 {
        for item in 1..=30 {
            let chance = if user % 3 == item % 3 { 0.6 } else { 0.05 };
            if random.random_bool(chance) {
                pairs.push((user, item, 4.0));
            }
        }
    }
    RatingMatrix::new(41, 31, pairs.into_iter())
}

pub fn root_mean_square(ratings: &[Rating], predict: impl Fn(u32, u32) -> f32) -> f64 {
    let squares: f64 =
        ratings.iter().map(|(user, item, stars)| f64::from(predict(*user, *item) - stars).powi(2)).sum();
    (squares / ratings.len() as f64).sqrt()
}

pub fn profile(matrix: &RatingMatrix, user: u32) -> Profile<'_> {
    let row = matrix.users().row(user);
    Profile { items: row.indices, stars: row.values }
}

pub fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

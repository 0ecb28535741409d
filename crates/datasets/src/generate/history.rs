use rand::{Rng, RngExt as _};
use rand_distr::{Distribution as _, Exp1, StandardNormal};

use super::words::GENRES;
use super::{Catalogue, HalfStars, Purpose, TimedRating, stream};

#[derive(Debug, Clone, Copy)]
pub struct HistorySize {
    pub users: u32,
    pub ratings: u64,
}

impl HistorySize {
    pub const MOVIELENS_32M: Self = Self { users: 200_948, ratings: 32_000_204 };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{users} users can rate each of {films} films once, which gives fewer than {ratings} ratings")]
pub struct TooManyRatings {
    pub users: u32,
    pub films: usize,
    pub ratings: u64,
}

/// Who rated what when: few films have most of the ratings, few users gave most of them, and everybody prefers some
/// genres. Holds a few bytes for each film and user; the ratings are made user by user.
pub struct History {
    seed: u64,
    counts: Vec<u32>,
    by_popularity: Vec<u32>,
    genres: Vec<u32>,
    quality: Vec<f32>,
}

const FEWEST_RATINGS: u64 = 20;
/// Of the logarithm of a user's activity: MovieLens's mean is twice its median.
const ACTIVITY_SPREAD: f64 = 1.25;
const FIRST_DAY: i64 = 820_454_400;
const LAST_DAY: i64 = 1_696_118_400;
const DAY: f64 = 86_400.0;

impl History {
    pub fn new(catalogue: &Catalogue, size: HistorySize, seed: u64) -> Result<Self, TooManyRatings> {
        let counts = activity(size, catalogue.len(), seed)?;
        let facts: Vec<_> = (0..catalogue.len()).map(|index| catalogue.facts(index)).collect();
        Ok(Self {
            seed,
            counts,
            by_popularity: catalogue.by_popularity(),
            genres: facts.iter().map(|facts| facts.genres).collect(),
            quality: facts.iter().map(|facts| facts.quality as f32).collect(),
        })
    }

    /// Every rating, user after user, each user's in the order of time.
    pub fn ratings<'a>(&'a self, catalogue: &'a Catalogue) -> impl Iterator<Item = TimedRating> + 'a {
        let mut chosen_by = vec![0; self.genres.len()];
        (1..=self.counts.len() as u32).flat_map(move |user| self.of_user(catalogue, user, &mut chosen_by))
    }

    /// `chosen_by` says who last chose each film; nobody is 0.
    fn of_user(&self, catalogue: &Catalogue, user: u32, chosen_by: &mut [u32]) -> Vec<TimedRating> {
        let rng = &mut stream(self.seed, Purpose::Users, user.into());
        let liked = (0..3).fold(0_u32, |liked, _| liked | 1 << rng.random_range(0..GENRES.len()));
        let mildness = 0.3 * normal(rng);
        let count = self.counts[user as usize - 1] as usize;
        let films = self.choose(catalogue, count, liked, rng, |film| {
            std::mem::replace(&mut chosen_by[film], user) != user
        });

        let mut timestamp = rng.random_range(FIRST_DAY..LAST_DAY);
        let rate = |film: usize| {
            // People rate a row of films at one sitting, and come back days or weeks later.
            let pause: f64 = Exp1.sample(rng);
            timestamp +=
                if rng.random_ratio(1, 15) { (pause * 20.0 * DAY) as i64 } else { 5 + (pause * 40.0) as i64 };
            let taste = if self.genres[film] & liked == 0 { -0.25 } else { 0.35 };
            let quality = 0.5 * (f64::from(self.quality[film]) - 6.3);
            let stars = 3.4 + mildness + taste + quality + 0.7 * normal(rng);
            TimedRating {
                user,
                film: Catalogue::movielens_id(film),
                stars: HalfStars::nearest(stars),
                timestamp,
            }
        };
        films.into_iter().map(rate).collect()
    }

    /// Different films, by popularity and taste. `is_new` takes note of a film and says whether it is the first time.
    fn choose(
        &self,
        catalogue: &Catalogue,
        count: usize,
        liked: u32,
        rng: &mut impl Rng,
        mut is_new: impl FnMut(usize) -> bool,
    ) -> Vec<usize> {
        let popularity = catalogue.popularity();
        let pull = |film: usize| if self.genres[film] & liked == 0 { 0.4 } else { 1.0 };
        if count > self.genres.len() / 8 {
            // Drawing again and again until a film is new would take for ever here. The smallest of exponential
            // times, each divided by its weight, are such a draw too.
            let mut times: Vec<(f64, usize)> = (0..self.by_popularity.len())
                .map(|rank| {
                    let film = self.by_popularity[rank] as usize;
                    let time: f64 = Exp1.sample(rng);
                    (time / (popularity.share(rank) * pull(film)), film)
                })
                .collect();
            times.sort_by(|(time, _), (other, _)| time.total_cmp(other));
            return times.into_iter().take(count).map(|(_, film)| film).collect();
        }
        let mut films = Vec::with_capacity(count);
        while films.len() < count {
            let film = self.by_popularity[popularity.draw(rng)] as usize;
            if rng.random_bool(pull(film)) && is_new(film) {
                films.push(film);
            }
        }
        films
    }
}

/// How many ratings each user gave: log-normal above a minimum, and exactly as many in all as were asked for.
fn activity(size: HistorySize, films: usize, seed: u64) -> Result<Vec<u32>, TooManyRatings> {
    let users = u64::from(size.users);
    if size.ratings > users * films as u64 {
        return Err(TooManyRatings { users: size.users, films, ratings: size.ratings });
    }
    let least = FEWEST_RATINGS.min(size.ratings / users.max(1));
    let spare = (size.ratings - least * users) as f64;
    let rng = &mut stream(seed, Purpose::Activity, 0);
    let weights: Vec<f64> = (0..users).map(|_| (ACTIVITY_SPREAD * normal(rng)).exp()).collect();
    let sum: f64 = weights.iter().sum();
    let most = films as u64;
    let mut counts: Vec<u64> =
        weights.iter().map(|weight| (least + (spare * weight / sum) as u64).min(most)).collect();

    let mut missing = size.ratings - counts.iter().sum::<u64>();
    while missing > 0 {
        for count in counts.iter_mut().filter(|count| **count < most) {
            if missing == 0 {
                break;
            }
            *count += 1;
            missing -= 1;
        }
    }
    Ok(counts.into_iter().map(|count| count as u32).collect())
}

fn normal(rng: &mut impl Rng) -> f64 {
    StandardNormal.sample(rng)
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;
    use crate::generate::CatalogueSize;

    fn history(films: usize, users: u32, ratings: u64) -> (Vec<TimedRating>, Catalogue) {
        let catalogue = Catalogue::new(CatalogueSize { films, votes: ratings }, 3);
        let history = History::new(&catalogue, HistorySize { users, ratings }, 3).unwrap();
        (history.ratings(&catalogue).collect(), catalogue)
    }

    #[test]
    fn there_are_exactly_as_many_ratings_and_users_as_asked_for() {
        for (films, users, ratings) in [(500, 100, 8_000), (10, 7, 70), (10, 7, 3), (10, 0, 0)] {
            let (found, _) = history(films, users, ratings);
            assert_eq!(found.len() as u64, ratings);
            let pairs: HashSet<_> = found.iter().map(|rating| (rating.user, rating.film)).collect();
            assert_eq!(pairs.len(), found.len(), "nobody rates a film twice");
            let raters: HashSet<u32> = found.iter().map(|rating| rating.user).collect();
            assert!(ratings < users.into() || raters.len() == users as usize);
        }
        let catalogue = Catalogue::new(CatalogueSize { films: 10, votes: 1 }, 3);
        assert!(History::new(&catalogue, HistorySize { users: 2, ratings: 21 }, 3).is_err());
    }

    #[test]
    fn time_goes_forward_and_stars_are_halves() {
        let (ratings, _) = history(500, 100, 8_000);
        for pair in ratings.windows(2).filter(|pair| pair[0].user == pair[1].user) {
            assert!(pair[0].timestamp < pair[1].timestamp);
        }
        for rating in &ratings {
            assert!((0.5..=5.0).contains(&rating.stars.stars()));
        }
    }

    #[test]
    fn few_films_have_most_ratings_and_few_users_gave_them() {
        let (ratings, _) = history(5_000, 1_000, 100_000);
        let share_of_top_tenth = |counts: HashMap<i64, usize>, all: usize| {
            let mut counts: Vec<usize> = counts.into_values().collect();
            counts.sort_unstable_by(|a, b| b.cmp(a));
            counts.iter().take(all / 10).sum::<usize>() as f64 / ratings.len() as f64
        };
        let mut by_film = HashMap::new();
        let mut by_user = HashMap::new();
        for rating in &ratings {
            *by_film.entry(i64::from(rating.film.get())).or_default() += 1;
            *by_user.entry(i64::from(rating.user)).or_default() += 1;
        }
        assert!(share_of_top_tenth(by_film, 5_000) > 0.4);
        assert!(share_of_top_tenth(by_user, 1_000) > 0.3);
    }

    #[test]
    fn a_users_ratings_depend_on_nobody_else() {
        let (ratings, catalogue) = history(500, 100, 8_000);
        let history = History::new(&catalogue, HistorySize { users: 100, ratings: 8_000 }, 3).unwrap();
        let alone = history.of_user(&catalogue, 42, &mut vec![0; 500]);
        let among_others: Vec<_> = ratings.into_iter().filter(|rating| rating.user == 42).collect();
        assert_eq!(alone, among_others);
    }
}

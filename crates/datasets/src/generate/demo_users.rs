//! Users with tastes for the films of the demo catalogue. Each likes two or three genres, a director and a decade, and
//! watches in sittings in which one film leads to the next: a model that reads the order of ratings finds more here
//! than one that does not.

use filmlens_domain::{Film, MovieLensId};
use rand::{Rng, RngExt as _};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, Exp1, StandardNormal};

use super::{HalfStars, Purpose, TimedRating, stream};

const FEWEST_RATINGS: usize = 15;
/// 2016 to 2023.
const FIRST_DAY: i64 = 1_451_606_400;
const LAST_DAY: i64 = 1_672_531_200;
const DAY: f64 = 86_400.0;

pub struct DemoUsers<'a> {
    films: Vec<Known<'a>>,
    seed: u64,
}

/// A film that users can rate, with what they go by.
struct Known<'a> {
    id: MovieLensId,
    film: &'a Film,
    decade: Option<i16>,
    quality: f64,
}

/// What a user goes by. The names are those of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Taste<'a> {
    pub genres: Vec<&'a str>,
    pub disliked_genre: Option<&'a str>,
    pub director: Option<&'a str>,
    pub decade: Option<i16>,
}

impl<'a> DemoUsers<'a> {
    /// Films without a MovieLens id are passed over, for ratings name films by it.
    pub fn new(films: impl IntoIterator<Item = &'a Film>, seed: u64) -> Self {
        let known = films.into_iter().filter_map(|film| {
            let id = film.ids.movielens()?;
            let decade = film.year.map(|year| year.get() / 10 * 10);
            let quality = film.rating.map_or(7.0, |rating| rating.get().into());
            Some(Known { id, film, decade, quality })
        });
        Self { films: known.collect(), seed }
    }

    /// The ratings of the users from 1 to `users`, user after user, each user's in the order of time.
    pub fn ratings(&self, users: u32) -> impl Iterator<Item = TimedRating> + '_ {
        (1..=users).flat_map(|user| self.of_user(user))
    }

    pub fn taste(&self, user: u32) -> Option<Taste<'a>> {
        self.draw_taste(&mut self.stream(user))
    }

    pub fn of_user(&self, user: u32) -> Vec<TimedRating> {
        let rng = &mut self.stream(user);
        let Some(taste) = self.draw_taste(rng) else { return Vec::new() };
        let liking: Vec<f64> = self.films.iter().map(|film| taste.liking(film)).collect();
        let mildness = 0.3 * normal(rng);
        let activity = 25.0 * (0.7 * normal(rng)).exp();
        let count = (FEWEST_RATINGS + activity as usize).min(self.films.len() / 2 + 1);

        let mut unseen: Vec<usize> = (0..self.films.len()).collect();
        let mut timestamp = rng.random_range(FIRST_DAY..LAST_DAY);
        let mut previous = None;
        let mut ratings = Vec::with_capacity(count);
        while ratings.len() < count {
            let pause: f64 = Exp1.sample(rng);
            let sitting_ends = rng.random_ratio(1, 6);
            if sitting_ends {
                previous = None;
            }
            timestamp +=
                if sitting_ends { (DAY * (1.0 + 9.0 * pause)) as i64 } else { 20 + (90.0 * pause) as i64 };
            let film = self.next_film(&mut unseen, &liking, previous, rng);
            previous = Some(film);
            let known = &self.films[film];
            let stars =
                3.1 + mildness + 0.55 * (known.quality - 7.5) + 0.75 * liking[film] + 0.45 * normal(rng);
            ratings.push(TimedRating { user, film: known.id, stars: HalfStars::nearest(stars), timestamp });
        }
        ratings
    }

    /// Takes one of the unseen films: a good one, that suits the user, and often one like the film before it.
    fn next_film(
        &self,
        unseen: &mut Vec<usize>,
        liking: &[f64],
        previous: Option<usize>,
        rng: &mut impl Rng,
    ) -> usize {
        let weight = |film: usize| {
            let leads_on = previous.is_some_and(|previous| self.films[previous].is_like(&self.films[film]));
            let base = (0.8 * (self.films[film].quality - 7.5) + 0.9 * liking[film]).exp();
            if leads_on { 12.0 * base } else { base }
        };
        let weights: Vec<f64> = unseen.iter().map(|film| weight(*film)).collect();
        let mut rest = rng.random::<f64>() * weights.iter().sum::<f64>();
        let mut passed = |weight: &f64| {
            rest -= weight;
            rest >= 0.0
        };
        let chosen = weights.iter().take_while(|weight| passed(weight)).count();
        unseen.swap_remove(chosen.min(unseen.len() - 1))
    }

    fn draw_taste(&self, rng: &mut impl Rng) -> Option<Taste<'a>> {
        if self.films.is_empty() {
            return None;
        }
        // Taken from films at random, so that what is frequent in the catalogue is liked by many.
        let mut genres: Vec<&str> = Vec::new();
        let wanted = rng.random_range(2..=3);
        for _ in 0..20 {
            if let Some(genre) = pick(&self.any(rng).genres, rng)
                && genres.len() < wanted
                && !genres.contains(&genre)
            {
                genres.push(genre);
            }
        }
        let disliked = pick(&self.any(rng).genres, rng).filter(|genre| !genres.contains(genre));
        let director = pick(&self.any(rng).directors, rng);
        let decade = self.films[rng.random_range(0..self.films.len())].decade;
        Some(Taste { genres, disliked_genre: disliked, director, decade })
    }

    fn any(&self, rng: &mut impl Rng) -> &'a Film {
        self.films[rng.random_range(0..self.films.len())].film
    }

    fn stream(&self, user: u32) -> ChaCha8Rng {
        stream(self.seed, Purpose::DemoUsers, user.into())
    }
}

impl Taste<'_> {
    fn liking(&self, known: &Known<'_>) -> f64 {
        let has = |wanted: &str| known.film.genres.iter().any(|genre| genre.as_str() == wanted);
        let mut liking = match self.genres.iter().filter(|genre| has(genre)).count() {
            0 => -0.6,
            1 => 0.6,
            _ => 0.9,
        };
        if self.disliked_genre.is_some_and(has) {
            liking -= 0.9;
        }
        if known.film.directors.iter().any(|director| Some(director.as_str()) == self.director) {
            liking += 0.8;
        }
        if self.decade.is_some() && known.decade == self.decade {
            liking += 0.3;
        }
        liking
    }
}

impl Known<'_> {
    /// The same director, or two genres in common and not more than a decade between them.
    fn is_like(&self, other: &Known<'_>) -> bool {
        if self.film.directors.iter().any(|director| other.film.directors.contains(director)) {
            return true;
        }
        let common = self.film.genres.iter().filter(|genre| other.film.genres.contains(genre)).count();
        let years_apart = match (self.film.year, other.film.year) {
            (Some(year), Some(other)) => year.get().abs_diff(other.get()),
            _ => u16::MAX,
        };
        common >= 2 && years_apart <= 10
    }
}

fn pick<'a, const MAX: usize>(from: &'a [filmlens_domain::Text<MAX>], rng: &mut impl Rng) -> Option<&'a str> {
    if from.is_empty() { None } else { Some(from[rng.random_range(0..from.len())].as_str()) }
}

fn normal(rng: &mut impl Rng) -> f64 {
    StandardNormal.sample(rng)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::demo;

    fn mean(stars: impl Iterator<Item = f32>) -> f32 {
        let (sum, count) = stars.fold((0.0, 0.0), |(sum, count), stars| (sum + stars, count + 1.0));
        sum / count
    }

    #[test]
    fn users_rate_what_they_like_higher_and_more_often() {
        let films = demo::films().unwrap();
        let users = DemoUsers::new(films.iter().map(|demo| &demo.film), 1);
        let by_id: HashMap<_, _> =
            films.iter().map(|demo| (demo.film.ids.movielens().unwrap(), &demo.film)).collect();
        let is_liked = |rating: &TimedRating| {
            let taste = users.taste(rating.user).unwrap();
            by_id[&rating.film].genres.iter().any(|genre| taste.genres.contains(&genre.as_str()))
        };
        let (liked, other): (Vec<_>, Vec<_>) = users.ratings(300).partition(is_liked);
        let gap = mean(liked.iter().map(|rating| rating.stars.stars()))
            - mean(other.iter().map(|rating| rating.stars.stars()));
        assert!(gap > 0.6, "liked genres are {gap} stars ahead");
        assert!(liked.len() > other.len());
    }

    #[test]
    fn one_film_leads_to_the_next() {
        let films = demo::films().unwrap();
        let users = DemoUsers::new(films.iter().map(|demo| &demo.film), 1);
        let known: HashMap<_, _> = users.films.iter().map(|known| (known.id, known)).collect();
        let share_alike = |distance: usize| {
            let mut pairs = 0.0;
            let mut alike = 0.0;
            for user in 1..=200 {
                let ratings = users.of_user(user);
                for pair in ratings.windows(distance + 1) {
                    pairs += 1.0;
                    alike += f64::from(u8::from(known[&pair[0].film].is_like(known[&pair[distance].film])));
                }
            }
            alike / pairs
        };
        let (next, later) = (share_alike(1), share_alike(10));
        assert!(next > 1.5 * later, "{next:.3} of neighbours are alike, {later:.3} of films ten apart");
    }

    #[test]
    fn the_same_seed_gives_the_same_ratings_on_any_number_of_threads() {
        let films = demo::films().unwrap();
        let users = DemoUsers::new(films.iter().map(|demo| &demo.film), 5);
        let at_once: Vec<TimedRating> = users.ratings(40).collect();
        let by_threads: Vec<TimedRating> = std::thread::scope(|scope| {
            let halves = [1..=20_u32, 21..=40]
                .map(|half| scope.spawn(|| half.flat_map(|user| users.of_user(user)).collect::<Vec<_>>()));
            halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
        });
        assert_eq!(at_once, by_threads);
        let other_seed = DemoUsers::new(films.iter().map(|demo| &demo.film), 6);
        assert_ne!(at_once, other_seed.ratings(40).collect::<Vec<_>>());
    }

    #[test]
    fn ratings_are_in_order_and_nobody_rates_twice() {
        let films = demo::films().unwrap();
        let users = DemoUsers::new(films.iter().map(|demo| &demo.film), 1);
        for user in 1..=50 {
            let ratings = users.of_user(user);
            assert!(ratings.len() >= FEWEST_RATINGS);
            assert!(ratings.windows(2).all(|pair| pair[0].timestamp < pair[1].timestamp));
            let films: std::collections::HashSet<_> = ratings.iter().map(|rating| rating.film).collect();
            assert_eq!(films.len(), ratings.len());
        }
        assert_eq!(DemoUsers::new([], 1).ratings(3).count(), 0);
    }
}

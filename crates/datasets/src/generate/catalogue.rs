use filmlens_domain::{
    Certificate, Description, Film, FilmIds, ImdbId, Keyword, MovieLensId, Name, Rating, Runtime, Text,
    Title, TmdbId, Year,
};
use rand::seq::SliceRandom as _;
use rand::{Rng, RngExt as _};
use rand_distr::{Distribution as _, StandardNormal};

use super::popularity::Popularity;
use super::prose::Prose;
use super::words::{CERTIFICATES, GENRES};
use super::{Purpose, stream};

/// Numbers that no real film has, so that a synthetic catalogue can stand beside a real one.
const FIRST_IMDB: u64 = 90_000_001;
const FIRST_TMDB: u64 = 90_000_001;
const FIRST_MOVIELENS: i64 = 2_000_001;

/// How flat popularity is at its top: the best-known film of MovieLens 32M has one rating in 320.
const FLATNESS: f64 = 50.0;

#[derive(Debug, Clone, Copy)]
pub struct CatalogueSize {
    pub films: usize,
    /// Votes of all films together.
    pub votes: u64,
}

impl CatalogueSize {
    pub const MOVIELENS_32M: Self = Self { films: 87_585, votes: 32_000_204 };
}

/// A catalogue of invented films. It holds a few bytes for each; the films are made as they are asked for.
pub struct Catalogue {
    seed: u64,
    size: CatalogueSize,
    /// Each film's rank among all by popularity, from 0 on.
    ranks: Vec<u32>,
    popularity: Popularity,
    prose: Prose,
    genre_popularity: Popularity,
}

/// What of a film its ratings depend on.
pub(super) struct Facts {
    /// One bit for each of [`GENRES`].
    pub(super) genres: u32,
    /// How good people find it, about 3 and 9 at the ends.
    pub(super) quality: f64,
    year: i64,
}

impl Catalogue {
    pub fn new(size: CatalogueSize, seed: u64) -> Self {
        let mut ranks: Vec<u32> = (0..size.films as u32).collect();
        ranks.shuffle(&mut stream(seed, Purpose::Popularity, 0));
        Self {
            seed,
            size,
            ranks,
            popularity: Popularity::new(size.films, FLATNESS),
            prose: Prose::new(),
            genre_popularity: Popularity::new(GENRES.len(), 1.0),
        }
    }

    pub fn len(&self) -> usize {
        self.size.films
    }

    pub fn is_empty(&self) -> bool {
        self.size.films == 0
    }

    pub fn films(&self) -> impl Iterator<Item = Film> + '_ {
        (0..self.size.films).map(|index| self.film(index))
    }

    pub fn film(&self, index: usize) -> Film {
        let rng = &mut stream(self.seed, Purpose::Films, index as u64);
        let facts = self.draw_facts(rng);
        let votes = self.popularity.share(self.ranks[index] as usize) * self.size.votes as f64;
        let genres = (0..GENRES.len()).filter(|bit| facts.genres >> bit & 1 == 1);
        let director_count = if rng.random_ratio(1, 12) { 2 } else { 1 };
        let star_count = rng.random_range(2..=5);
        let keyword_count = rng.random_range(3..=9);
        let words = rng.random_range(25..=70);
        let minutes = 100.0 + 18.0 * normal(rng);
        Film {
            year: Some(valid(Year::new(facts.year))),
            runtime: Some(valid(Runtime::from_minutes((minutes as i64).clamp(45, 240)))),
            genres: genres.map(|bit| valid(Text::parse(GENRES[bit]))).collect(),
            directors: self.names(rng, director_count),
            stars: self.names(rng, star_count),
            rating: Some(valid(Rating::new((facts.quality * 10.0).round() / 10.0))),
            votes: Some(valid(Film::parse_votes(votes.round() as i64))),
            certificate: Some(valid(Certificate::parse(
                CERTIFICATES[rng.random_range(0..CERTIFICATES.len())],
            ))),
            keywords: unique(keyword_count, || valid(Keyword::parse(self.prose.keyword(rng)))),
            description: Some(valid(Description::parse(self.prose.description(rng, words)))),
            ..Film::new(ids(index), valid(Title::parse(self.prose.title(rng))))
        }
    }

    pub(super) fn facts(&self, index: usize) -> Facts {
        self.draw_facts(&mut stream(self.seed, Purpose::Films, index as u64))
    }

    pub(super) fn popularity(&self) -> &Popularity {
        &self.popularity
    }

    /// The films, the best known first.
    pub(super) fn by_popularity(&self) -> Vec<u32> {
        let mut order = vec![0; self.ranks.len()];
        for (index, rank) in (0_u32..).zip(&self.ranks) {
            order[*rank as usize] = index;
        }
        order
    }

    pub(super) fn movielens_id(index: usize) -> MovieLensId {
        valid(MovieLensId::new(FIRST_MOVIELENS + index as i64))
    }

    /// The first draws from a film's stream, so that they can be had without the rest.
    fn draw_facts(&self, rng: &mut impl Rng) -> Facts {
        let wanted = rng.random_range(1..=3);
        let mut genres = 0_u32;
        for _ in 0..wanted {
            genres |= 1 << self.genre_popularity.draw(rng);
        }
        // More films are made each year, a third of all since 2010.
        let age = 110.0 * rng.random::<f64>() * rng.random::<f64>();
        let quality = (6.3 + 1.1 * normal(rng)).clamp(1.5, 9.3);
        Facts { genres, quality, year: 2023 - age as i64 }
    }

    fn names(&self, rng: &mut impl Rng, count: usize) -> Vec<Name> {
        unique(count, || valid(Name::parse(self.prose.name(rng))))
    }
}

fn ids(index: usize) -> FilmIds {
    let number = index as u64;
    let imdb = valid(ImdbId::parse(&(FIRST_IMDB + number).to_string()));
    // A real links.csv has a gap here and there.
    let tmdb = (number % 50 != 49).then(|| valid(TmdbId::parse(&(FIRST_TMDB + number).to_string())));
    valid(FilmIds::new(Some(imdb), tmdb, Some(Catalogue::movielens_id(index))))
}

fn unique<T: PartialEq>(count: usize, mut make: impl FnMut() -> T) -> Vec<T> {
    let mut values = Vec::with_capacity(count);
    for _ in 0..count {
        let value = make();
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

fn normal(rng: &mut impl Rng) -> f64 {
    StandardNormal.sample(rng)
}

fn valid<T>(value: Result<T, filmlens_domain::Invalid>) -> T {
    value.expect("generated values lie within the limits")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn films_look_like_films() {
        let size = CatalogueSize { films: 2000, votes: 100_000 };
        let catalogue = Catalogue::new(size, 7);
        let films: Vec<Film> = catalogue.films().collect();
        assert_eq!(films.len(), catalogue.len());
        for film in &films {
            let words = film.description.as_ref().unwrap().as_str().split_whitespace().count();
            assert!((25..=70).contains(&words), "{words} words");
            assert!(!film.genres.is_empty() && !film.directors.is_empty() && film.stars.len() >= 2);
        }
        let ids: HashSet<_> = films.iter().map(|film| film.ids.clone()).collect();
        assert_eq!(ids.len(), films.len());
        let votes: i64 = films.iter().map(|film| i64::from(film.votes.unwrap())).sum();
        assert!((95_000..105_000).contains(&votes), "{votes} votes");
        let words: HashSet<&str> = films
            .iter()
            .flat_map(|film| film.description.as_ref().unwrap().as_str().split_whitespace())
            .collect();
        assert!(words.len() > 3000, "{} different words", words.len());
    }

    #[test]
    fn a_film_depends_on_seed_and_number_alone() {
        let size = CatalogueSize { films: 50, votes: 1000 };
        let films: Vec<Film> = Catalogue::new(size, 7).films().collect();
        assert_eq!(Catalogue::new(size, 7).film(31), films[31]);
        assert_ne!(Catalogue::new(size, 8).film(31), films[31]);
        assert_eq!(Catalogue::new(size, 7).facts(31).year, i64::from(films[31].year.unwrap().get()));
    }
}

use filmlens_collaborative::RatingMatrix;
use filmlens_datasets::generate::{Catalogue, CatalogueSize, History, HistorySize};

use crate::rankers::RankingData;

/// Generated ratings.
pub(super) struct Made {
    pub(super) matrix: RatingMatrix,
    times: Vec<(u32, i64)>,
}

impl Made {
    pub(super) fn new(ratings: u64, seed: u64) -> anyhow::Result<Self> {
        let (users, films) = size(ratings);
        let catalogue = Catalogue::new(CatalogueSize { films, votes: ratings }, seed);
        let history = History::new(&catalogue, HistorySize { users, ratings }, seed)?;
        let mut triplets = Vec::with_capacity(ratings as usize);
        let mut times = Vec::with_capacity(ratings as usize);
        for rating in history.ratings(&catalogue) {
            let film = rating.film.get() as u32;
            triplets.push((rating.user - 1, film, rating.stars.stars()));
            times.push((film, rating.timestamp));
        }
        // The ids of generated films follow each other.
        let first = times.iter().map(|(film, _)| *film).min().unwrap_or(1);
        triplets.iter_mut().for_each(|(_, film, _)| *film -= first - 1);
        times.iter_mut().for_each(|(film, _)| *film -= first - 1);
        let matrix = RatingMatrix::new(users, films as u32, triplets.iter().copied());
        Ok(Self { matrix, times })
    }

    pub(super) fn ranking(&self) -> RankingData<'_> {
        RankingData { matrix: &self.matrix, times: Some(&self.times), has_stars: true }
    }
}

/// The users and films of as many ratings: as in MovieLens, a user has 150 ratings in the mean, and the films grow more
/// slowly than the ratings, from 10 thousand for 100 thousand to 62 thousand for 25 million.
fn size(ratings: u64) -> (u32, usize) {
    let users = (ratings / 150).max(20);
    let films = 10_000.0 * (ratings as f64 / 1e5).powf(0.33);
    (users as u32, films.round() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratings_are_as_many_as_asked_for() {
        let made = Made::new(20_000, 1).unwrap();
        assert_eq!(made.matrix.len(), 20_000);
        assert_eq!(made.times.len(), 20_000);
    }

    #[test]
    fn films_grow_as_those_of_movielens() {
        assert_eq!(size(100_000).1, 10_000);
        assert!((60_000..65_000).contains(&size(25_000_000).1));
    }
}

use std::fmt::Write as _;

use filmlens_datasets::ratings::{RatingsData, folds, held_out_share};

/// Which part each rating is in. Parts are numbered from 0, and one after the other is predicted; what is in none of
/// them trains always.
pub(crate) struct Dealing {
    parts: Vec<Option<u8>>,
    pub(crate) count: u8,
}

impl Dealing {
    pub(crate) fn folds(ratings: usize, count: u8, seed: u64) -> Self {
        Self { parts: folds(ratings, count, seed).into_iter().map(Some).collect(), count }
    }

    /// One part with this share of the ratings.
    pub(crate) fn share(ratings: usize, share: f64, seed: u64) -> Self {
        let is_held_out = held_out_share(ratings, share, seed);
        Self {
            parts: is_held_out.into_iter().map(|is_held_out| is_held_out.then_some(0)).collect(),
            count: 1,
        }
    }

    pub(crate) fn check(&self) -> anyhow::Result<()> {
        for part in 0..self.count {
            let held_out = self.parts.iter().filter(|found| **found == Some(part)).count();
            if held_out == 0 || held_out == self.parts.len() {
                anyhow::bail!("{} ratings are too few to be split like this", self.parts.len());
            }
        }
        Ok(())
    }

    pub(crate) fn is_held_out(&self, place: usize, part: u8) -> bool {
        self.parts[place] == Some(part)
    }

    /// A line for each rating in the order of its file, parts numbered from 1; 0 for what is in none.
    pub(crate) fn to_csv(&self, data: &RatingsData) -> String {
        let mut csv = "userId,movieId,fold\n".to_owned();
        for (rating, part) in data.ratings.iter().zip(&self.parts) {
            let user = data.user_ids[rating.user as usize];
            let film = data.vocabulary.find_id(rating.item).unwrap_or_default();
            let part = part.map_or(0, |part| part + 1);
            writeln!(csv, "{user},{film},{part}").expect("a String takes everything");
        }
        csv
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rating_is_predicted_once_by_folds() {
        let dealing = Dealing::folds(103, 5, 42);
        for place in 0..103 {
            assert_eq!((0..5).filter(|part| dealing.is_held_out(place, *part)).count(), 1);
        }
        dealing.check().unwrap();
    }

    #[test]
    fn too_few_ratings_are_refused() {
        assert!(Dealing::folds(3, 5, 42).check().is_err());
        assert!(Dealing::share(2, 0.1, 42).check().is_err());
        Dealing::share(10, 0.2, 42).check().unwrap();
    }
}

use std::path::Path;

use anyhow::Context;
use filmlens_collaborative::RatingMatrix;
use filmlens_datasets::movielens::ratings_file;
use filmlens_datasets::ratings::RatingsData;
use filmlens_datasets::sequences::{Case, SequenceData, Split};
use filmlens_evaluation::ranking::Settings;
use filmlens_program::Interrupt;
use filmlens_program::ranking::Examination;

use crate::examiner::Examiner;
use crate::rankers::RankingData;

/// What everybody watched, numbered as for sequence models, so that both can be asked the same.
pub(crate) struct Histories {
    pub(crate) data: SequenceData,
    pub(crate) split: Split,
    /// Of the films of each history, where the histories are those of ratings.
    pub(crate) stars: Option<Vec<Vec<f32>>>,
    /// Of what trains, where the folder has times.
    pub(crate) times: Option<Vec<(u32, i64)>>,
    /// What trains, with one star each where there are none.
    pub(crate) matrix: RatingMatrix,
}

impl Histories {
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let cannot = || format!("the histories in {} cannot be used", folder.display());
        let data = SequenceData::read(folder).with_context(cannot)?;
        let split = data.leave_one_out()?;
        let mut stars = None;
        if is_of_ratings(&data, folder) {
            let found = stars_of(&data, &RatingsData::read(folder).with_context(cannot)?);
            let found = found.context("the ratings changed while they were read; try again");
            stars = Some(found.with_context(cannot)?);
        }
        let matrix = matrix(&data, &split, stars.as_deref());
        let times = data.interactions.has_times().then(|| times(&data, &split));
        Ok(Self { data, split, stars, times, matrix })
    }

    pub(crate) fn has_stars(&self) -> bool {
        self.stars.is_some()
    }

    pub(crate) fn ranking(&self) -> RankingData<'_> {
        RankingData { matrix: &self.matrix, times: self.times.as_deref(), has_stars: self.has_stars() }
    }

    pub(crate) fn examiner<'a>(
        &'a self,
        cases: &'a [Case],
        interrupt: &'a Interrupt,
    ) -> anyhow::Result<Examiner<'a>> {
        let examination = Examination::new(&self.data, &self.split, cases, Settings::classic())?;
        Ok(Examiner { examination, stars: self.stars.as_deref(), interrupt })
    }
}

/// Whether the histories were read from ratings: a folder may hold others beside them, which come first.
fn is_of_ratings(data: &SequenceData, folder: &Path) -> bool {
    ratings_file(folder).is_some_and(|path| data.files.iter().any(|file| path.ends_with(&file.name)))
}

/// `None` when somebody or something in the histories has no rating.
fn stars_of(data: &SequenceData, rated: &RatingsData) -> Option<Vec<Vec<f32>>> {
    let ratings = &rated.ratings;
    let pair = |place: &u32| {
        let rating = ratings.get(*place as usize);
        (rating.user, rating.item)
    };
    let mut places: Vec<u32> = (0..ratings.len() as u32).collect();
    places.sort_unstable_by_key(pair);
    let interactions = &data.interactions;
    let of_user = |user: usize| -> Option<Vec<f32>> {
        let number = rated.user_ids.binary_search(&interactions.user_id(user)).ok()? as u32;
        let begin = places.partition_point(|place| pair(place).0 < number);
        let end = places.partition_point(|place| pair(place).0 <= number);
        let own = &places[begin..end];
        let stars = |item: &u32| -> Option<f32> {
            let item = rated.vocabulary.find_item(data.vocabulary.find_id(*item)?)?;
            let found = own.binary_search_by_key(&(number, item), pair).ok()?;
            Some(ratings.get(own[found] as usize).stars)
        };
        interactions.history(user).iter().map(stars).collect()
    };
    (0..interactions.user_count()).map(of_user).collect()
}

fn matrix(data: &SequenceData, split: &Split, stars: Option<&[Vec<f32>]>) -> RatingMatrix {
    let interactions = &data.interactions;
    let watched = (0..interactions.user_count()).flat_map(|user| {
        let items = split.training_items(interactions, user).iter().enumerate();
        items.map(move |(place, item)| (user as u32, *item, stars.map_or(1.0, |stars| stars[user][place])))
    });
    RatingMatrix::new(interactions.user_count() as u32, interactions.item_count(), watched)
}

fn times(data: &SequenceData, split: &Split) -> Vec<(u32, i64)> {
    let interactions = &data.interactions;
    let of_user = |user: usize| {
        let times = interactions.times(user).unwrap_or_default();
        split.training_items(interactions, user).iter().copied().zip(times.iter().copied())
    };
    (0..interactions.user_count()).flat_map(of_user).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::fs;

    use super::*;

    #[test]
    fn stars_are_those_of_the_films_unless_the_ratings_have_changed() {
        let folder = tempfile::tempdir().unwrap();
        let write = |films: [u32; 5]| {
            let mut ratings = "userId,movieId,rating,timestamp\n".to_owned();
            for (time, film) in films.into_iter().enumerate() {
                writeln!(ratings, "7,{film},{}.5,{time}", film % 5).unwrap();
            }
            fs::write(folder.path().join("ratings.csv"), ratings).unwrap();
        };
        write([30, 12, 21, 4, 13]);
        let data = SequenceData::read(folder.path()).unwrap();
        assert!(is_of_ratings(&data, folder.path()));
        let rated = RatingsData::read(folder.path()).unwrap();
        assert_eq!(stars_of(&data, &rated), Some(vec![vec![0.5, 2.5, 1.5, 4.5, 3.5]]));
        write([30, 12, 21, 4, 14]);
        assert_eq!(stars_of(&data, &RatingsData::read(folder.path()).unwrap()), None);
    }
}

use std::cmp::Reverse;

use anyhow::bail;
use filmlens_datasets::ratings::{Rating, Ratings, RatingsData};
use filmlens_datasets::sequences::Vocabulary;

use super::Limits;

/// The ratings that the most active users gave to the most rated films, both counted over all ratings. Users and films
/// that keep none are left out.
pub(super) fn take(data: RatingsData, limits: Limits) -> anyhow::Result<RatingsData> {
    if limits.max_users.is_none() && limits.max_movies.is_none() {
        return Ok(data);
    }
    let ratings = &data.ratings;
    let users =
        most_frequent(ratings.iter().map(|rating| rating.user), ratings.user_count(), limits.max_users);
    let items =
        most_frequent(ratings.iter().map(|rating| rating.item), ratings.item_count() + 1, limits.max_movies);
    let is_kept = |rating: &Rating| users[rating.user as usize] && items[rating.item as usize];
    let kept = || ratings.iter().filter(is_kept);
    if kept().next().is_none() {
        bail!("those users rated none of those films: raise --max-users or --max-movies");
    }
    let users = Renumbering::new(kept().map(|rating| rating.user), ratings.user_count());
    let items = Renumbering::new(kept().map(|rating| rating.item), ratings.item_count() + 1);
    let renumbered = kept().map(|rating| Rating {
        user: users.new[rating.user as usize],
        item: items.new[rating.item as usize] + 1,
        ..rating
    });
    let ids = items.old.iter().filter_map(|item| data.vocabulary.find_id(*item));
    let films = items.old.iter().map(|item| data.films[*item as usize].clone());
    Ok(RatingsData {
        ratings: Ratings::new(users.old.len() as u32, items.old.len() as u32, renumbered),
        user_ids: users.old.iter().map(|user| data.user_ids[*user as usize]).collect(),
        vocabulary: Vocabulary::from_ids(ids.collect())?,
        films: std::iter::once(None).chain(films).collect(),
        fingerprint: data.fingerprint.clone(),
        name: data.name.clone(),
        repeated: data.repeated,
        rejections: Vec::new(),
        files: data.files.clone(),
    })
}

/// Whether each number is among the `most` frequent ones; of equals the smaller is.
fn most_frequent(numbers: impl Iterator<Item = u32>, count: u32, most: Option<u32>) -> Vec<bool> {
    let mut counts = vec![0_u32; count as usize];
    for number in numbers {
        counts[number as usize] += 1;
    }
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_by_key(|number| Reverse(counts[*number as usize]));
    let mut is_kept = vec![false; count as usize];
    for number in order.into_iter().take(most.unwrap_or(count) as usize) {
        is_kept[number as usize] = true;
    }
    is_kept
}

/// The numbers that occur, from 0 in their order.
struct Renumbering {
    old: Vec<u32>,
    new: Vec<u32>,
}

impl Renumbering {
    fn new(numbers: impl Iterator<Item = u32>, count: u32) -> Self {
        let mut occurs = vec![false; count as usize];
        for number in numbers {
            occurs[number as usize] = true;
        }
        let old: Vec<u32> = (0..count).filter(|number| occurs[*number as usize]).collect();
        let mut new = vec![0; count as usize];
        for (place, number) in (0..).zip(&old) {
            new[*number as usize] = place;
        }
        Self { old, new }
    }
}

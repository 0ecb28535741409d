use rand_distr::{Distribution as _, Exp1};

use super::popularity::Popularity;
use super::{Purpose, stream};
use crate::Error;
use crate::sequences::Interactions;

#[derive(Debug, Clone, Copy)]
pub struct SequencesSize {
    pub users: u32,
    pub items: u32,
    /// How many items a user has in the mean; nobody has fewer than five, or than this where it is less.
    pub mean_length: u32,
}

impl SequencesSize {
    pub const MOVIELENS_32M: Self = Self { users: 200_948, items: 84_432, mean_length: 159 };
}

const SHORTEST: u32 = 5;
/// Makes the first item one of many popular ones, as in MovieLens.
const FLATNESS: f64 = 30.0;
const MOST_DRAWS: u32 = 20;

/// Histories in memory, for benchmarks: lengths that fall off exponentially, popularity by Zipf's law, no item twice in
/// a history, and no taste or order to be learned.
pub fn sequences(size: SequencesSize, seed: u64) -> Result<Interactions, Error> {
    let popularity = Popularity::new(size.items as usize, FLATNESS);
    let shortest = SHORTEST.min(size.mean_length);
    let spread = f64::from(size.mean_length - shortest);
    let mut interactions = Interactions::empty();
    let mut chosen_by = vec![0; size.items as usize];
    for user in 1..=size.users {
        let rng = &mut stream(seed, Purpose::Sequences, user.into());
        let beyond: f64 = Exp1.sample(rng);
        let length = (shortest + (spread * beyond).round() as u32).min(size.items);
        for _ in 0..length {
            let mut item = popularity.draw(rng);
            let mut draws = 1;
            while chosen_by[item] == user {
                // Who has watched all that is popular takes the next item that is left.
                item = if draws < MOST_DRAWS { popularity.draw(rng) } else { (item + 1) % chosen_by.len() };
                draws += 1;
            }
            chosen_by[item] = user;
            interactions.push(item as u32 + 1);
        }
        interactions.finish_user();
    }
    interactions.shrink();
    interactions.with_item_count(size.items)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn histories_are_as_many_and_as_long_as_asked_for() {
        let size = SequencesSize { users: 2_000, items: 3_000, mean_length: 40 };
        let made = sequences(size, 1).unwrap();
        assert_eq!((made.user_count(), made.item_count()), (2_000, 3_000));
        let mean = made.len() as f64 / 2_000.0;
        assert!((38.0..42.0).contains(&mean), "{mean}");
        for history in made.histories() {
            assert!(history.len() >= 5);
            let items: HashSet<&u32> = history.iter().collect();
            assert_eq!(items.len(), history.len(), "nobody watches an item twice");
        }
    }

    #[test]
    fn few_items_have_most_of_the_histories() {
        let made = sequences(SequencesSize { users: 2_000, items: 3_000, mean_length: 40 }, 1).unwrap();
        let popular = made.histories().flatten().filter(|item| **item <= 300).count();
        assert!(popular as f64 > 0.4 * made.len() as f64);
    }

    #[test]
    fn the_same_seed_gives_the_same_histories() {
        let size = SequencesSize { users: 50, items: 30, mean_length: 20 };
        assert_eq!(sequences(size, 7).unwrap(), sequences(size, 7).unwrap());
        assert_ne!(sequences(size, 7).unwrap(), sequences(size, 8).unwrap());
    }

    #[test]
    fn the_smallest_sizes_are_made_too() {
        for (users, items, mean_length) in
            [(0, 0, 0), (3, 0, 9), (3, 1, 9), (3, 9, 0), (3, 9, 2), (3, 2, 200)]
        {
            let made = sequences(SequencesSize { users, items, mean_length }, 1).unwrap();
            assert_eq!((made.user_count(), made.item_count()), (users as usize, items));
        }
    }
}

use std::collections::HashMap;
use std::path::Path;

use super::{Rating, Ratings};
use crate::Error;
use crate::lines::NO_LINE_END;
use crate::movielens::RatingRows;
use crate::sequences::{FileHash, Problems, Vocabulary};

pub(super) struct Read {
    pub(super) ratings: Ratings,
    pub(super) user_ids: Vec<i64>,
    pub(super) vocabulary: Vocabulary,
    pub(super) repeated: u64,
    pub(super) file: FileHash,
}

/// Reads a file of ratings whole, or says what is wrong with its first bad lines.
pub(super) fn read(path: &Path) -> Result<Read, Error> {
    let mut rows = RatingRows::open_hashed(path)?;
    let file = rows.file().to_owned();
    let mut problems = Problems::default();
    let (mut users, mut films) = (Numbering::default(), Numbering::default());
    let mut ratings = Ratings::empty();
    while let Some(row) = rows.next()? {
        match row {
            Ok(row) => ratings.push(Rating {
                user: users.number(row.user),
                item: films.number(row.film.get().into()),
                stars: row.stars as f32,
                time: row.timestamp,
            }),
            Err(rejection) => problems.push(rejection),
        }
    }
    if let Some(line) = rows.unfinished_line() {
        problems.add(&file, line, NO_LINE_END);
    }
    problems.into_result()?;
    if ratings.is_empty() {
        return Err(Error::Empty { file });
    }
    let (user_ids, user_places) = users.in_order();
    let (film_ids, film_places) = films.in_order();
    for user in &mut ratings.users {
        *user = user_places[*user as usize];
    }
    for item in &mut ratings.items {
        *item = film_places[*item as usize] + 1;
    }
    ratings.user_count = user_ids.len() as u32;
    let vocabulary = Vocabulary::from_ids(film_ids)?;
    ratings.item_count = vocabulary.item_count();
    let repeated = drop_repeated(&mut ratings);
    let file = FileHash { name: file, sha256: rows.sha256() };
    Ok(Read { ratings, user_ids, vocabulary, repeated, file })
}

/// Numbers ids from 0 as they come.
#[derive(Default)]
struct Numbering {
    numbers: HashMap<i64, u32>,
    ids: Vec<i64>,
}

impl Numbering {
    fn number(&mut self, id: i64) -> u32 {
        *self.numbers.entry(id).or_insert_with(|| {
            self.ids.push(id);
            self.ids.len() as u32 - 1
        })
    }

    /// The ids in ascending order, and the place there of each number.
    fn in_order(self) -> (Vec<i64>, Vec<u32>) {
        let mut order: Vec<u32> = (0..self.ids.len() as u32).collect();
        order.sort_unstable_by_key(|number| self.ids[*number as usize]);
        let mut places = vec![0; order.len()];
        for (place, number) in (0..).zip(&order) {
            places[*number as usize] = place;
        }
        (order.into_iter().map(|number| self.ids[number as usize]).collect(), places)
    }
}

/// Keeps the newest of each user's ratings of a film, the later in the file of those of the same second, and says how
/// many went.
fn drop_repeated(ratings: &mut Ratings) -> u64 {
    let mut of_user: Vec<Vec<u32>> = vec![Vec::new(); ratings.user_count as usize];
    for (place, user) in (0..).zip(&ratings.users) {
        of_user[*user as usize].push(place);
    }
    let mut is_dropped = vec![false; ratings.len()];
    for places in &mut of_user {
        // The sort is stable, so those of the same second stay in the order of the file.
        places.sort_by_key(|place| (ratings.items[*place as usize], ratings.times[*place as usize]));
        for pair in places.windows(2) {
            is_dropped[pair[0] as usize] = ratings.items[pair[0] as usize] == ratings.items[pair[1] as usize];
        }
    }
    let dropped = is_dropped.iter().filter(|is_dropped| **is_dropped).count() as u64;
    if dropped > 0 {
        let kept =
            ratings.iter().zip(&is_dropped).filter(|(_, is_dropped)| !**is_dropped).map(|(rating, _)| rating);
        *ratings = Ratings::new(ratings.user_count, ratings.item_count, kept);
    }
    dropped
}

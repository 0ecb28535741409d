use filmlens_datasets::ratings::RatedHistories;

use super::tensors::{TensorWriter, Tensors};
use crate::{Error, Profile};

/// What each user of the training has rated, oldest first, so that those who ask by their id alone can be answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Profiles {
    /// In ascending order.
    user_ids: Vec<i64>,
    starts: Vec<usize>,
    items: Vec<u32>,
    stars: Vec<f32>,
}

impl Profiles {
    /// # Panics
    /// When the ids are not in ascending order, or not as many as histories.
    pub fn new(user_ids: &[i64], histories: &RatedHistories) -> Self {
        let interactions = histories.interactions();
        assert_eq!(user_ids.len(), interactions.user_count(), "every user has an id");
        assert!(user_ids.is_sorted_by(|one, next| one < next), "user ids are in ascending order");
        let mut made =
            Self { user_ids: user_ids.to_owned(), starts: vec![0], items: Vec::new(), stars: Vec::new() };
        for user in 0..user_ids.len() {
            made.items.extend(interactions.history(user));
            made.stars.extend(histories.stars(user));
            made.starts.push(made.items.len());
        }
        made
    }

    pub fn user_count(&self) -> u32 {
        self.user_ids.len() as u32
    }

    pub fn user_ids(&self) -> &[i64] {
        &self.user_ids
    }

    /// The number of the user with that id.
    pub fn find_user(&self, id: i64) -> Option<u32> {
        self.user_ids.binary_search(&id).ok().map(|user| user as u32)
    }

    /// # Panics
    /// When there is no user of that number.
    pub fn of(&self, user: u32) -> Profile<'_> {
        let entries = self.starts[user as usize]..self.starts[user as usize + 1];
        Profile { items: &self.items[entries.clone()], stars: &self.stars[entries] }
    }

    pub(super) fn highest_item(&self) -> u32 {
        self.items.iter().copied().max().unwrap_or(0)
    }

    pub(super) fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>) {
        let lengths: Vec<u32> = self.starts.windows(2).map(|bounds| (bounds[1] - bounds[0]) as u32).collect();
        tensors.add("user_ids", &[self.user_ids.len()], &self.user_ids[..]);
        tensors.add("lengths", &[lengths.len()], lengths);
        tensors.add("items", &[self.items.len()], &self.items[..]);
        tensors.add("stars", &[self.stars.len()], &self.stars[..]);
    }

    pub(super) fn read(tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error> {
        let user_ids: Vec<i64> = tensors.take_list("user_ids")?;
        if !user_ids.is_sorted_by(|one, next| one < next) {
            return Err(tensors.wrong("user_ids", "are not in ascending order"));
        }
        let starts = tensors.take_starts("lengths", user_ids.len())?;
        let entries = [starts[user_ids.len()]];
        Ok(Self {
            items: tensors.take_numbers("items", &entries, 1..item_count + 1)?,
            stars: tensors.take("stars", &entries)?,
            user_ids,
            starts,
        })
    }
}

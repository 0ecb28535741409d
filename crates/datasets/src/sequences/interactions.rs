use crate::Error;

/// What every user watched, oldest first, in one allocation: 4 bytes for an interaction, 12 with its time, and 8 or 16
/// for a user. MovieLens 32M takes 390 MB with times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interactions {
    /// Where each user's items begin, and where the last user's end.
    offsets: Vec<usize>,
    items: Vec<u32>,
    times: Option<Vec<i64>>,
    user_ids: Option<Vec<i64>>,
    item_count: u32,
}

impl Interactions {
    /// A number beyond this is taken for a mistake: the table of so many items would fill any memory.
    pub const MAX_ITEMS: u32 = 1 << 24;

    /// Histories of item numbers. There are as many items as the largest number says. A history may be empty.
    pub fn from_histories(histories: impl IntoIterator<Item = Vec<u32>>) -> Result<Self, Error> {
        let mut interactions = Self::empty();
        for (user, history) in histories.into_iter().enumerate() {
            let wrong = history.iter().position(|item| !Self::is_item(*item));
            if let Some(position) = wrong {
                return Err(Error::ItemOutOfRange { user, position, item: history[position] });
            }
            for item in history {
                interactions.push(item);
            }
            interactions.finish_user();
        }
        Ok(interactions)
    }

    /// As many items as a vocabulary or a data set's description says, some of which nobody watched.
    pub fn with_item_count(mut self, item_count: u32) -> Result<Self, Error> {
        if item_count < self.item_count || item_count > Self::MAX_ITEMS {
            return Err(Error::ItemCount { given: item_count, needed: self.item_count });
        }
        self.item_count = item_count;
        Ok(self)
    }

    /// The time of every interaction, user after user. Within a history time does not go back.
    pub fn with_times(mut self, times: Vec<i64>) -> Result<Self, Error> {
        if times.len() != self.items.len() {
            return Err(Error::LengthMismatch {
                what: "times",
                given: times.len(),
                of: "interactions",
                needed: self.items.len(),
            });
        }
        let goes_back = |user: &usize| !times[self.offsets[*user]..self.offsets[*user + 1]].is_sorted();
        if let Some(user) = (0..self.user_count()).find(goes_back) {
            return Err(Error::TimeGoesBack { user });
        }
        self.times = Some(times);
        Ok(self)
    }

    /// The ids under which the source knows the users.
    pub fn with_user_ids(mut self, user_ids: Vec<i64>) -> Result<Self, Error> {
        if user_ids.len() != self.user_count() {
            return Err(Error::LengthMismatch {
                what: "user ids",
                given: user_ids.len(),
                of: "users",
                needed: self.user_count(),
            });
        }
        self.user_ids = Some(user_ids);
        Ok(self)
    }

    pub fn user_count(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Items are numbered from 1 to this.
    pub fn item_count(&self) -> u32 {
        self.item_count
    }

    /// How many interactions there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// A user's items, oldest first. Users are numbered from 0.
    pub fn history(&self, user: usize) -> &[u32] {
        &self.items[self.offsets[user]..self.offsets[user + 1]]
    }

    pub fn histories(&self) -> impl ExactSizeIterator<Item = &[u32]> {
        (0..self.user_count()).map(|user| self.history(user))
    }

    /// When a user watched what is in [`history`](Self::history), in seconds since 1970.
    pub fn times(&self, user: usize) -> Option<&[i64]> {
        self.times.as_ref().map(|times| &times[self.offsets[user]..self.offsets[user + 1]])
    }

    pub fn has_times(&self) -> bool {
        self.times.is_some()
    }

    /// The id under which the source knows a user: the line in a source that has no ids.
    pub fn user_id(&self, user: usize) -> i64 {
        self.user_ids.as_ref().map_or(user as i64 + 1, |ids| ids[user])
    }

    /// Parts that fit each other: each user's items in the order of time, their numbers from 1 to `item_count`.
    pub(crate) fn from_parts(
        offsets: Vec<usize>,
        items: Vec<u32>,
        times: Vec<i64>,
        user_ids: Vec<i64>,
        item_count: u32,
    ) -> Self {
        Self { offsets, items, times: Some(times), user_ids: Some(user_ids), item_count }
    }

    pub(super) fn is_item(number: u32) -> bool {
        (1..=Self::MAX_ITEMS).contains(&number)
    }

    pub(crate) fn empty() -> Self {
        Self { offsets: vec![0], items: Vec::new(), times: None, user_ids: None, item_count: 0 }
    }

    pub(crate) fn push(&mut self, item: u32) {
        self.item_count = self.item_count.max(item);
        self.items.push(item);
    }

    /// Ends the history of the items pushed since the last one ended, and says how long it is.
    pub(crate) fn finish_user(&mut self) -> usize {
        let begin = self.offsets[self.offsets.len() - 1];
        self.offsets.push(self.items.len());
        self.items.len() - begin
    }

    pub(crate) fn shrink(&mut self) {
        self.offsets.shrink_to_fit();
        self.items.shrink_to_fit();
    }

    pub(super) fn all_times(&self) -> Option<&[i64]> {
        self.times.as_deref()
    }
}

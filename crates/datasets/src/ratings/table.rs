use crate::sequences::Interactions;

/// Ratings in the order of their file, as columns: 20 bytes each.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratings {
    pub(super) users: Vec<u32>,
    pub(super) items: Vec<u32>,
    pub(super) stars: Vec<f32>,
    pub(super) times: Vec<i64>,
    pub(super) user_count: u32,
    pub(super) item_count: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rating {
    /// From 0.
    pub user: u32,
    /// From 1.
    pub item: u32,
    pub stars: f32,
    /// Seconds since 1970, or the place in the user's history where there are no times.
    pub time: i64,
}

impl Ratings {
    /// # Panics
    /// When a user is not below `user_count`, or an item is not between 1 and `item_count`.
    pub fn new(user_count: u32, item_count: u32, ratings: impl IntoIterator<Item = Rating>) -> Self {
        let mut made = Self { user_count, item_count, ..Self::empty() };
        for rating in ratings {
            assert!(
                rating.user < user_count && (1..=item_count).contains(&rating.item),
                "{rating:?} is nobody's"
            );
            made.push(rating);
        }
        made
    }

    /// Histories as ratings of one star each, for models that only ask who watched what. `lengths` says how many of
    /// each user's first items are taken.
    pub fn from_histories(interactions: &Interactions, lengths: &[u32]) -> Self {
        let mut made = Self {
            user_count: interactions.user_count() as u32,
            item_count: interactions.item_count(),
            ..Self::empty()
        };
        for (user, length) in (0..made.user_count).zip(lengths) {
            let times = interactions.times(user as usize);
            let history = &interactions.history(user as usize)[..*length as usize];
            for (place, item) in history.iter().enumerate() {
                let time = times.map_or(place as i64, |times| times[place]);
                made.push(Rating { user, item: *item, stars: 1.0, time });
            }
        }
        made
    }

    pub(super) fn empty() -> Self {
        Self {
            users: Vec::new(),
            items: Vec::new(),
            stars: Vec::new(),
            times: Vec::new(),
            user_count: 0,
            item_count: 0,
        }
    }

    pub(super) fn push(&mut self, rating: Rating) {
        self.users.push(rating.user);
        self.items.push(rating.item);
        self.stars.push(rating.stars);
        self.times.push(rating.time);
    }

    pub fn user_count(&self) -> u32 {
        self.user_count
    }

    /// Items are numbered from 1 to this.
    pub fn item_count(&self) -> u32 {
        self.item_count
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The rating in that place of the file, from 0.
    pub fn get(&self, place: usize) -> Rating {
        Rating {
            user: self.users[place],
            item: self.items[place],
            stars: self.stars[place],
            time: self.times[place],
        }
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = Rating> + Clone + '_ {
        (0..self.len()).map(|place| self.get(place))
    }

    /// (user, item, stars) of the ratings whose place in the file is wanted: what a matrix is made of.
    pub fn triplets<'a>(
        &'a self,
        is_wanted: impl Fn(usize) -> bool + Clone + 'a,
    ) -> impl Iterator<Item = (u32, u32, f32)> + Clone + 'a {
        (0..self.len())
            .filter(move |place| is_wanted(*place))
            .map(|place| (self.users[place], self.items[place], self.stars[place]))
    }
}

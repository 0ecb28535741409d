use crate::Error;

/// What the metrics need to know of the items, 1 to `item_count`.
#[derive(Debug, Clone)]
pub struct Catalogue {
    item_count: u32,
    training_counts: Vec<u64>,
    training_total: u64,
    facts: Option<ItemFacts>,
}

impl Catalogue {
    /// `training_counts[i]` says how often item `i` occurs in the training data; number 0 is not an item.
    ///
    /// # Errors
    /// When there is not one count for each number from 0 to `item_count`.
    pub fn new(item_count: u32, training_counts: Vec<u64>) -> Result<Self, Error> {
        if training_counts.len() != item_count as usize + 1 {
            return Err(Error::TrainingCounts { given: training_counts.len(), item_count });
        }
        let training_total = training_counts[1..].iter().sum();
        Ok(Self { item_count, training_counts, training_total, facts: None })
    }

    /// Adds genre diversity and freshness to the metrics.
    #[must_use]
    pub fn with_facts(mut self, facts: ItemFacts) -> Self {
        self.facts = Some(facts);
        self
    }

    pub fn item_count(&self) -> u32 {
        self.item_count
    }

    pub fn training_counts(&self) -> &[u64] {
        &self.training_counts
    }

    pub(super) fn facts(&self) -> Option<&ItemFacts> {
        self.facts.as_ref()
    }

    /// -log2 of the item's share of the training data. One added to each count makes it finite for new items.
    pub(super) fn surprise(&self, item: u32) -> f64 {
        let count = self.training_counts[item as usize] + 1;
        let total = self.training_total + u64::from(self.item_count);
        (total as f64 / count as f64).log2()
    }
}

/// Genres and release years, of those items of which they are known.
#[derive(Debug, Clone, Default)]
pub struct ItemFacts {
    /// One bit for each genre, by item number.
    genres: Vec<u128>,
    years: Vec<Option<i16>>,
    genre_names: Vec<String>,
}

const MOST_GENRES: usize = u128::BITS as usize;

impl ItemFacts {
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what is known of an item; what was said of it before is forgotten.
    ///
    /// # Errors
    /// When there are too many different genres to tell apart.
    pub fn set<'a>(
        &mut self,
        item: u32,
        genres: impl IntoIterator<Item = &'a str>,
        year: Option<i16>,
    ) -> Result<(), Error> {
        let mut bits = 0;
        for genre in genres {
            bits |= 1 << self.genre_number(genre)?;
        }
        let index = item as usize;
        if index >= self.genres.len() {
            self.genres.resize(index + 1, 0);
            self.years.resize(index + 1, None);
        }
        (self.genres[index], self.years[index]) = (bits, year);
        Ok(())
    }

    fn genre_number(&mut self, genre: &str) -> Result<usize, Error> {
        if let Some(number) = self.genre_names.iter().position(|name| name == genre) {
            return Ok(number);
        }
        if self.genre_names.len() == MOST_GENRES {
            return Err(Error::TooManyGenres { most: MOST_GENRES });
        }
        self.genre_names.push(genre.to_owned());
        Ok(self.genre_names.len() - 1)
    }

    /// The genres of those of the items that have any.
    pub(super) fn genres_of(&self, items: &[u32]) -> Vec<u128> {
        let genres = items.iter().filter_map(|item| self.genres.get(*item as usize));
        genres.copied().filter(|genres| *genres != 0).collect()
    }

    /// The release years that are known, in ascending order.
    pub(super) fn years_of(&self, items: &[u32]) -> Vec<i16> {
        let years = items.iter().filter_map(|item| self.years.get(*item as usize).copied().flatten());
        let mut years: Vec<i16> = years.collect();
        years.sort_unstable();
        years
    }

    pub(super) fn newest_year(&self) -> Option<i16> {
        self.years.iter().flatten().max().copied()
    }
}

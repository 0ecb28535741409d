mod loading;

use axum::body::Bytes;
use filmlens_datasets::sequences::Vocabulary;
use filmlens_recommend::{Models, TitleIndex};

use crate::profiles::Profiles;

/// All that one artifact holds, as requests need it.
pub(crate) struct Library {
    vocabulary: Vocabulary,
    /// In the order of their item numbers.
    films: Vec<Film>,
    pub(crate) titles: TitleIndex,
    pub(crate) profiles: Profiles,
    pub(crate) models: Models,
    /// A picture of the clusters of films, as SVG.
    pub(crate) clusters: Option<Bytes>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Film {
    /// The MovieLens id.
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) year: Option<i32>,
    pub(crate) genres: Vec<String>,
    pub(crate) directors: Vec<String>,
    pub(crate) actors: Vec<String>,
}

impl Library {
    pub(crate) fn films(&self) -> &[Film] {
        &self.films
    }

    pub(crate) fn film(&self, item: u32) -> Option<&Film> {
        self.films.get((item as usize).checked_sub(1)?)
    }

    pub(crate) fn find_item(&self, movie_id: i64) -> Option<u32> {
        self.vocabulary.find_item(movie_id)
    }
}

use std::collections::BTreeSet;

use filmlens_domain::Film;

use super::Vocabulary;

/// What is known of the items beside who watched them: for the diversity and the freshness of recommendations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFacts {
    genre_names: Vec<String>,
    /// Where each item's genres begin, item 0 included, and where the last one's end.
    offsets: Vec<u32>,
    genres: Vec<u32>,
    years: Vec<Option<i16>>,
}

impl ItemFacts {
    /// The facts of the items that have the films' MovieLens ids. Other films are passed over.
    pub fn new(vocabulary: &Vocabulary, films: &[Film]) -> Self {
        let mut film_of = vec![None; vocabulary.item_count() as usize + 1];
        for film in films {
            let item = film.ids.movielens().and_then(|id| vocabulary.find_item(id.get().into()));
            if let Some(item) = item {
                film_of[item as usize] = Some(film);
            }
        }
        let named = film_of.iter().flatten().flat_map(|film| &film.genres).map(AsRef::as_ref);
        let names: Vec<&str> = named.collect::<BTreeSet<&str>>().into_iter().collect();

        let mut offsets = vec![0];
        let mut genres = Vec::new();
        for film in &film_of {
            let of_film = film.map_or(&[][..], |film| &film.genres);
            let begin = genres.len();
            let numbers = of_film.iter().filter_map(|genre| names.binary_search(&genre.as_str()).ok());
            genres.extend(numbers.map(|number| number as u32));
            genres[begin..].sort_unstable();
            offsets.push(genres.len() as u32);
        }
        Self {
            genre_names: names.into_iter().map(str::to_owned).collect(),
            offsets,
            genres,
            years: film_of.iter().map(|film| Some(film.as_ref()?.year?.get())).collect(),
        }
    }

    /// The names that the numbers of [`genres`](Self::genres) stand for, in the order of the alphabet.
    pub fn genre_names(&self) -> &[String] {
        &self.genre_names
    }

    /// The genres of an item, ascending; none for an item that is not known.
    pub fn genres(&self, item: u32) -> &[u32] {
        let Some([begin, end]) = self.offsets.get(item as usize..).and_then(|rest| rest.first_chunk()) else {
            return &[];
        };
        &self.genres[*begin as usize..*end as usize]
    }

    pub fn year(&self, item: u32) -> Option<i16> {
        self.years.get(item as usize).copied().flatten()
    }
}

use std::path::Path;

use anyhow::Context;
use filmlens_collaborative::{ClassicModels, FilmFacts, Profiles};
use filmlens_datasets::sequences::Vocabulary;
use filmlens_program::output;
use filmlens_recommend::{Answer, Found, Method, Models, Title, TitleIndex};
use serde::Serialize;

/// How many titles to offer in place of one that is not there.
const SUGGESTIONS: usize = 5;
/// What can be given by hand, and the scale of predictions where nobody has rated anything.
pub(super) const STARS: (f32, f32) = (0.5, 5.0);

/// Models, and what their answers are told with.
pub(super) struct Library {
    pub(super) models: Models,
    pub(super) profiles: Option<Profiles>,
    titles: TitleIndex,
    vocabulary: Vocabulary,
    /// By item number.
    films: Vec<Option<FilmFacts>>,
}

impl Library {
    pub(super) fn open(folder: &Path) -> anyhow::Result<Self> {
        let opened = ClassicModels::open(folder);
        let (mut models, _) =
            opened.with_context(|| format!("the models in {} cannot be used", folder.display()))?;
        let films: Vec<Option<FilmFacts>> =
            (0..=models.vocabulary.item_count()).map(|item| models.film(item).cloned()).collect();
        let known = (0..).zip(&films).filter_map(|(item, film)| Some((item, film.as_ref()?)));
        let titles = TitleIndex::new(known.map(|(item, film)| Title {
            item,
            title: &film.title,
            year: film.year.map(i32::from),
            rating_count: models.popularity.count(item),
        }));
        let profiles = models.profiles.take();
        let vocabulary = models.vocabulary.clone();
        let scale = profiles.as_ref().and_then(scale).unwrap_or(STARS);
        Ok(Self { models: Models::of(models, scale), profiles, titles, vocabulary, films })
    }

    /// The film of that title, in any of the forms that people write.
    pub(super) fn find(&self, title: &str) -> anyhow::Result<u32> {
        if title.trim().is_empty() {
            anyhow::bail!("give a title, such as \"Heat\" or \"Heat (1995)\"");
        }
        match self.titles.find(title, SUGGESTIONS) {
            Found::Film(item) => Ok(item),
            Found::Nearest(items) if items.is_empty() => {
                anyhow::bail!("the models know no film named {title:?}, and none with a title like it")
            }
            Found::Nearest(items) => {
                let titles: Vec<String> =
                    items.into_iter().map(|item| self.listed(item, 0.0).whole_title()).collect();
                anyhow::bail!(
                    "the models know no film named {title:?}; the nearest are {}",
                    titles.join(", ")
                )
            }
        }
    }

    pub(super) fn movie_id(&self, item: u32) -> i64 {
        self.vocabulary.find_id(item).unwrap_or_default()
    }

    fn listed(&self, item: u32, score: f32) -> Listed {
        let movie_id = self.movie_id(item);
        match self.films.get(item as usize).and_then(Option::as_ref) {
            Some(film) => Listed { movie_id, title: film.title.clone(), year: film.year, score },
            // A film of which nothing is known goes by its id.
            None => Listed { movie_id, title: movie_id.to_string(), year: None, score },
        }
    }

    /// Prints a list, and which method it is from when that is not the one asked for.
    pub(super) fn print(&self, answer: &Answer, asked: Option<Method>, as_json: bool) -> anyhow::Result<()> {
        let films: Vec<Listed> =
            answer.items.iter().map(|(item, score)| self.listed(*item, *score)).collect();
        if asked.is_some_and(|asked| asked != answer.method) {
            output::note(&format!("{} answered: the method that was asked for cannot", answer.method));
        }
        if as_json {
            return output::print_json(&serde_json::json!({ "method": answer.method, "films": films }));
        }
        let mut table = String::new();
        for film in films {
            table += &format!("{:>9.4} {:>8}  {}\n", film.score, film.movie_id, film.whole_title());
        }
        output::print(&table)
    }
}

#[derive(Serialize)]
struct Listed {
    movie_id: i64,
    title: String,
    year: Option<i16>,
    score: f32,
}

impl Listed {
    fn whole_title(&self) -> String {
        match self.year {
            Some(year) => format!("{} ({year})", self.title),
            None => self.title.clone(),
        }
    }
}

/// The lowest and the highest stars that anybody gave.
fn scale(profiles: &Profiles) -> Option<(f32, f32)> {
    let stars = || (0..profiles.user_count()).flat_map(|user| profiles.of(user).stars).copied();
    Some((stars().reduce(f32::min)?, stars().reduce(f32::max)?))
}

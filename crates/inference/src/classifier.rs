use filmlens_domain::{Assessment, FilmEvidence};

use crate::{Answer, EngineHandle, Error, Kind, Model, ModelError};

/// A model that tells what films hold. It lives on the thread that built it.
pub trait Classifier {
    /// One assessment for each film, in their order, with explanations where they are asked for.
    fn assess(&mut self, films: &[ContentQuery]) -> Result<Vec<Assessment>, ModelError>;
}

impl<C: Classifier + ?Sized> Classifier for Box<C> {
    fn assess(&mut self, films: &[ContentQuery]) -> Result<Vec<Assessment>, ModelError> {
        (**self).assess(films)
    }
}

/// A request for what a film holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContentQuery {
    pub film: FilmEvidence,
    /// Whether to tell what pushed each score.
    pub explain: bool,
}

/// Models that tell what a film holds: each [`Classifier`].
#[derive(Debug)]
pub enum Content {}

/// Trees and linear parts take about as long as this many bytes of text.
const FILM: u64 = 10;
/// What walking the trees for an explanation takes.
const EXPLANATION: u64 = 20;
/// A unit of work is reading so many bytes.
const UNIT_BYTES: usize = 100;
const LONG_DESCRIPTION_BYTES: usize = 20_000;

impl ContentQuery {
    /// In hundreds of bytes that are read.
    fn cost(&self) -> u64 {
        let film = &self.film;
        let lists = film.genres.iter().chain(&film.keywords);
        let bytes = film.title.len() + film.description.len() + lists.map(String::len).sum::<usize>();
        let explanation = if self.explain { EXPLANATION } else { 0 };
        FILM + (bytes / UNIT_BYTES) as u64 + explanation
    }
}

impl Kind for Content {
    type Shape = ();
    type Query = ContentQuery;
    type Answer = Assessment;

    const PADS: bool = false;

    fn admit(_: &(), _: &mut ContentQuery) -> Result<(), Error> {
        Ok(())
    }

    fn heaviest(_: &()) -> Result<Vec<ContentQuery>, ModelError> {
        const SENTENCE: &str =
            "A detective with a gun hunts the killer of her brother through a city at war. ";
        let film = FilmEvidence {
            title: "The Long Hunt".to_owned(),
            description: SENTENCE.repeat(LONG_DESCRIPTION_BYTES / SENTENCE.len()),
            genres: vec!["Crime".to_owned(), "Drama".to_owned()],
            certificate: Some("R".to_owned()),
            keywords: vec!["murder".to_owned()],
            year: Some(1999),
        };
        Ok(vec![ContentQuery { film, explain: true }])
    }
}

impl<C: Classifier> Model<Content> for C {
    fn shape(&self) {}

    fn cost((): &(), query: &ContentQuery) -> u64 {
        query.cost()
    }

    fn answer(&mut self, queries: Vec<ContentQuery>) -> Result<Vec<Assessment>, ModelError> {
        self.assess(&queries)
    }
}

impl EngineHandle<Content> {
    /// What a film holds. Dropping the future withdraws the request: it is not computed if it still waits.
    pub async fn assess(&self, query: ContentQuery) -> Result<Answer<Assessment>, Error> {
        self.ask(query).await
    }

    /// [`assess`](Self::assess) for threads; it panics in asynchronous code.
    pub fn assess_blocking(&self, query: ContentQuery) -> Result<Answer<Assessment>, Error> {
        self.ask_blocking(query)
    }
}

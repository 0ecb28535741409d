use axum::body::Bytes;
use filmlens_artifacts::Artifact;
use filmlens_collaborative::{ClassicModels, FilmFacts};
use filmlens_recommend::{Models, Title, TitleIndex};

use super::{Film, Library};
use crate::profiles::Profiles;

/// What filmlens-classic puts beside the models where they have clusters.
const CLUSTERS: &str = "clusters.svg";
/// Where nobody has rated anything.
const STARS: (f32, f32) = (0.5, 5.0);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Models(#[from] filmlens_collaborative::Error),
    #[error(transparent)]
    Artifact(#[from] filmlens_artifacts::Error),
}

impl Library {
    pub(crate) fn read(artifact: &Artifact) -> Result<Self, Error> {
        let mut models = ClassicModels::read(artifact)?;
        let clusters = match artifact.manifest().files.contains_key(CLUSTERS) {
            true => Some(Bytes::from(artifact.read(CLUSTERS)?)),
            false => None,
        };
        let vocabulary = models.vocabulary.clone();
        let films: Vec<Film> =
            (1..).zip(vocabulary.ids()).map(|(item, id)| film(id, models.film(item))).collect();
        let titles = TitleIndex::new((1..).zip(&films).map(|(item, film)| Title {
            item,
            title: &film.title,
            year: film.year,
            rating_count: models.popularity.count(item),
        }));
        let profiles = Profiles::new(models.profiles.take());
        let models = Models::of(models, profiles.scale().unwrap_or(STARS));
        Ok(Self { vocabulary, films, titles, profiles, models, clusters })
    }
}

/// A film of which nothing is known goes by its id.
fn film(id: i64, facts: Option<&FilmFacts>) -> Film {
    let Some(facts) = facts else { return Film { id, title: id.to_string(), ..Film::default() } };
    Film {
        id,
        title: facts.title.clone(),
        year: facts.year.map(i32::from),
        genres: facts.genres.clone(),
        directors: facts.directors.clone(),
        actors: facts.stars.clone(),
    }
}

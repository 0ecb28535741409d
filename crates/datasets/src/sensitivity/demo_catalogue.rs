use filmlens_domain::{Certificate, Description, Film, FilmEvidence, FilmRef, PerCategory, Text};
use sha2::{Digest as _, Sha256};

use super::{LabelledFilm, LabelledFilms};
use crate::demo;

pub(super) fn films() -> Result<LabelledFilms, demo::Error> {
    let mut films = Vec::new();
    let mut digest = Sha256::new();
    for demo::DemoFilm { film, levels } in demo::films()? {
        let labelled = LabelledFilm {
            id: FilmRef::from(&film.ids).to_string(),
            evidence: evidence_of(&film),
            severities: levels.map(|level| Some(*level)),
            is_mild: PerCategory::default(),
        };
        digest.update(format!("{labelled:?}\n"));
        films.push(labelled);
    }
    Ok(LabelledFilms {
        name: "demo".to_owned(),
        fingerprint: hex::encode(digest.finalize()),
        films,
        without_film: 0,
        rejections: Vec::new(),
    })
}

/// What a classifier may read of a film of the catalogue.
pub fn evidence_of(film: &Film) -> FilmEvidence {
    FilmEvidence {
        title: film.title.as_str().to_owned(),
        description: film.description.as_ref().map_or("", Description::as_str).to_owned(),
        genres: strings(&film.genres),
        certificate: film.certificate.as_ref().map(Certificate::as_str).map(str::to_owned),
        keywords: strings(&film.keywords),
        year: film.year.map(|year| year.get().into()),
    }
}

fn strings<const MAX: usize>(texts: &[Text<MAX>]) -> Vec<String> {
    texts.iter().map(|text| text.as_str().to_owned()).collect()
}

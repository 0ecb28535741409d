use std::path::Path;

use anyhow::Context;
use filmlens_artifacts::{DataRecord, sha256_hex};
use filmlens_collaborative::{FilmFacts, RatingMatrix};
use filmlens_datasets::demo_filmes;
use filmlens_datasets::movielens::ratings_file;
use filmlens_datasets::ratings::{RatedHistories, Ratings, RatingsData};
use filmlens_datasets::sequences::{SequenceData, Vocabulary};

use crate::rankers::RankingData;
use crate::ratings::{self, Limits};

/// The name of the built-in data, where others name a folder.
pub(super) const DEMO_FILMES: &str = "demo-filmes";

/// What models are trained on and published with.
pub(super) struct TrainingData {
    pub(super) record: DataRecord,
    pub(super) matrix: RatingMatrix,
    /// The item and the time of each rating; none where there are no times.
    times: Option<Vec<(u32, i64)>>,
    pub(super) has_stars: bool,
    pub(super) user_ids: Vec<i64>,
    pub(super) histories: RatedHistories,
    pub(super) vocabulary: Vocabulary,
    /// Of any of the items, in their order.
    pub(super) films: Vec<FilmFacts>,
}

impl TrainingData {
    pub(super) fn read(source: &Path, limits: Limits) -> anyhow::Result<Self> {
        if source.as_os_str() == DEMO_FILMES && !source.exists() {
            return demo();
        }
        if ratings_file(source).is_some() || !source.exists() {
            return of_ratings(ratings::read(source, limits)?);
        }
        let data = SequenceData::read(source)
            .with_context(|| format!("the histories in {} cannot be used", source.display()))?;
        if limits.max_users.is_some() || limits.max_movies.is_some() {
            anyhow::bail!("--max-users and --max-movies choose among ratings, and these are histories");
        }
        Ok(of_sequences(&data))
    }

    pub(super) fn ranking(&self) -> RankingData<'_> {
        RankingData { matrix: &self.matrix, times: self.times.as_deref(), has_stars: self.has_stars }
    }
}

fn of_ratings(data: RatingsData) -> anyhow::Result<TrainingData> {
    let films = (0..)
        .zip(&data.films)
        .filter_map(|(item, film)| Some(FilmFacts::of(data.vocabulary.find_id(item)?, film.as_ref()?)));
    Ok(TrainingData {
        record: DataRecord { name: data.name, fingerprint: data.fingerprint },
        matrix: matrix(&data.ratings),
        times: Some(data.ratings.iter().map(|rating| (rating.item, rating.time)).collect()),
        has_stars: true,
        histories: RatedHistories::new(&data.ratings, &data.user_ids),
        user_ids: data.user_ids,
        films: films.collect(),
        vocabulary: data.vocabulary,
    })
}

fn of_sequences(data: &SequenceData) -> TrainingData {
    let interactions = &data.interactions;
    let users = 0..interactions.user_count();
    let user_ids: Vec<i64> = users.clone().map(|user| interactions.user_id(user)).collect();
    let lengths: Vec<u32> = users.map(|user| interactions.history(user).len() as u32).collect();
    let ratings = Ratings::from_histories(interactions, &lengths);
    let times = ratings.iter().map(|rating| (rating.item, rating.time));
    TrainingData {
        record: DataRecord { name: data.name.clone(), fingerprint: data.fingerprint.clone() },
        matrix: matrix(&ratings),
        times: interactions.has_times().then(|| times.collect()),
        has_stars: false,
        histories: RatedHistories::new(&ratings, &user_ids),
        user_ids,
        vocabulary: data.vocabulary.clone(),
        films: Vec::new(),
    }
}

fn demo() -> anyhow::Result<TrainingData> {
    let demo = demo_filmes::load()?;
    let (vocabulary, ratings) = (demo.vocabulary()?, demo.ratings());
    let user_ids: Vec<i64> = demo.usuarios.iter().map(|user| user.id).collect();
    let text: String = demo
        .avaliacoes
        .iter()
        .map(|given| format!("{} {} {}\n", given.usuario_id, given.filme_id, given.avaliacao))
        .collect();
    let films = demo.filmes.into_iter().map(|film| FilmFacts {
        id: film.id,
        title: film.titulo,
        year: None,
        genres: vec![film.genero],
        directors: vec![film.diretor],
        stars: film.atores,
    });
    Ok(TrainingData {
        record: DataRecord { name: DEMO_FILMES.to_owned(), fingerprint: sha256_hex(text.as_bytes()) },
        matrix: matrix(&ratings),
        times: None,
        has_stars: true,
        histories: RatedHistories::new(&ratings, &user_ids),
        films: films.collect(),
        user_ids,
        vocabulary,
    })
}

fn matrix(ratings: &Ratings) -> RatingMatrix {
    RatingMatrix::new(ratings.user_count(), ratings.item_count(), ratings.triplets(|_| true))
}

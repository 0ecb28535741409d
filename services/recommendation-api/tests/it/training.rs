//! Small models, trained on the demo data as filmlens-classic would.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use filmlens_artifacts::{DataRecord, Draft, Manifest, Metrics};
use filmlens_collaborative::{
    Blend, BlendSettings, ClassicModels, ClusterPicture, Ease, EaseSettings, FilmFacts, ItemKnn,
    ItemKnnSettings, KMeans, KMeansSettings, PictureWords, Popularity, PopularitySettings, Profiles,
    Provenance, RatingMatrix, Svd, SvdSettings, Trending, TrendingSettings,
};
use filmlens_datasets::generate::demo_users::DemoUsers;
use filmlens_datasets::ratings::{RatedHistories, Rating, Ratings};
use filmlens_datasets::sequences::Vocabulary;
use filmlens_datasets::{demo, demo_filmes};
use filmlens_domain::Film;
use serde_json::Value;

pub(crate) const USERS: u32 = 120;

pub(crate) struct KnownFilm {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) year: i16,
}

struct Trained {
    models: ClassicModels,
    data: &'static str,
    picture: Option<String>,
}

static FILMS: LazyLock<Vec<Film>> =
    LazyLock::new(|| demo::films().unwrap().into_iter().map(|demo| demo.film).collect());
static CLASSIC: LazyLock<Trained> = LazyLock::new(train_classic);
static FILMES: LazyLock<Trained> = LazyLock::new(train_filmes);

pub(crate) fn publish_classic(folder: &Path) -> String {
    CLASSIC.publish(folder).version
}

pub(crate) fn publish_filmes(folder: &Path) -> String {
    FILMES.publish(folder).version
}

/// Publishes what has the right kind and sound files, which make no sense.
pub(crate) fn publish_spoilt(folder: &Path) -> String {
    let sound = tempfile::tempdir().unwrap();
    let sound = sound.path().join("model");
    let manifest = CLASSIC.publish(&sound);
    let draft = Draft::new(folder).unwrap();
    for name in manifest.files.keys() {
        let bytes = fs::read(sound.join(name)).unwrap();
        let spoilt = &bytes[..bytes.len() - bytes.len() / 3];
        draft.write(name, spoilt).unwrap();
    }
    let description = filmlens_artifacts::Description {
        kind: manifest.kind,
        name: manifest.name,
        created_at: manifest.created_at,
        program_version: manifest.program_version,
        hyper_parameters: manifest.hyper_parameters,
        vocabulary: manifest.vocabulary,
        data: manifest.data,
        metrics: manifest.metrics,
    };
    draft.publish(description).unwrap().version
}

pub(crate) fn rated_by(user: u32) -> Vec<i64> {
    let ratings = DemoUsers::new(&*FILMS, 1).of_user(user);
    ratings.into_iter().map(|rating| rating.film.get().into()).collect()
}

/// Whose title no other film has.
pub(crate) fn most_rated() -> KnownFilm {
    let models = &CLASSIC.models;
    let best = (1..=models.vocabulary.item_count()).max_by_key(|item| models.popularity.count(*item));
    let film = models.film(best.unwrap()).unwrap();
    KnownFilm { id: film.id, title: film.title.clone(), year: film.year.unwrap() }
}

impl Trained {
    fn publish(&self, folder: &Path) -> Manifest {
        let provenance = Provenance {
            name: self.data.to_owned(),
            data: DataRecord { name: self.data.to_owned(), fingerprint: "none".to_owned() },
            metrics: Metrics::from([("rmse".to_owned(), 0.8.into())]),
            settings: Value::Null,
            created_at: chrono::Utc::now(),
        };
        let picture = self.picture.as_ref().map(|svg| ("clusters.svg", svg.as_bytes()));
        self.models.publish(folder, provenance, picture.as_slice()).unwrap()
    }
}

fn train_classic() -> Trained {
    let users = DemoUsers::new(&*FILMS, 1);
    let ids: Vec<i64> = FILMS.iter().filter_map(id_of).collect();
    let vocabulary = Vocabulary::from_ids(ids).unwrap();
    let rating = |rating: filmlens_datasets::generate::TimedRating| Rating {
        user: rating.user - 1,
        item: vocabulary.find_item(rating.film.get().into()).unwrap(),
        stars: rating.stars.stars(),
        time: rating.timestamp,
    };
    let ratings = Ratings::new(USERS, vocabulary.item_count(), users.ratings(USERS).map(rating));
    let user_ids: Vec<i64> = (1..=USERS.into()).collect();
    let matrix = matrix_of(&ratings);
    let times = (0..ratings.len()).map(|place| (ratings.get(place).item, ratings.get(place).time));
    let now = times.clone().map(|(_, time)| time).max().unwrap();
    let trending = Trending::fit(vocabulary.item_count(), times, now, &TrendingSettings::default());

    let facts: HashMap<i64, &Film> = FILMS.iter().filter_map(|film| Some((id_of(film)?, film))).collect();
    let films = vocabulary.ids().map(|id| FilmFacts::of(id, facts[&id])).collect();
    let popularity = Popularity::fit(&matrix, &PopularitySettings::default()).unwrap();
    let svd = SvdSettings { factors: 8, epochs: 5, ..SvdSettings::default() };
    let models = ClassicModels {
        films,
        profiles: Some(Profiles::new(&user_ids, &RatedHistories::new(&ratings, &user_ids))),
        trending: Some(trending.unwrap()),
        item_knn: Some(ItemKnn::fit(&matrix, &ItemKnnSettings::default(), &mut ()).unwrap()),
        blend: Some(Blend::fit(&matrix, &BlendSettings::default(), &mut ()).unwrap()),
        svd: Some(Svd::fit(&matrix, &svd, &mut ()).unwrap()),
        ease: Some(Ease::fit(&matrix, &EaseSettings::default(), &mut ()).unwrap()),
        kmeans: Some(KMeans::fit(&matrix, &KMeansSettings::default(), &mut ()).unwrap()),
        ..ClassicModels::new(vocabulary, popularity)
    };
    Trained { models, data: "demo-users", picture: None }
}

fn train_filmes() -> Trained {
    let demo = demo_filmes::load().unwrap();
    let vocabulary = Vocabulary::from_ids(demo.filmes.iter().map(|filme| filme.id).collect()).unwrap();
    let user_ids: Vec<i64> = demo.usuarios.iter().map(|usuario| usuario.id).collect();
    let rating = |avaliacao: &demo_filmes::Avaliacao| Rating {
        user: user_ids.binary_search(&avaliacao.usuario_id).unwrap() as u32,
        item: vocabulary.find_item(avaliacao.filme_id).unwrap(),
        stars: avaliacao.avaliacao,
        time: 0,
    };
    let ratings = demo.avaliacoes.iter().map(rating);
    let ratings = Ratings::new(user_ids.len() as u32, vocabulary.item_count(), ratings);
    let matrix = matrix_of(&ratings);
    let films = demo.filmes.iter().map(|filme| FilmFacts {
        id: filme.id,
        title: filme.titulo.clone(),
        genres: vec![filme.genero.clone()],
        directors: vec![filme.diretor.clone()],
        stars: filme.atores.clone(),
        ..FilmFacts::default()
    });
    let settings = KMeansSettings::default();
    let label = |item: u32| item.to_string();
    let picture = ClusterPicture::of_items(&matrix, &settings, 20, label, &mut ()).unwrap();
    let words = PictureWords {
        title: "Filmes".to_owned(),
        cluster: "Cluster".to_owned(),
        component: "Componente".to_owned(),
    };
    let popularity = Popularity::fit(&matrix, &PopularitySettings::default()).unwrap();
    let models = ClassicModels {
        films: films.collect(),
        profiles: Some(Profiles::new(&user_ids, &RatedHistories::new(&ratings, &user_ids))),
        kmeans: Some(KMeans::fit(&matrix, &settings, &mut ()).unwrap()),
        ..ClassicModels::new(vocabulary, popularity)
    };
    Trained { models, data: "demo-filmes", picture: Some(picture.to_svg(&words).unwrap()) }
}

fn id_of(film: &Film) -> Option<i64> {
    film.ids.movielens().map(|id| id.get().into())
}

fn matrix_of(ratings: &Ratings) -> RatingMatrix {
    let all = (0..ratings.len()).map(|place| ratings.get(place));
    let triples: Vec<_> = all.map(|rating| (rating.user, rating.item, rating.stars)).collect();
    RatingMatrix::new(ratings.user_count(), ratings.item_count(), triples.into_iter())
}

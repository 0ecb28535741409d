//! Models on disk: each scores the same when it is opened again, and whatever does not fit is refused by name.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use chrono::DateTime;
use filmlens_artifacts::{Artifact, DataRecord, Description, Draft, Manifest, Metrics};
use filmlens_collaborative::{
    Blend, BlendSettings, ClassicModels, Ease, EaseSettings, Error, FilmFacts, Ials, IalsSettings, ItemKnn,
    ItemKnnSettings, KMeans, KMeansSettings, Popularity, PopularitySettings, Profile, Profiles, Provenance,
    PureSvd, PureSvdSettings, RatingMatrix, RatingPredictor, Recommender, ResidualKnn, ResidualKnnSettings,
    SimilarItems, Svd, SvdSettings, Trending, TrendingSettings,
};
use filmlens_datasets::demo_filmes;
use filmlens_datasets::ratings::{RatedHistories, Ratings};
use filmlens_datasets::sequences::Vocabulary;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::json;

fn ratings() -> Ratings {
    demo_filmes::load().unwrap().ratings()
}

fn matrix() -> RatingMatrix {
    RatingMatrix::new(5, 20, ratings().triplets(|place| place % 3 > 0))
}

fn vocabulary() -> Vocabulary {
    Vocabulary::from_ids((1..=20).map(|item| item * 5).collect()).unwrap()
}

fn popularity() -> Popularity {
    Popularity::fit(&matrix(), &PopularitySettings::default()).unwrap()
}

fn provenance() -> Provenance {
    Provenance {
        name: "demo".to_owned(),
        data: DataRecord { name: "filmes".to_owned(), fingerprint: "5f2c".to_owned() },
        metrics: Metrics::from([("rmse".to_owned(), 0.87.into())]),
        settings: json!({"svd": {"factors": 4}}),
        created_at: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
    }
}

fn all() -> ClassicModels {
    let matrix = matrix();
    let times = ratings();
    let times = times.iter().map(|rating| (rating.item, rating.time * 86_400));
    let svd = SvdSettings { factors: 4, ..SvdSettings::default() };
    let ials = IalsSettings { factors: 3, ..IalsSettings::default() };
    let pure = PureSvdSettings { factors: 3, ..PureSvdSettings::default() };
    let knn = ResidualKnnSettings { shrinkage: 1.0, ..ResidualKnnSettings::default() };
    let films = [1, 2, 4, 20].map(|item| FilmFacts {
        id: item * 5,
        title: format!("Film {item}"),
        year: (item < 4).then_some(1999),
        genres: vec!["drama".to_owned()],
        ..FilmFacts::default()
    });
    ClassicModels {
        films: films.to_vec(),
        profiles: Some(Profiles::new(&[3, 5, 8, 9, 40], &RatedHistories::new(&ratings(), &[3, 5, 8, 9, 40]))),
        trending: Some(Trending::fit(20, times, 86_400 * 30, &TrendingSettings::default()).unwrap()),
        item_knn: Some(ItemKnn::fit(&matrix, &ItemKnnSettings::default(), &mut ()).unwrap()),
        residual_knn: Some(ResidualKnn::fit(&matrix, &knn, &mut ()).unwrap()),
        blend: Some(Blend::fit(&matrix, &BlendSettings::default(), &mut ()).unwrap()),
        svd: Some(Svd::fit(&matrix, &svd, &mut ()).unwrap()),
        ials: Some(Ials::fit(&matrix, &ials, &mut ()).unwrap()),
        pure_svd: Some(PureSvd::fit(&matrix, &pure, &mut ()).unwrap()),
        ease: Some(Ease::fit(&matrix, &EaseSettings::default(), &mut ()).unwrap()),
        kmeans: Some(KMeans::fit(&matrix, &KMeansSettings::default(), &mut ()).unwrap()),
        ..ClassicModels::new(vocabulary(), popularity())
    }
}

fn scores(models: &ClassicModels) -> Vec<Vec<f32>> {
    let rankers: [&dyn Recommender; 8] = [
        &models.popularity,
        models.trending.as_ref().unwrap(),
        models.item_knn.as_ref().unwrap(),
        models.svd.as_ref().unwrap(),
        models.ials.as_ref().unwrap(),
        models.pure_svd.as_ref().unwrap(),
        models.ease.as_ref().unwrap(),
        models.kmeans.as_ref().unwrap(),
    ];
    let profile = Profile { items: &[3, 11, 7], stars: &[5.0, 0.5, 3.0] };
    let mut all = Vec::new();
    for ranker in rankers {
        let mut scores = vec![0.0; 21];
        ranker.score(profile, &mut scores);
        assert!(scores[1..].iter().any(|score| score.is_finite()));
        all.push(scores);
    }
    let svd = models.svd.as_ref().unwrap();
    let knn = models.residual_knn.as_ref().unwrap();
    for predictor in [svd as &dyn RatingPredictor, knn, models.blend.as_ref().unwrap()] {
        all.push(predictor.predict_each(profile, &(0..22).collect::<Vec<u32>>()));
    }
    all.push(models.item_knn.as_ref().unwrap().similar(4, 9).iter().map(|(_, score)| *score).collect());
    all
}

#[test]
fn every_model_scores_the_same_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("classic");
    let models = all();
    let manifest = models.publish(&target, provenance(), &[("report.html", b"<html/>")]).unwrap();
    let (opened, found) = ClassicModels::open(&target).unwrap();
    assert_eq!(scores(&opened), scores(&models));
    assert_eq!((&opened.films, &opened.profiles), (&models.films, &models.profiles));
    assert_eq!(found, manifest);
    assert_eq!(manifest.kind, "classic-recommenders");
    assert_eq!(manifest.created_at, provenance().created_at);
    assert_eq!(manifest.hyper_parameters["settings"], provenance().settings);
    assert_eq!(fs::read(target.join("report.html")).unwrap(), b"<html/>");
}

#[test]
fn popularity_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let models = ClassicModels::new(vocabulary(), popularity());
    models.publish(folder.path(), provenance(), &[]).unwrap();
    assert_eq!(ClassicModels::open(folder.path()).unwrap().0, models);
    assert!(!folder.path().join("profiles.safetensors").exists());
}

#[test]
fn weights_of_which_only_the_largest_are_kept_survive_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let settings = EaseSettings { keep: Some(3), max_items: 15, ..EaseSettings::default() };
    let models = ClassicModels {
        ease: Some(Ease::fit(&matrix(), &settings, &mut ()).unwrap()),
        ..ClassicModels::new(vocabulary(), popularity())
    };
    models.publish(folder.path(), provenance(), &[]).unwrap();
    assert_eq!(ClassicModels::open(folder.path()).unwrap().0, models);
}

#[test]
fn films_and_users_are_found_by_their_numbers_and_ids() {
    let models = all();
    assert_eq!(models.film(4).unwrap().title, "Film 4");
    assert_eq!((models.film(3), models.film(0), models.film(99)), (None, None, None));
    let profiles = models.profiles.unwrap();
    assert_eq!((profiles.find_user(8), profiles.find_user(7)), (Some(2), None));
    assert_eq!(profiles.user_count(), 5);
    let profile = profiles.of(2);
    assert_eq!(profile.items, (1..=20).collect::<Vec<u32>>());
    assert_eq!(profile.stars[..4], [3.0, 4.0, 5.0, 2.0]);
}

#[test]
fn models_that_do_not_belong_together_are_not_published() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("classic");
    let models = ClassicModels { vocabulary: Vocabulary::identity(21), films: Vec::new(), ..all() };
    let refusal = models.publish(&target, provenance(), &[]).unwrap_err().to_string();
    assert_eq!(refusal, "popularity is for 20 items, and the vocabulary has 21");
    let mut models = all();
    models.films[2].id = 6;
    let refusal = models.publish(&target, provenance(), &[]).unwrap_err().to_string();
    assert_eq!(refusal, "the film with the id 6 is not in the vocabulary, or not in its order");
    assert!(!target.exists());
}

fn refusal(folder: &Path) -> String {
    let error = ClassicModels::open(folder).unwrap_err();
    let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
    format!("{error}{}", source.unwrap_or_default())
}

#[test]
fn a_file_that_was_changed_or_cut_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    all().publish(folder.path(), provenance(), &[]).unwrap();
    let names: Vec<String> =
        Artifact::open(folder.path()).unwrap().manifest().files.keys().cloned().collect();
    assert_eq!(names.len(), 13);
    for name in names {
        let path = folder.path().join(&name);
        let bytes = fs::read(&path).unwrap();
        let mut changed = bytes.clone();
        *changed.last_mut().unwrap() ^= 1;
        for wrong in [&changed[..], &bytes[..bytes.len() - 1], &[]] {
            fs::write(&path, wrong).unwrap();
            let refusal = refusal(folder.path());
            assert!(refusal.contains(&name), "{refusal}");
        }
        fs::write(&path, bytes).unwrap();
    }
    ClassicModels::open(folder.path()).unwrap();
}

/// Publishes the same models with one file other than it was, and a manifest that agrees with it.
fn forge(from: &Path, to: &Path, file: &str, bytes: &[u8], edit: impl Fn(&mut Manifest)) -> String {
    let artifact = Artifact::open(from).unwrap();
    let mut manifest = artifact.manifest().clone();
    edit(&mut manifest);
    let draft = Draft::new(to).unwrap();
    for name in manifest.files.keys() {
        draft.write(name, &artifact.read(name).unwrap()).unwrap();
    }
    draft.write(file, bytes).unwrap();
    let Manifest {
        kind, name, created_at, program_version, hyper_parameters, vocabulary, data, metrics, ..
    } = manifest;
    let description =
        Description { kind, name, created_at, program_version, hyper_parameters, vocabulary, data, metrics };
    draft.publish(description).unwrap();
    refusal(to)
}

type RawTensor<'a> = (Dtype, &'a [usize], &'a [u8]);

/// A file of tensors in which one was replaced, or left out.
fn with_tensor(bytes: &[u8], name: &str, tensor: Option<RawTensor<'_>>) -> Vec<u8> {
    let tensors = safetensors::SafeTensors::deserialize(bytes).unwrap();
    let mut all = tensors.tensors();
    all.retain(|(other, _)| other != name);
    if let Some((dtype, shape, data)) = tensor {
        all.push((name.to_owned(), TensorView::new(dtype, shape.to_owned(), data).unwrap()));
    }
    safetensors::serialize(all, &None).unwrap()
}

#[test]
fn tensors_that_do_not_fit_are_refused_by_name_even_when_the_hashes_agree() {
    let folder = tempfile::tempdir().unwrap();
    let [right, forged] = ["right", "forged"].map(|name| folder.path().join(name));
    all().publish(&right, provenance(), &[]).unwrap();
    let zeros = vec![0_u8; 20_000];
    let with_first = |first: &[u8], length: usize| {
        let mut bytes = zeros[..length].to_owned();
        bytes[..first.len()].copy_from_slice(first);
        bytes
    };
    let nan = with_first(&f32::NAN.to_le_bytes(), 21 * 4 * 4);
    let high = with_first(&21_u32.to_le_bytes(), 100 * 4);
    let cases: [(&str, &str, Option<RawTensor<'_>>, &str); 10] = [
        ("popularity", "counts", None, "counts is missing"),
        (
            "popularity",
            "counts",
            Some((Dtype::U32, &[20], &zeros[..80])),
            "counts has the shape [20] instead of [21]",
        ),
        ("popularity", "sums", Some((Dtype::F32, &[21], &zeros[..84])), "sums is of F32 instead of F64"),
        (
            "kmeans",
            "centres",
            Some((Dtype::F32, &[5, 20], &zeros[..400])),
            "centres has the shape [5, 20] instead of rows of 21",
        ),
        ("svd", "items", Some((Dtype::F32, &[21, 4], &nan)), "items is not finite at place 0"),
        (
            "svd",
            "biases.items",
            Some((Dtype::F32, &[20], &zeros[..80])),
            "biases.items has the shape [20] instead of [21]",
        ),
        ("blend", "als.items", None, "als.items is missing"),
        (
            "blend",
            "weights",
            Some((Dtype::F32, &[17], &zeros[..68])),
            "weights has the shape [17] instead of [18]",
        ),
        (
            "profiles",
            "items",
            Some((Dtype::U32, &[100], &high)),
            "items has 21 at place 0, which is not in 1..21",
        ),
        (
            "ease",
            "items",
            Some((Dtype::U32, &[20], &zeros[..80])),
            "items are not rising numbers from 1 to 20",
        ),
    ];
    for (model, tensor, replaced, problem) in cases {
        let file = format!("{model}.safetensors");
        let bytes = with_tensor(&fs::read(right.join(&file)).unwrap(), tensor, replaced);
        let found = forge(&right, &forged, &file, &bytes, |_| {});
        assert_eq!(found, format!("{file}: {problem}"));
    }
    let found = forge(&right, &forged, "svd.safetensors", b"no tensors", |_| {});
    assert!(found.starts_with("svd.safetensors is not a file of tensors: "), "{found}");
    let found = forge(&right, &forged, "films.json", b"[{\"id\": 5}]", |_| {});
    assert!(found.starts_with("films.json is not a list of films: missing field `title`"), "{found}");
}

#[test]
fn a_manifest_that_says_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let [right, forged] = ["right", "forged"].map(|name| folder.path().join(name));
    all().publish(&right, provenance(), &[]).unwrap();
    let forge = |edit: &dyn Fn(&mut Manifest)| forge(&right, &forged, "note.txt", b"", edit);
    let found = forge(&|manifest| manifest.hyper_parameters["models"]["oracle"] = json!({}));
    assert!(found.starts_with("the manifest lists the model oracle"), "{found}");
    let found = forge(&|manifest| {
        manifest.hyper_parameters["models"].as_object_mut().unwrap().remove("popularity");
    });
    assert!(found.starts_with("the manifest lists no popularity model"), "{found}");
    let found = forge(&|manifest| manifest.hyper_parameters["models"]["ials"]["speed"] = json!(1));
    assert!(found.contains("ials") && found.contains("speed"), "{found}");
    let found = forge(&|manifest| manifest.vocabulary.items = 21);
    assert!(found.contains("21"), "{found}");
    assert!(forge(&|manifest| manifest.kind = "sequence-model".to_owned()).contains("sequence-model"));
    assert!(matches!(ClassicModels::open(folder.path()), Err(Error::Artifact(_))));
}

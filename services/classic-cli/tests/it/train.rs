use std::fs;

use filmlens_artifacts::Artifact;
use filmlens_collaborative::{ClassicModels, Recommender as _};
use filmlens_evaluation::top_k;

use crate::data::{names, workplace, write_ratings};
use crate::program::{run, run_line, start};

#[test]
fn the_usual_methods_are_trained_evaluated_and_published_together() {
    let place = workplace();
    let made = run_line(place.path(), "train --data ratings --out models/mine --json").succeeded().json();
    let model = place.path().join("models/mine");
    let (models, manifest) = ClassicModels::open(&model).unwrap();
    assert_eq!(manifest.name, "mine");
    assert!(models.trending.is_some() && models.item_knn.is_some() && models.blend.is_some());
    assert!(models.svd.is_some() && models.ease.is_some() && models.kmeans.is_some());
    assert_eq!(models.film(1).unwrap().year, Some(1951));
    let files = names(&model);
    for name in ["report.html", "ratings.html", "clusters.svg"] {
        assert!(files.iter().any(|file| file == name), "{name} is not in {files:?}");
    }
    let metrics = &made["model"]["metrics"];
    assert!(metrics["ratings"]["svd"]["rmse"].as_f64().unwrap() < 1.5, "{metrics}");
    assert!(metrics["ranking"]["ease"]["ndcg_at_10"].as_f64().unwrap() > 0.1, "{metrics}");
    assert_eq!(names(&place.path().join("models")), ["mine", "runs"]);
}

#[test]
fn histories_without_stars_are_enough_for_some_methods() {
    let place = workplace();
    run_line(place.path(), "train --data histories --out model").succeeded();
    let (models, _) = ClassicModels::open(&place.path().join("model")).unwrap();
    assert!(models.ials.is_some() && models.pure_svd.is_some() && models.ease.is_some());
    assert!(models.svd.is_none() && models.trending.is_none() && models.blend.is_none());
    run_line(place.path(), "train svd --data histories --out other").failed_with("svd cannot be trained");
}

#[test]
fn a_folder_with_histories_beside_ratings_trains_on_the_ratings() {
    let place = workplace();
    write_ratings(&place.path().join("histories"));
    let run = run_line(place.path(), "train popular svd --data histories --out model --json").succeeded();
    assert!(run.stderr.contains("no ranking is evaluated"), "{}", run.stderr);
    let json = run.json();
    let results = &json["results"];
    assert!(results["ranking"].is_null() && results["ratings"].is_object(), "{results}");
}

#[test]
fn too_few_ratings_for_a_ranking_are_no_reason_not_to_train() {
    let place = workplace();
    let few = "userId,movieId,rating,timestamp\n\
        1,1,4.0,1\n1,2,3.0,2\n1,3,5.0,3\n2,1,2.0,1\n2,2,4.5,2\n2,4,3.5,3\n";
    fs::create_dir(place.path().join("few")).unwrap();
    fs::write(place.path().join("few/ratings.csv"), few).unwrap();
    let run = run_line(place.path(), "train popular ease --data few --out model --json").succeeded();
    assert!(run.stderr.contains("no ranking is evaluated"), "{}", run.stderr);
    assert!(run.json()["results"]["ranking"].is_null(), "{run:?}");
    let (models, _) = ClassicModels::open(&place.path().join("model")).unwrap();
    assert!(models.ease.is_some());
}

#[test]
fn the_demo_gives_the_five_lists() {
    let place = workplace();
    run_line(place.path(), "train kmeans --data demo-filmes --out filmes").succeeded();
    let (models, manifest) = ClassicModels::open(&place.path().join("filmes")).unwrap();
    assert_eq!((manifest.name.as_str(), manifest.data.name.as_str()), ("filmes", "demo-filmes"));
    let (kmeans, profiles) = (models.kmeans.unwrap(), models.profiles.unwrap());
    // What the service answers, in the order of the films.
    let published =
        [[11, 14, 18, 19, 20], [4, 6, 10, 12, 15], [2, 3, 7, 13, 16], [1, 8, 11, 14, 20], [3, 5, 10, 13, 17]];
    for (user, published) in (0..).zip(published) {
        let mut scores = vec![f32::NEG_INFINITY; 21];
        kmeans.score(profiles.of(user), &mut scores);
        let mut list = top_k(&scores, 5, &[]);
        list.sort_unstable();
        assert_eq!(list, published, "user {}", user + 1);
    }
    assert_eq!(models.films[0].directors, ["Ridley Scott"]);
}

#[test]
fn the_same_seed_gives_the_same_models_whatever_the_threads() {
    let place = workplace();
    let files = |out: &str, further: &str| {
        let line = format!("train --data ratings --out {out} --no-evaluation {further}");
        run_line(place.path(), &line).succeeded();
        Artifact::open(place.path().join(out)).unwrap().manifest().files.clone()
    };
    let once = files("once", "--threads 1");
    assert_eq!(files("again", "--threads 3"), once);
    assert_ne!(files("other", "--seed 7"), once);
}

#[test]
fn if_absent_leaves_what_is_there() {
    let place = workplace();
    let line = "train popular --data ratings --out model --no-evaluation";
    run_line(place.path(), line).succeeded();
    let manifest = fs::read(place.path().join("model/manifest.json")).unwrap();
    let again = run_line(place.path(), &format!("{line} --if-absent")).succeeded();
    assert!(again.stderr.contains("holds models already"), "{again:?}");
    assert_eq!(fs::read(place.path().join("model/manifest.json")).unwrap(), manifest);
    run_line(place.path(), line).succeeded();
    assert_ne!(fs::read(place.path().join("model/manifest.json")).unwrap(), manifest);
}

#[test]
fn a_folder_with_something_else_is_left_alone() {
    let place = workplace();
    run_line(place.path(), "train popular --data ratings --out histories").failed_with("cannot be put in");
    assert_eq!(names(&place.path().join("histories")), ["sequences.txt"]);
}

#[test]
fn ctrl_c_stops_and_leaves_what_was_there() {
    let place = workplace();
    run_line(place.path(), "train popular --data ratings --out model --no-evaluation").succeeded();
    let manifest = fs::read(place.path().join("model/manifest.json")).unwrap();
    fs::write(place.path().join("long.toml"), "[svd]\nepochs = 1000000\n").unwrap();
    let mut running = start(place.path(), "train svd --data ratings --out model --config long.toml");
    // The record is begun right before the training.
    while names(place.path()).iter().all(|name| name != "runs") {
        std::thread::yield_now();
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    running.signal("INT");
    assert!(!running.wait_for("panicked"));
    let (code, said) = running.end();
    assert_eq!(code, Some(130), "{said}");
    assert_eq!(fs::read(place.path().join("model/manifest.json")).unwrap(), manifest);
}

#[test]
fn models_can_be_tried_by_hand() {
    let place = workplace();
    run_line(place.path(), "train --data ratings --out model --no-evaluation").succeeded();
    let similar = run(place.path(), ["similar", "model", "the story 3", "--json"]).succeeded().json();
    let films = similar["films"].as_array().unwrap();
    assert_eq!((similar["method"].as_str(), films.len()), (Some("knn"), 5));
    assert!(films.iter().all(|film| film["movie_id"] != 30), "{similar}");

    let unknown = run(place.path(), ["similar", "model", "The Storie 3"]);
    unknown.failed_with("Story 3 (1953)");
    run(place.path(), ["similar", "model", " "]).failed_with("give a title");
    let other = run(place.path(), ["similar", "model", "Story 3", "--method", "ease"]);
    other.failed_with("use one of knn, ials, pure-svd, svd");

    let line = ["recommend", "model", "--user", "1", "--method", "ease", "--k", "3", "--json"];
    let recommended = run(place.path(), line).succeeded().json();
    assert_eq!(recommended["films"].as_array().unwrap().len(), 3);
    let rated = ["recommend", "model", "--rated", "Story 1, The (1951)=5", "--rated", "Story 2=4"];
    assert!(run(place.path(), rated).succeeded().stdout.contains("Story"));
    run(place.path(), ["recommend", "model", "--rated", "Story 1"]).failed_with("write the stars behind");
    for wrong in ["Story 1=-99", "Story 1=0", "Story 1=5.1", "Story 1=1e30", "Story 1=NaN", "Story 1=many"] {
        run(place.path(), ["recommend", "model", "--rated", wrong]).failed_with("a number from 0.5 to 5");
    }
    run(place.path(), ["recommend", "model", "--user", "777"]).failed_with("no user with the id 777");

    let predicted =
        run(place.path(), ["predict", "model", "--user", "1", "Story 5", "--json"]).succeeded().json();
    assert!((0.5..=5.0).contains(&predicted["stars"].as_f64().unwrap()), "{predicted}");
    run(place.path(), ["predict", "nowhere", "--user", "1", "Story 5"]).failed_with("nowhere");
}

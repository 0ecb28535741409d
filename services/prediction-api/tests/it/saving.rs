use std::sync::Arc;
use std::time::{Duration, Instant};

use filmlens_test_support::TestDatabase;
use serde_json::{Value, json};
use sqlx::Row;

use crate::api::{PICNIC, Setup, TestApi, WAR, film};
use crate::cable::Cable;

#[tokio::test]
async fn a_prediction_is_in_the_history_the_audit_and_the_triggers() {
    let api = TestApi::spawn().await;
    let mut request = film("tt1", WAR);
    request["genres"] = json!(["War"]);
    let predicted = api.post("/predict", &request).await.body;
    api.has_saved(1).await;

    let row = sqlx::query("SELECT * FROM predictions").fetch_one(&api.pool).await.unwrap();
    assert_eq!(row.get::<&str, _>("movie_id"), "tt1");
    assert_eq!(predicted["model_version"], row.get::<&str, _>("model_version"));
    let levels: Value = row.get("levels");
    assert_eq!(levels["violencia"], predicted["violencia_nivel"]);
    assert_eq!(row.get::<f32, _>("family_score"), 81.5);

    let row = sqlx::query("SELECT * FROM prediction_audit").fetch_one(&api.pool).await.unwrap();
    let input: Value = serde_json::from_str(row.get("input_text")).unwrap();
    assert_eq!((&input["description"], &input["genres"]), (&json!(WAR), &json!(["War"])));
    assert_eq!(row.get::<Value, _>("prediction_result"), levels);

    let row = sqlx::query("SELECT * FROM movie_triggers").fetch_one(&api.pool).await.unwrap();
    assert_eq!((row.get::<&str, _>("title"), row.get::<&str, _>("description")), ("Film tt1", WAR));
    assert_eq!(
        (row.get::<&str, _>("violencia_nivel"), row.get::<f64, _>("violencia_prob_alto")),
        ("alto", 0.75)
    );
    let detected: chrono::DateTime<chrono::Utc> = row.get("detected_at");

    api.post("/predict", &film("tt1", PICNIC)).await;
    api.has_saved(2).await;
    let row = sqlx::query("SELECT * FROM movie_triggers").fetch_one(&api.pool).await.unwrap();
    assert_eq!(row.get::<&str, _>("violencia_nivel"), "sin_contenido");
    assert!(row.get::<chrono::DateTime<chrono::Utc>, _>("detected_at") > detected);
    assert_eq!((api.count("movie_triggers").await, api.count("prediction_audit").await), (1, 2));
}

#[tokio::test]
async fn levels_that_a_person_set_are_not_replaced_by_a_model() {
    let api = TestApi::spawn().await;
    api.post("/predict", &film("tt1", PICNIC)).await;
    api.post("/predict", &film("tt2", PICNIC)).await;
    api.has_saved(2).await;
    for (id, version) in [("tt1", Some("demo-human-1")), ("tt2", None)] {
        sqlx::query(
            "UPDATE movie_triggers SET model_version = $2, suicidio_nivel = 'alto' WHERE movie_id = $1",
        )
        .bind(id)
        .bind(version)
        .execute(&api.pool)
        .await
        .unwrap();
        api.post("/predict", &film(id, WAR)).await;
    }
    api.has_saved(4).await;
    for id in ["tt1", "tt2"] {
        let read = api.get(&format!("/api/v1/predict/{id}")).await.body;
        assert_eq!(read["suicidio_nivel"]["nivel"], "alto", "{read}");
        assert_eq!(read["violencia_nivel"]["nivel"], "sin_contenido", "{read}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_prediction_answered_while_the_database_goes_and_comes_is_in_the_history_once() {
    let direct = TestDatabase::migrated().await.url();
    let cable = Cable::to(&direct).await;
    let setup = Setup { through: Some(cable.url.clone()), database: Some(direct), ..Setup::default() };
    let api = Arc::new(TestApi::spawn_with(setup).await);
    let until = Instant::now() + Duration::from_secs(4);
    let askers: Vec<_> = (0..4)
        .map(|asker| {
            let api = api.clone();
            tokio::spawn(async move {
                let (mut answered, mut unsaved) = (0, 0);
                while Instant::now() < until {
                    let answer = api.post("/predict", &film(&format!("{asker}-{answered}"), WAR)).await;
                    assert_eq!(answer.status, 200, "{}", answer.body);
                    answered += 1;
                    if answer.body["saved"] == false {
                        assert_eq!(answer.body["not_saved_because"], "database_down");
                        unsaved += 1;
                    }
                }
                (answered, unsaved)
            })
        })
        .collect();
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        cable.cut();
        tokio::time::sleep(Duration::from_millis(500)).await;
        cable.plug_in();
    }
    let (mut answered, mut unsaved) = (0, 0);
    for asker in askers {
        let (of_asker, unsaved_of_asker) = asker.await.unwrap();
        answered += of_asker;
        unsaved += unsaved_of_asker;
    }
    assert!(unsaved > 0, "nobody was told that the database is down");
    api.has_saved(answered).await;
    let distinct: i64 = sqlx::query_scalar("SELECT count(DISTINCT movie_id) FROM predictions")
        .fetch_one(&api.pool)
        .await
        .unwrap();
    assert_eq!(distinct, answered);
    assert_eq!(
        (api.count("movie_triggers").await, api.count("prediction_audit").await),
        (answered, answered)
    );
    let answer = api.post("/predict", &film("last", WAR)).await;
    assert_eq!(answer.body["saved"], true);
}

#[tokio::test]
async fn a_connection_that_falls_silent_in_the_middle_of_writing_is_given_up() {
    let direct = TestDatabase::migrated().await.url();
    let cable = Cable::to(&direct).await;
    let environment = vec![("FILMLENS__SAVING__WRITE_TIMEOUT", "500ms".to_owned())];
    let setup =
        Setup { through: Some(cable.url.clone()), database: Some(direct), environment, ..Setup::default() };
    let api = TestApi::spawn_with(setup).await;
    api.post("/predict", &film("1", WAR)).await;
    api.has_saved(1).await;

    let mut lock = api.pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE predictions IN SHARE MODE").execute(&mut *lock).await.unwrap();
    api.post("/predict", &film("2", WAR)).await;
    let waits = "SELECT count(*) FROM pg_stat_activity \
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waits).fetch_one(&api.pool).await.unwrap() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    cable.silence();
    lock.rollback().await.unwrap();
    let mut told = api.post("/predict", &film("3", WAR)).await.body;
    for _ in 0..200 {
        if told["saved"] == false {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
        told = api.post("/predict", &film("3", WAR)).await.body;
    }
    assert_eq!(told["not_saved_because"], "database_down", "{told}");

    cable.plug_in();
    api.wait_until("/api/v1/predict/2", |answer| answer.status == 200).await;
    for _ in 0..800 {
        if api.count("movie_triggers").await == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let twos: i64 = sqlx::query_scalar("SELECT count(*) FROM predictions WHERE movie_id = '2'")
        .fetch_one(&api.pool)
        .await
        .unwrap();
    assert_eq!((api.count("movie_triggers").await, twos), (3, 1));
}

#[tokio::test]
async fn a_full_queue_says_so_and_counts_what_is_lost() {
    let direct = TestDatabase::migrated().await.url();
    let cable = Cable::to(&direct).await;
    cable.cut();
    let environment = vec![("FILMLENS__SAVING__QUEUE_PREDICTIONS", "2".to_owned())];
    let setup =
        Setup { through: Some(cable.url.clone()), database: Some(direct), environment, ..Setup::default() };
    let api = TestApi::spawn_with(setup).await;
    api.post("/predict", &film("1", WAR)).await;
    api.post("/predict", &film("2", WAR)).await;
    let third = api.post("/predict", &film("3", WAR)).await.body;
    assert_eq!((&third["saved"], &third["not_saved_because"]), (&json!(false), &json!("queue_full")));
    assert_eq!(third["violencia_nivel"]["nivel"], "alto");
    // What waits can be read, and what is not kept cannot be looked for now.
    assert_eq!(api.get("/api/v1/predict/2").await.body["violencia_nivel"]["nivel"], "alto");
    api.wait_until("/api/v1/predict/3", |answer| answer.status == 503).await;
    let metrics = api.get("/metrics").await.body;
    assert!(metrics.as_str().unwrap().contains("predictions_lost_total{reason=\"queue_full\"}"), "{metrics}");

    cable.plug_in();
    api.has_saved(2).await;
    assert_eq!(api.get("/api/v1/predict/3").await.status, 404);
}

#[tokio::test]
async fn what_a_stopping_service_cannot_write_is_written_by_the_next() {
    let direct = TestDatabase::migrated().await.url();
    let cable = Cable::to(&direct).await;
    cable.cut();
    let environment = vec![("FILMLENS__SAVING__DRAIN_TIMEOUT", "100ms".to_owned())];
    let setup = Setup {
        through: Some(cable.url.clone()),
        database: Some(direct.clone()),
        environment,
        ..Setup::default()
    };
    let api = TestApi::spawn_with(setup).await;
    for number in 0..5 {
        api.post("/predict", &film(&number.to_string(), WAR)).await;
    }
    let folder = api.shut_down().await;
    assert!(folder.path().join("unsaved.ndjson").exists());

    let setup = Setup { database: Some(direct), folder: Some(folder), ..Setup::default() };
    let api = TestApi::spawn_with(setup).await;
    api.has_saved(5).await;
    let folder = api.shut_down().await;
    assert!(!folder.path().join("unsaved.ndjson").exists());
}

#[tokio::test]
async fn a_service_that_stops_has_saved_all_that_it_answered() {
    let direct = TestDatabase::migrated().await.url();
    let api = TestApi::spawn_with(Setup { database: Some(direct), ..Setup::default() }).await;
    let films: Vec<Value> = (0..500).map(|number| film(&number.to_string(), WAR)).collect();
    assert_eq!(api.post("/api/v1/predict/batch", &json!({"films": films})).await.body["predicted"], 500);
    let pool = api.pool.clone();
    api.shut_down().await;
    let saved: i64 = sqlx::query_scalar("SELECT count(*) FROM predictions").fetch_one(&pool).await.unwrap();
    assert_eq!(saved, 500);
}

#[tokio::test]
async fn without_saving_no_database_is_needed() {
    let environment = vec![("FILMLENS__SAVING__ENABLED", "false".to_owned())];
    let api = TestApi::spawn_with(Setup { environment, ..Setup::default() }).await;
    let answer = api.post("/predict", &film("1", WAR)).await.body;
    assert_eq!((&answer["saved"], &answer["not_saved_because"]), (&json!(false), &json!("off")));
    assert_eq!(api.get("/api/v1/predict/1").await.body["code"], "saving_off");
}

use chrono::{DateTime, TimeDelta, Utc};
use filmlens_catalog_store::{CatalogStore, MadePrediction};
use filmlens_domain::{Level, PerCategory};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store;

fn levels(nivel: &str) -> Value {
    let probabilities = json!({"sin_contenido": 0.25, "moderado": 0.25, "alto": 0.5});
    let category = json!({"nivel": nivel, "probabilidad": 0.5, "probabilidades_todas": probabilities});
    json!({
        "violencia": category, "sexualidad": category, "drogas": category, "lenguaje_fuerte": category,
        "suicidio": category,
    })
}

fn made(movie_id: &str, nivel: &str, predicted_at: DateTime<Utc>) -> MadePrediction {
    MadePrediction {
        id: Uuid::now_v7(),
        predicted_at,
        movie_id: movie_id.to_owned(),
        title: "The \"Film\" of\nall 🎬".to_owned(),
        description: "What it is about.".to_owned(),
        model_version: "1".to_owned(),
        levels: levels(nivel),
        family_score: 61.5,
        processing_time_ms: 3,
        input: "{}".to_owned(),
    }
}

async fn count(store: &CatalogStore, table: &str) -> i64 {
    let statement = format!("SELECT count(*) FROM {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_one(store.pool()).await.unwrap()
}

#[tokio::test]
async fn saving_again_changes_nothing() {
    let store = store().await;
    let now = Utc::now();
    let (first, second) = (made("a", "alto", now), made("b", "moderado", now));
    for _ in 0..3 {
        store.save_predictions(&[&first, &second]).await.unwrap();
    }
    for (table, rows) in [("predictions", 2), ("prediction_audit", 2), ("movie_triggers", 2)] {
        assert_eq!(count(&store, table).await, rows, "{table}");
    }
    let trigger = store.find_trigger("a").await.unwrap().unwrap();
    assert_eq!((trigger.title.as_str(), trigger.readings.drogas.level), (first.title.as_str(), Level::Alto));
    assert_eq!(trigger.readings.drogas.high, 0.5);
    let (history, _) = store.list_predictions(&["a".to_owned()], 1, 10).await.unwrap();
    assert_eq!((&history[0].levels, history[0].family_score), (&first.levels, Some(61.5)));
}

#[tokio::test]
async fn of_a_film_the_latest_prediction_is_its_trigger_whatever_order_they_are_saved_in() {
    let store = store().await;
    let now = Utc::now();
    let newest = made("a", "alto", now);
    let older = made("a", "moderado", now - TimeDelta::seconds(5));
    let oldest = made("a", "sin_contenido", now - TimeDelta::seconds(9));
    store.save_predictions(&[&newest, &older]).await.unwrap();
    store.save_predictions(&[&oldest]).await.unwrap();
    assert_eq!(count(&store, "predictions").await, 3);
    let trigger = store.find_trigger("a").await.unwrap().unwrap();
    assert_eq!(trigger.readings.violencia.level, Level::Alto);
}

#[tokio::test]
async fn a_trigger_is_uncertain_where_its_latest_prediction_is() {
    let store = store().await;
    let now = Utc::now();
    let mut unsure = made("a", "sin_contenido", now);
    unsure.levels["drogas"]["incierto"] = json!(true);
    unsure.levels["suicidio"]["incierto"] = json!(false);
    store.save_predictions(&[&unsure]).await.unwrap();
    let trigger = store.find_trigger("a").await.unwrap().unwrap();
    assert_eq!(trigger.uncertain, PerCategory { drogas: true, ..PerCategory::default() });
    let sure = made("a", "sin_contenido", now + TimeDelta::seconds(1));
    store.save_predictions(&[&sure]).await.unwrap();
    let trigger = store.find_trigger("a").await.unwrap().unwrap();
    assert_eq!(trigger.uncertain, PerCategory::default());
}

#[tokio::test]
async fn values_that_the_schema_refuses_are_told_apart_from_a_database_that_is_down() {
    let store = store().await;
    let refused = store.save_predictions(&[&made("a", "enorme", Utc::now())]).await.unwrap_err();
    assert!(refused.is_of_the_values(), "{refused:?}");
    let mut long = made("a", "alto", Utc::now());
    long.movie_id = "a".repeat(51);
    assert!(store.save_predictions(&[&long]).await.unwrap_err().is_of_the_values());
    assert_eq!(count(&store, "predictions").await, 0);
}

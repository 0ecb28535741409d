use filmlens_catalog_store::{Error, NewPrediction, NewTrigger, TriggerFilter};
use filmlens_domain::{Level, PerCategory, Reading};
use serde_json::json;

use crate::store;

fn trigger(movie_id: &str, violence: Level) -> NewTrigger {
    let mut readings = PerCategory::from_fn(|_| Reading::certain(Level::SinContenido));
    readings.violencia = Reading { probability: 0.75, ..Reading::certain(violence) };
    NewTrigger {
        movie_id: movie_id.to_owned(),
        title: "A film".to_owned(),
        description: None,
        readings,
        uncertain: PerCategory::default(),
        model_version: Some("test-1".to_owned()),
        processing_time_ms: Some(3),
    }
}

#[tokio::test]
async fn a_trigger_comes_back_as_it_was_written() {
    let store = store().await;
    let written = trigger("tt1", Level::Alto);
    let row = store.create_trigger(&written).await.unwrap();
    assert_eq!(row.readings, written.readings);
    assert_eq!(store.find_trigger("tt1").await.unwrap(), Some(row.clone()));
    assert!(matches!(store.create_trigger(&written).await, Err(Error::Duplicate { field: "movie_id" })));

    let milder = trigger("tt1", Level::Moderado);
    let replaced = store.replace_trigger(&row, &milder).await.unwrap().unwrap();
    assert!(replaced.detected_at > row.detected_at);
    let renamed = NewTrigger { title: "Another".to_owned(), ..milder.clone() };
    let replaced_again = store.replace_trigger(&replaced, &renamed).await.unwrap().unwrap();
    assert_eq!(replaced_again.detected_at, replaced.detected_at);
    assert_eq!(replaced.readings.violencia.level, Level::Moderado);
    assert_eq!(store.replace_trigger(&row, &milder).await.unwrap(), None);
    assert!(store.delete_trigger("tt1", replaced_again.version()).await.unwrap());
}

#[tokio::test]
async fn holding_a_category_means_any_level_but_none() {
    let store = store().await;
    for (id, level) in [("tt1", Level::SinContenido), ("tt2", Level::Moderado), ("tt3", Level::Alto)] {
        store.create_trigger(&trigger(id, level)).await.unwrap();
    }
    let list = async |holds: Option<bool>| {
        let holds = PerCategory { violencia: holds, ..PerCategory::default() };
        let (rows, total) =
            store.list_triggers(&TriggerFilter { movie_id: None, holds }, 1, 10).await.unwrap();
        assert_eq!(total, rows.len() as u64);
        rows.into_iter().map(|row| row.movie_id).collect::<Vec<_>>()
    };
    assert_eq!(list(Some(true)).await, ["tt2", "tt3"]);
    assert_eq!(list(Some(false)).await, ["tt1"]);
    assert_eq!(list(None).await.len(), 3);
}

#[tokio::test]
async fn what_is_uncertain_comes_back_and_does_not_count_as_holding_nothing() {
    let store = store().await;
    let certain = trigger("tt1", Level::SinContenido);
    let uncertain = NewTrigger {
        uncertain: PerCategory { violencia: true, ..PerCategory::default() },
        ..trigger("tt2", Level::SinContenido)
    };
    store.create_trigger(&certain).await.unwrap();
    let row = store.create_trigger(&uncertain).await.unwrap();
    assert_eq!(row.uncertain, uncertain.uncertain);
    let list = async |holds: PerCategory<Option<bool>>| {
        let filter = TriggerFilter { movie_id: None, holds };
        let (rows, _) = store.list_triggers(&filter, 1, 10).await.unwrap();
        rows.into_iter().map(|row| row.movie_id).collect::<Vec<_>>()
    };
    let none = PerCategory::default();
    assert_eq!(list(PerCategory { violencia: Some(false), ..none }).await, ["tt1"]);
    assert_eq!(list(PerCategory { drogas: Some(false), ..none }).await, ["tt1", "tt2"]);
    assert_eq!(list(PerCategory { violencia: Some(true), ..none }).await, Vec::<String>::new());

    let settled = NewTrigger { uncertain: PerCategory::default(), ..uncertain };
    let settled = store.replace_trigger(&row, &settled).await.unwrap().unwrap();
    assert!(settled.detected_at > row.detected_at);
    assert_eq!(list(PerCategory { violencia: Some(false), ..PerCategory::default() }).await, ["tt1", "tt2"]);
}

#[tokio::test]
async fn the_history_of_a_film_has_its_latest_prediction_first() {
    let store = store().await;
    for version in ["1", "2"] {
        let prediction = NewPrediction {
            movie_id: "tt1".to_owned(),
            model_version: version.to_owned(),
            levels: json!({"violencia": {"nivel": "alto"}}),
            family_score: Some(55.5),
            processing_time_ms: Some(4),
        };
        store.record_prediction(&prediction).await.unwrap();
    }
    let (rows, total) = store.list_predictions(&["tt1".to_owned(), "278".to_owned()], 1, 10).await.unwrap();
    let versions: Vec<_> = rows.iter().map(|row| row.model_version.as_str()).collect();
    assert_eq!((versions, total), (vec!["2", "1"], 2));
}

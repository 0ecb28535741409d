use filmlens_catalog_store::{CatalogStore, PostgresSettings, Role};
use filmlens_domain::{FamilyLimits, FamilyProfile, Name};
use filmlens_settings::Secret;
use filmlens_test_support::TestDatabase;
use reqwest::Method;
use serde_json::json;

use crate::api::{PICNIC, Setup, TOO_SHORT, TestApi, WAR, film};

#[tokio::test]
async fn a_family_described_in_the_request_gets_a_verdict_with_its_reasons() {
    let api = TestApi::spawn().await;
    let verdict = async |description: &str, profile| {
        let mut request = film("1", description);
        request["profile"] = profile;
        request["genres"] = json!(["Horror"]);
        api.post("/predict", &request).await.body["verdict"].clone()
    };
    assert_eq!(verdict(PICNIC, json!({"age": 6})).await["decision"], "suitable");
    assert_eq!(
        verdict(WAR, json!({"age": 9})).await,
        json!({
            "decision": "unsuitable",
            "message": "No es apta para esta familia.",
            "reasons": [{
                "reason": "above_limit", "category": "violencia", "nivel": "alto", "limit": "moderado",
                "probabilidad": 0.75, "incierto": false,
            }],
        })
    );
    assert_eq!(
        verdict(WAR, json!({"age": 9, "limits": {"violencia": "alto"}})).await["decision"],
        "suitable"
    );
    let blocked = verdict(PICNIC, json!({"age": 40, "blocked_genres": ["horror"]})).await;
    assert_eq!(blocked["reasons"], json!([{"reason": "blocked_genre", "genre": "Horror"}]));
    let unsure = verdict(TOO_SHORT, json!({"age": 9})).await;
    assert_eq!(unsure["decision"], "needs_review");
    assert!(unsure["message"].as_str().unwrap().starts_with("No se puede saber"));
}

#[tokio::test]
async fn too_little_text_is_uncertain_and_never_called_safe() {
    let api = TestApi::spawn().await;
    let answer = api.post("/predict", &film("1", TOO_SHORT)).await.body;
    assert_eq!(answer["drogas_nivel"]["incierto"], true);
    assert_eq!(answer["suitability"], "unknown");
    api.has_saved(1).await;
    let is_uncertain: bool =
        sqlx::query_scalar("SELECT drogas_incierto FROM movie_triggers").fetch_one(&api.pool).await.unwrap();
    assert!(is_uncertain);
    let read = api.get("/api/v1/predict/1").await.body;
    assert_eq!((&read["drogas_nivel"]["incierto"], &read["suitability"]), (&json!(true), &json!("unknown")));
}

#[tokio::test]
async fn a_stored_profile_counts_for_the_client_that_keeps_it() {
    let database = TestDatabase::migrated().await.url();
    let api = TestApi::spawn_with(Setup { database: Some(database.clone()), ..Setup::default() }).await;
    let store = CatalogStore::connect(&Secret::new(database), &PostgresSettings::default()).unwrap();
    let owner = store.create_api_key("owner", Role::Reader).await.unwrap();
    let stranger = store.create_api_key("stranger", Role::Reader).await.unwrap();
    let profile = FamilyProfile {
        name: Name::parse("Film night").unwrap(),
        age: 9,
        limits: FamilyLimits::for_age(9),
        blocked_genres: Vec::new(),
    };
    let profile = store.create_profile(owner.id, None, &profile).await.unwrap();

    let mut request = film("1", WAR);
    request["profile_id"] = json!(profile.id);
    let ask =
        async |headers: &[(&str, &str)]| api.send(Method::POST, "/predict", headers, Some(&request)).await;
    assert_eq!(ask(&[("x-api-key", &owner.key)]).await.body["verdict"]["decision"], "unsuitable");
    let bearer = format!("Bearer {}", owner.key);
    assert_eq!(ask(&[("authorization", &bearer)]).await.body["verdict"]["decision"], "unsuitable");
    ask(&[("x-api-key", &stranger.key)])
        .await
        .is_problem(404, &format!("Profile not found with id: {}", profile.id));
    assert_eq!(ask(&[("x-api-key", "wrong")]).await.status, 401);
    assert_eq!(ask(&[]).await.headers["www-authenticate"], "Bearer realm=\"filmlens\"");

    request["profile"] = json!({"age": 9});
    let both = api.send(Method::POST, "/predict", &[("x-api-key", &owner.key)], Some(&request)).await;
    both.is_problem(422, "profile_id must not be sent beside profile");
}

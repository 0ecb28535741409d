use filmlens_catalog_store::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::TestApi;

fn trigger(movie_id: &str, violence: &str) -> Value {
    let none = json!({"nivel": "sin_contenido"});
    json!({
        "movie_id": movie_id,
        "title": "A film",
        "violencia": {
            "nivel": violence,
            "probabilidad": 0.8,
            "probabilidades_todas": {"sin_contenido": 0.1, "moderado": 0.2, "alto": 0.8}
        },
        "sexualidad": none, "drogas": none, "lenguaje_fuerte": none, "suicidio": none
    })
}

#[tokio::test]
async fn triggers_are_kept_and_filtered() {
    let api = TestApi::spawn().await;
    let key = api.key("editor", Role::Editor).await;
    let auth = [("x-api-key", key.as_str())];
    for (id, level) in [("tt1", "alto"), ("tt2", "sin_contenido")] {
        let created = api.send(Method::POST, "/api/v1/triggers", &auth, Some(&trigger(id, level))).await;
        assert_eq!(created.status, 201, "{}", created.body);
    }
    let row = api.get("/api/v1/triggers/tt1").await;
    assert_eq!(row.body["violencia_nivel"], "alto");
    assert_eq!(row.body["violencia_probabilidad"], 0.8);
    assert_eq!(row.body["violencia_prob_moderado"], 0.2);
    assert_eq!(row.body["drogas_prob_sin_contenido"], 1.0);

    let list = async |query: &str| {
        let body = api.get(&format!("/api/v1/triggers?{query}")).await.body;
        let rows = body["items"].as_array().unwrap();
        rows.iter().map(|row| row["movie_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list("").await, ["tt1", "tt2"]);
    assert_eq!(list("has_violence=true").await, ["tt1"]);
    assert_eq!(list("has_violence=false").await, ["tt2"]);
    for spelling in ["True", "TRUE", "1", "yes"] {
        assert_eq!(list(&format!("has_violence={spelling}")).await, ["tt1"], "{spelling}");
    }
    assert_eq!(list("has_suicide=true").await, Vec::<String>::new());
    assert_eq!(list("movie_id=tt2&limit=1").await, ["tt2"]);
}

#[tokio::test]
async fn a_trigger_is_patched_replaced_and_deleted_by_whoever_read_it() {
    let api = TestApi::spawn().await;
    let key = api.key("editor", Role::Editor).await;
    let auth = [("x-api-key", key.as_str())];
    let created = api.send(Method::POST, "/api/v1/triggers", &auth, Some(&trigger("tt1", "alto"))).await;
    let again = api.send(Method::POST, "/api/v1/triggers", &auth, Some(&trigger("tt1", "alto"))).await;
    again.is_problem(409, "There is one with this movie_id already.");

    let path = "/api/v1/triggers/tt1";
    let retitled = {
        let headers = [auth[0], ("if-match", created.etag())];
        api.send(Method::PATCH, path, &headers, Some(&json!({"title": "Another"}))).await
    };
    let mut expected = created.body.clone();
    expected["title"] = json!("Another");
    assert_eq!(retitled.body, expected, "what a patch leaves out stays");
    let created = retitled;

    let change = async |method: Method, etag: &str, body: Option<Value>| {
        api.send(method, path, &[auth[0], ("if-match", etag)], body.as_ref()).await
    };
    let patch = json!({"violencia": {"nivel": "moderado"}});
    let patched = change(Method::PATCH, created.etag(), Some(patch.clone())).await;
    assert_eq!((patched.status.as_u16(), &patched.body["violencia_nivel"]), (200, &json!("moderado")));
    assert_eq!(patched.body["violencia_prob_moderado"], 1.0, "{}", patched.body);
    assert_eq!(change(Method::PATCH, created.etag(), Some(patch)).await.status, 412);

    let replaced = change(Method::PUT, patched.etag(), Some(trigger("tt1", "sin_contenido"))).await;
    assert_eq!(replaced.body["violencia_nivel"], "sin_contenido");
    assert_eq!(change(Method::DELETE, "*", None).await.status, 204);
    assert_eq!(api.get(path).await.status, 404);
}

#[tokio::test]
async fn a_film_that_nobody_is_sure_of_does_not_count_as_free_of_violence() {
    let api = TestApi::spawn().await;
    let key = api.key("editor", Role::Editor).await;
    let auth = [("x-api-key", key.as_str())];
    let mut unsure = trigger("tt1", "sin_contenido");
    unsure["violencia"]["incierto"] = json!(true);
    let created = api.send(Method::POST, "/api/v1/triggers", &auth, Some(&unsure)).await;
    assert_eq!(created.body["violencia_incierto"], true, "{}", created.body);
    assert_eq!(created.body["drogas_incierto"], false);
    for (query, found) in
        [("", 1), ("?has_violence=false", 0), ("?has_violence=true", 0), ("?has_suicide=false", 1)]
    {
        let body = api.get(&format!("/api/v1/triggers{query}")).await.body;
        assert_eq!(body["total_items"], found, "{query}: {body}");
    }

    let path = "/api/v1/triggers/tt1";
    let patch = async |patch: Value| {
        let headers = [auth[0], ("if-match", "*")];
        api.send(Method::PATCH, path, &headers, Some(&patch)).await.body
    };
    assert_eq!(patch(json!({"title": "Another"})).await["violencia_incierto"], true);
    let settled = patch(json!({"violencia": {"nivel": "sin_contenido"}})).await;
    assert_eq!(settled["violencia_incierto"], false, "whoever sets a level is sure of it");
    assert_eq!(api.get("/api/v1/triggers?has_violence=false").await.body["total_items"], 1);
}

#[tokio::test]
async fn a_wrong_level_or_probability_is_named() {
    let api = TestApi::spawn().await;
    let key = api.key("editor", Role::Editor).await;
    let mut wrong = trigger("tt1", "alto");
    wrong["violencia"]["probabilidad"] = json!(1.5);
    let auth = [("x-api-key", key.as_str())];
    let answer = api.send(Method::POST, "/api/v1/triggers", &auth, Some(&wrong)).await;
    answer.is_problem(422, "violencia.probabilidad must be between 0 and 1");
    wrong["violencia"]["nivel"] = json!("mucho");
    let answer = api.send(Method::POST, "/api/v1/triggers", &auth, Some(&wrong)).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["errors"][0]["field"]),
        (422, &json!("violencia.nivel"))
    );
}

#[tokio::test]
async fn a_trigger_of_any_film_id_is_found_at_its_location() {
    let api = TestApi::spawn().await;
    let key = api.key("editor", Role::Editor).await;
    let auth = [("x-api-key", key.as_str())];
    for id in ["película/7?a#b", "two\nlines", "100%", "\u{1}\u{1F3AC}"] {
        let created = api.send(Method::POST, "/api/v1/triggers", &auth, Some(&trigger(id, "alto"))).await;
        assert_eq!(created.status, 201, "{id:?}: {}", created.body);
        let found = api.get(created.headers["location"].to_str().unwrap()).await;
        assert_eq!((found.status.as_u16(), found.body["movie_id"].as_str()), (200, Some(id)));
    }
}

#[tokio::test]
async fn a_misspelt_field_of_a_patch_is_refused_though_it_is_null() {
    let api = TestApi::spawn().await;
    let key = api.key("editor", Role::Editor).await;
    let auth = [("x-api-key", key.as_str()), ("if-match", "*")];
    api.send(Method::POST, "/api/v1/triggers", &auth, Some(&trigger("tt1", "alto"))).await;
    let patch = json!({"descripton": null});
    let answer = api.send(Method::PATCH, "/api/v1/triggers/tt1", &auth, Some(&patch)).await;
    answer.is_problem(422, "descripton is not known");
}

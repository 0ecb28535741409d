use serde_json::json;

use crate::api::{TestApi, WAR, film};

#[tokio::test]
async fn an_explanation_names_words_and_facts_which_add_up_to_the_score() {
    let api = TestApi::spawn().await;
    let mut request = film("1", WAR);
    request["genres"] = json!(["War"]);
    request["certificate"] = json!("R");
    request["keywords"] = json!(["battle"]);
    request["year"] = json!(1998.0);
    assert!(api.post("/predict", &request).await.body["violencia_nivel"].get("explanation").is_none());

    let by_query = api.post("/predict?explain=true", &request).await.body;
    request["explain"] = json!(true);
    let by_body = api.post("/predict", &request).await.body;
    let explanation = &by_query["violencia_nivel"]["explanation"];
    assert_eq!(explanation, &by_body["violencia_nivel"]["explanation"]);
    assert_eq!(
        explanation["contributions"],
        json!([
            {"source": "word", "value": "Film 1", "contribution": 1.5},
            {"source": "genre", "value": "War", "contribution": 0.5},
            {"source": "certificate", "value": "R", "contribution": -0.25},
            {"source": "keyword", "value": "battle", "contribution": 0.25},
            {"source": "year", "value": "1998", "contribution": 0.125},
        ])
    );
    assert_eq!((&explanation["base"], &explanation["raw"]), (&json!(-2.0), &json!(0.125)));
}

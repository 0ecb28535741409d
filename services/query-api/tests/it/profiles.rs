use filmlens_catalog_store::Role;
use reqwest::Method;
use serde_json::json;

use crate::api::TestApi;

#[tokio::test]
async fn a_profile_starts_from_the_limits_of_its_age() {
    let api = TestApi::spawn().await;
    let key = api.key("client", Role::Reader).await;
    let auth = [("x-api-key", key.as_str())];
    let family = json!({"name": "Film night", "age": 9, "limits": {"sexualidad": "moderado"}, "blocked_genres": ["Horror"]});
    let created = api.send(Method::POST, "/api/v1/profiles", &auth, Some(&family)).await;
    assert_eq!(created.status, 201, "{}", created.body);
    assert_eq!(
        created.body["limits"],
        json!({
            "violencia": "moderado", "sexualidad": "moderado", "drogas": "sin_contenido",
            "lenguaje_fuerte": "sin_contenido", "suicidio": "sin_contenido"
        })
    );
    let path = created.headers["location"].to_str().unwrap();
    let headers = [auth[0], ("if-match", created.etag())];
    let patch = json!({"limits": {"sexualidad": null}, "user_id": "u-7"});
    let patched = api.send(Method::PATCH, path, &headers, Some(&patch)).await;
    assert_eq!(patched.body["limits"]["sexualidad"], "sin_contenido", "{}", patched.body);
    let listed = api.send(Method::GET, "/api/v1/profiles?user_id=u-7", &auth, None).await;
    assert_eq!(listed.body["items"], json!([patched.body]));

    let headers = [auth[0], ("if-match", patched.etag())];
    assert_eq!(api.send(Method::DELETE, path, &headers, None).await.status, 204);
    assert_eq!(api.send(Method::GET, path, &auth, None).await.status, 404);
}

#[tokio::test]
async fn nobody_sees_the_profiles_of_another_client() {
    let api = TestApi::spawn().await;
    let (mine, theirs) = (api.key("mine", Role::Reader).await, api.key("theirs", Role::Editor).await);
    let admin = api.key("admin", Role::Admin).await;
    let family = json!({"name": "Ours", "age": 12});
    let created = api.send(Method::POST, "/api/v1/profiles", &[("x-api-key", &mine)], Some(&family)).await;
    let path = created.headers["location"].to_str().unwrap();

    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        let headers = [("x-api-key", theirs.as_str()), ("if-match", "*")];
        let body = matches!(method, Method::PUT | Method::PATCH).then_some(&family);
        let answer = api.send(method.clone(), path, &headers, body).await;
        assert_eq!(answer.status, 404, "{method}");
    }
    let theirs = api.send(Method::GET, "/api/v1/profiles", &[("x-api-key", &theirs)], None).await;
    assert_eq!(theirs.body["total_items"], 0);
    assert_eq!(api.get(path).await.status, 401);
    assert_eq!(api.send(Method::GET, path, &[("x-api-key", &admin)], None).await.status, 200);
}

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, serve};

use crate::Problem;
use crate::extract::Path;

/// `/openapi.json`, and Swagger UI at `/docs`. Every link is relative, so both work behind a gateway's prefix.
pub fn routes(document: &OpenApi) -> Router {
    let json = Bytes::from(document.to_json().expect("a document is plain data"));
    let config = Arc::new(Config::from("../openapi.json"));
    let index = config.clone();
    Router::new()
        .route("/openapi.json", get(move || async move { ([(CONTENT_TYPE, "application/json")], json) }))
        .route("/docs", get(|| async { (StatusCode::PERMANENT_REDIRECT, [(LOCATION, "docs/")]) }))
        .route("/docs/", get(move || async move { file("", index) }))
        .route("/docs/{*file}", get(move |Path(path): Path<String>| async move { file(&path, config) }))
}

fn file(path: &str, config: Arc<Config<'static>>) -> Response {
    match serve(path, config) {
        Ok(Some(file)) => {
            let headers = [(CONTENT_TYPE, file.content_type.as_str()), (CACHE_CONTROL, "max-age=3600")];
            (headers, file.bytes.into_owned()).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => Problem::internal(error.to_string()).into_response(),
    }
}

use std::collections::BTreeSet;

use axum::Router;
use axum::body::Body;
use axum::http::header::ALLOW;
use axum::http::{Method, Request, StatusCode};
use tower::ServiceExt;
use utoipa::openapi::OpenApi;

use crate::{Readiness, health};

/// What is served outside the document, and why.
pub const UNDOCUMENTED: [(&str, &str); 5] = [
    ("/metrics", "for Prometheus, in its own format; the gateway does not pass it on"),
    ("/openapi.json", "the document itself"),
    ("/docs", "shows the document to people"),
    ("/docs/", "shows the document to people"),
    ("/docs/{*file}", "shows the document to people"),
];

/// Every method and path pattern of a document, for comparison with [`served_routes`].
pub fn documented_routes(document: &OpenApi) -> BTreeSet<(String, String)> {
    let mut routes = BTreeSet::new();
    for (path, item) in &document.paths.paths {
        let operations = [
            (Method::GET, &item.get),
            (Method::HEAD, &item.head),
            (Method::POST, &item.post),
            (Method::PUT, &item.put),
            (Method::PATCH, &item.patch),
            (Method::DELETE, &item.delete),
            (Method::OPTIONS, &item.options),
            (Method::TRACE, &item.trace),
        ];
        let declared = operations.into_iter().filter(|(_, operation)| operation.is_some());
        routes.extend(declared.map(|(method, _)| (method.to_string(), path.clone())));
    }
    routes
}

/// Every method and path pattern that [`crate::Server::run`] serves for a router, less [`UNDOCUMENTED`], for tests.
/// Give it the router that the service runs, with [`super::routes`] in it: the health routes are added here as there.
///
/// # Panics
/// As [`registered_routes`].
pub async fn served_routes(router: Router) -> BTreeSet<(String, String)> {
    let metrics = filmlens_telemetry::init_for_tests().metrics();
    let mut routes = registered_routes(&router.merge(health::routes(Readiness::default(), metrics))).await;
    routes.retain(|(_, path)| UNDOCUMENTED.iter().all(|(exempt, _)| exempt != path));
    routes
}

/// Every method and path pattern that a router answers, found out from the router itself, for tests. HEAD, which
/// axum answers wherever there is GET, is left out. Give it the router before [`crate::layers::apply`].
///
/// # Panics
/// When axum stops printing paths in a router's `Debug` form, or a path takes any method: nothing would be proved.
pub async fn registered_routes(router: &Router) -> BTreeSet<(String, String)> {
    let mut routes = BTreeSet::new();
    for pattern in patterns(router) {
        let request = Request::builder().method("FILMLENS-PROBE").uri(example(&pattern)).body(Body::empty());
        let request = request.expect("a route's pattern makes a valid path");
        let Ok(response) = router.clone().oneshot(request).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{pattern} takes any method");
        let allowed = response.headers().get(ALLOW).and_then(|allow| allow.to_str().ok()).unwrap_or_default();
        let methods: BTreeSet<_> =
            allowed.split(',').map(str::trim).filter(|method| !method.is_empty()).collect();
        let has_get = methods.contains("GET");
        let listed = methods.into_iter().filter(|method| !(has_get && *method == "HEAD"));
        routes.extend(listed.map(|method| (method.to_owned(), pattern.clone())));
    }
    routes
}

/// axum has no list of routes to ask for, but its `Debug` output holds `paths: {RouteId(0): "/films/{id}", …}`.
fn patterns(router: &Router) -> BTreeSet<String> {
    let debug = format!("{router:?}");
    let found: BTreeSet<_> = debug
        .split("RouteId(")
        .filter_map(|part| part.split_once("): \""))
        .filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()))
        .filter_map(|(_, rest)| rest.split('"').next())
        .filter(|pattern| !pattern.contains("__private__axum_"))
        .map(str::to_owned)
        .collect();
    assert!(!found.is_empty(), "no path is to be found in {debug}");
    found
}

/// The pattern with something in place of each parameter.
fn example(pattern: &str) -> String {
    let segment = |segment: &str| if segment.starts_with('{') { "x".to_owned() } else { segment.to_owned() };
    pattern.split('/').map(segment).collect::<Vec<_>>().join("/")
}

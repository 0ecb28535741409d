use filmlens_web::extract::Json;
use serde::Serialize;
use utoipa::ToSchema;

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(example = "healthy")]
    status: &'static str,
    service: &'static str,
    version: &'static str,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Index {
    service: &'static str,
    version: &'static str,
    description: &'static str,
    docs: &'static str,
}

/// What this service is.
#[utoipa::path(get, path = "/", tag = "service", responses((status = 200, body = Index)))]
pub(crate) async fn index() -> Json<Index> {
    Json(Index {
        service: "FilmLens Query API",
        version: VERSION,
        description: "Search and maintain the film catalogue, its triggers and the profiles of families.",
        docs: "/docs",
    })
}

/// Whether the process answers, as the first FilmLens said it; `/health/ready` tells whether its database does.
#[utoipa::path(get, path = "/health", tag = "service", responses((status = 200, body = Health)))]
pub(crate) async fn health() -> Json<Health> {
    Json(Health { status: "healthy", service: "query-api", version: VERSION })
}

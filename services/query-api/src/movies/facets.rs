use axum::extract::State;
use filmlens_api_types::{FacetCount, Facets, FilterOptions};
use filmlens_catalog_store::Facet;
use filmlens_domain::FieldErrors;
use filmlens_web::extract::{Json, Query};

use super::filter_params::FilterParams;
use super::wire;
use crate::error::Error;
use crate::state::AppState;

/// How the films that pass the filters spread over genres, certificates, decades, ratings and running times.
#[utoipa::path(
    get,
    path = "/api/v1/movies/facets",
    tag = "movies",
    params(FilterParams),
    responses((status = 200, body = Facets))
)]
pub(crate) async fn count_facets(
    State(state): State<AppState>,
    Query(filter): Query<FilterParams>,
) -> Result<Json<Facets>, Error> {
    let mut errors = FieldErrors::default();
    let filter = filter.parse(&mut errors);
    errors.into_result()?;
    let counted = state.store.count_facets(&filter).await?;
    let counts = |facet: Facet| {
        counted.of(facet).map(|count| FacetCount { value: count.value.clone(), count: count.count }).collect()
    };
    Ok(Json(Facets {
        total_items: counted.total,
        genres: counts(Facet::Genre),
        certificates: counts(Facet::Certificate),
        decades: counts(Facet::Decade),
        ratings: counts(Facet::Rating),
        runtimes: counts(Facet::Runtime),
    }))
}

/// The values that the filters can take over the whole catalogue.
#[utoipa::path(
    get,
    path = "/api/v1/movies/filters/options",
    tag = "movies",
    responses((status = 200, body = FilterOptions))
)]
pub(crate) async fn get_filter_options(State(state): State<AppState>) -> Result<Json<FilterOptions>, Error> {
    let options = state.store.get_filter_options().await?;
    Ok(Json(wire::filter_options(&options)))
}

use axum::extract::State;
use filmlens_api_types::{MoviePage, Page};
use filmlens_catalog_store::{FilmQuery, Slice};
use filmlens_domain::{FieldErrors, Invalid, Order, SortBy};
use filmlens_web::extract::{Json, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::filter_params::FilterParams;
use super::wire;
use crate::error::Error;
use crate::paging;
use crate::state::AppState;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrderParams {
    /// `relevance` is how well the title matches `q`.
    #[serde(default)]
    #[param(inline, default = "year")]
    sort_by: SortName,
    #[serde(default)]
    #[param(inline, default = "desc")]
    order: OrderName,
    /// From 1.
    #[param(minimum = 1, maximum = 1000000, default = 1)]
    page: Option<i64>,
    /// The `next_cursor` of the answer before, instead of a page.
    #[param(min_length = 1, max_length = 2000, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<i64>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SortName {
    #[default]
    Year,
    Rating,
    Runtime,
    MovieName,
    Relevance,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum OrderName {
    Asc,
    #[default]
    Desc,
}

const DEFAULT_LIMIT: u32 = 20;

/// Films that pass the filters, a page at a time.
#[utoipa::path(
    get,
    path = "/api/v1/movies/search",
    tag = "movies",
    params(FilterParams, OrderParams),
    responses((status = 200, body = MoviePage))
)]
pub(crate) async fn search_movies(
    State(state): State<AppState>,
    Query(filter): Query<FilterParams>,
    Query(order): Query<OrderParams>,
) -> Result<Json<MoviePage>, Error> {
    let (page, query) = order.parse(filter)?;
    let found = state.store.search_films(&query).await?;
    let movies = found.films.into_iter().map(wire::movie).collect();
    Ok(Json(MoviePage {
        page: Page::new(page, query.limit, found.total, movies),
        next_cursor: found.next.map(|cursor| cursor.to_string()),
        approximate: found.is_approximate,
    }))
}

impl OrderParams {
    fn parse(self, filter: FilterParams) -> Result<(u32, FilmQuery), FieldErrors> {
        let mut errors = FieldErrors::default();
        let filter = filter.parse(&mut errors);
        let page = paging::page(self.page, &mut errors);
        let limit = paging::limit(self.limit, DEFAULT_LIMIT, &mut errors);
        if self.page.is_some() && self.cursor.is_some() {
            errors.add("cursor", Invalid::Other("must not come with a page"));
        }
        let cursor = errors.check_some("cursor", self.cursor, |cursor| cursor.parse());
        errors.into_result()?;
        let query = FilmQuery {
            filter,
            sort_by: self.sort_by.into(),
            order: self.order.into(),
            slice: cursor.map_or(Slice::Page(page), Slice::After),
            limit,
        };
        Ok((page, query))
    }
}

impl From<SortName> for SortBy {
    fn from(name: SortName) -> Self {
        match name {
            SortName::Year => Self::Year,
            SortName::Rating => Self::Rating,
            SortName::Runtime => Self::Runtime,
            SortName::MovieName => Self::MovieName,
            SortName::Relevance => Self::Relevance,
        }
    }
}

impl From<OrderName> for Order {
    fn from(name: OrderName) -> Self {
        match name {
            OrderName::Asc => Self::Asc,
            OrderName::Desc => Self::Desc,
        }
    }
}

use axum::extract::State;
use axum::response::Response;
use filmlens_api_types::{Page, Trigger};
use filmlens_catalog_store::TriggerFilter;
use filmlens_domain::{FieldErrors, PerCategory, Text};
use filmlens_web::extract::{Json, Path, Query, lenient_bool};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{etag, find, trigger};
use crate::error::Error;
use crate::etag::IfNoneMatch;
use crate::paging::PageParams;
use crate::state::AppState;

/// Which triggers are meant. `has_*=true` is any level but `sin_contenido`, `false` is that level alone, where it is not
/// `incierto`.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TriggerParams {
    #[param(min_length = 1, max_length = 50, pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$")]
    movie_id: Option<String>,
    #[serde(default, deserialize_with = "lenient_bool")]
    has_violence: Option<bool>,
    #[serde(default, deserialize_with = "lenient_bool")]
    has_sexual_content: Option<bool>,
    #[serde(default, deserialize_with = "lenient_bool")]
    has_substance_abuse: Option<bool>,
    #[serde(default, deserialize_with = "lenient_bool")]
    has_suicide: Option<bool>,
    #[serde(default, deserialize_with = "lenient_bool")]
    has_strong_language: Option<bool>,
}

/// What was found in films, the oldest finding first.
#[utoipa::path(
    get,
    path = "/api/v1/triggers",
    tag = "triggers",
    params(TriggerParams, PageParams),
    responses((status = 200, body = Page<Trigger>))
)]
pub(crate) async fn list_triggers(
    State(state): State<AppState>,
    Query(params): Query<TriggerParams>,
    Query(paging): Query<PageParams>,
) -> Result<Json<Page<Trigger>>, Error> {
    let mut errors = FieldErrors::default();
    let (page, limit) = paging.parse(&mut errors);
    let filter = params.parse(&mut errors);
    errors.into_result()?;
    let (rows, total) = state.store.list_triggers(&filter, page, limit).await.map_err(Error::Triggers)?;
    Ok(Json(Page::new(page, limit, total, rows.into_iter().map(trigger).collect())))
}

/// What was found in a film.
#[utoipa::path(
    get,
    path = "/api/v1/triggers/{movie_id}",
    tag = "triggers",
    params(
        ("movie_id" = String, Path, example = "tt0068646"),
        IfNoneMatch
    ),
    responses(
        (status = 200, body = Trigger, headers(("ETag" = String))),
        (status = 304, description = "You have this version"),
        (status = 404, description = "Nothing is kept for this film")
    )
)]
pub(crate) async fn get_trigger(
    State(state): State<AppState>,
    Path(movie_id): Path<String>,
    known: IfNoneMatch,
) -> Result<Response, Error> {
    let row = find(&state, movie_id).await?;
    Ok(known.answer(&etag(&row), trigger(row)))
}

impl TriggerParams {
    fn parse(self, errors: &mut FieldErrors) -> TriggerFilter {
        let movie_id = errors.check_some("movie_id", self.movie_id, Text::<50>::parse);
        TriggerFilter {
            movie_id: movie_id.map(Text::into_string),
            holds: PerCategory {
                violencia: self.has_violence,
                sexualidad: self.has_sexual_content,
                drogas: self.has_substance_abuse,
                lenguaje_fuerte: self.has_strong_language,
                suicidio: self.has_suicide,
            },
        }
    }
}

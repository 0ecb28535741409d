use axum::extract::State;
use filmlens_api_types::{Page, Prediction};
use filmlens_catalog_store::PredictionRow;
use filmlens_domain::FieldErrors;
use filmlens_web::extract::{Json, Path, Query};

use super::get_film;
use crate::error::Error;
use crate::paging::PageParams;
use crate::state::AppState;

/// What models said of a film over time, the latest first.
#[utoipa::path(
    get,
    path = "/api/v1/movies/{movie_id}/predictions",
    tag = "movies",
    params(("movie_id" = String, Path, example = "tt0068646"), PageParams),
    responses((status = 200, body = Page<Prediction>), (status = 404, description = "No film has this id"))
)]
pub(crate) async fn list_predictions(
    State(state): State<AppState>,
    Path(movie_id): Path<String>,
    Query(params): Query<PageParams>,
) -> Result<Json<Page<Prediction>>, Error> {
    let mut errors = FieldErrors::default();
    let (page, limit) = params.parse(&mut errors);
    errors.into_result()?;
    let film = get_film(&state, &movie_id).await?;
    // A prediction names its film by whichever id its client used.
    let (rows, total) = state.store.list_predictions(&film.names(), page, limit).await?;
    Ok(Json(Page::new(page, limit, total, rows.into_iter().map(prediction).collect())))
}

fn prediction(row: PredictionRow) -> Prediction {
    Prediction {
        id: row.id,
        movie_id: row.movie_id,
        predicted_at: row.predicted_at,
        model_version: row.model_version,
        levels: row.levels,
        family_score: row.family_score,
        processing_time_ms: row.processing_time_ms,
    }
}

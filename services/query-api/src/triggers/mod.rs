pub(crate) mod maintenance;
pub(crate) mod read;

use filmlens_api_types::Trigger;
use filmlens_catalog_store::TriggerRow;
use filmlens_domain::Text;

use crate::error::Error;
use crate::etag::ETag;
use crate::state::AppState;

async fn find(state: &AppState, movie_id: String) -> Result<TriggerRow, Error> {
    // What cannot be stored cannot be asked for either: a NUL would be an error of Postgres.
    let row = match Text::<50>::parse(&movie_id) {
        Ok(id) => state.store.find_trigger(id.as_str()).await.map_err(Error::Triggers)?,
        Err(_) => None,
    };
    row.ok_or(Error::TriggerNotFound { movie_id })
}

fn trigger(row: TriggerRow) -> Trigger {
    Trigger::new(
        row.id,
        row.movie_id,
        row.title,
        row.description,
        row.detected_at,
        &row.readings,
        row.model_version,
        row.processing_time_ms,
    )
}

fn etag(row: &TriggerRow) -> ETag {
    ETag::new(row.id, row.version())
}

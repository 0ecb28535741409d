pub(crate) mod maintenance;
pub(crate) mod read;

use filmlens_api_types::Trigger;
use filmlens_catalog_store::TriggerRow;
use filmlens_domain::{PerCategory, Text};

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
    let PerCategory { violencia, sexualidad, drogas, lenguaje_fuerte, suicidio } = row.readings;
    let uncertain = row.uncertain;
    Trigger {
        movie_id: row.movie_id,
        id: row.id,
        title: row.title,
        description: row.description,
        detected_at: row.detected_at,
        violencia_nivel: violencia.level,
        violencia_probabilidad: violencia.probability,
        violencia_prob_sin_contenido: violencia.none,
        violencia_prob_moderado: violencia.moderate,
        violencia_prob_alto: violencia.high,
        violencia_incierto: uncertain.violencia,
        sexualidad_nivel: sexualidad.level,
        sexualidad_probabilidad: sexualidad.probability,
        sexualidad_prob_sin_contenido: sexualidad.none,
        sexualidad_prob_moderado: sexualidad.moderate,
        sexualidad_prob_alto: sexualidad.high,
        sexualidad_incierto: uncertain.sexualidad,
        drogas_nivel: drogas.level,
        drogas_probabilidad: drogas.probability,
        drogas_prob_sin_contenido: drogas.none,
        drogas_prob_moderado: drogas.moderate,
        drogas_prob_alto: drogas.high,
        drogas_incierto: uncertain.drogas,
        lenguaje_fuerte_nivel: lenguaje_fuerte.level,
        lenguaje_fuerte_probabilidad: lenguaje_fuerte.probability,
        lenguaje_fuerte_prob_sin_contenido: lenguaje_fuerte.none,
        lenguaje_fuerte_prob_moderado: lenguaje_fuerte.moderate,
        lenguaje_fuerte_prob_alto: lenguaje_fuerte.high,
        lenguaje_fuerte_incierto: uncertain.lenguaje_fuerte,
        suicidio_nivel: suicidio.level,
        suicidio_probabilidad: suicidio.probability,
        suicidio_prob_sin_contenido: suicidio.none,
        suicidio_prob_moderado: suicidio.moderate,
        suicidio_prob_alto: suicidio.high,
        suicidio_incierto: uncertain.suicidio,
        model_version: row.model_version,
        processing_time_ms: row.processing_time_ms,
    }
}

fn etag(row: &TriggerRow) -> ETag {
    ETag::new(row.id, row.version())
}

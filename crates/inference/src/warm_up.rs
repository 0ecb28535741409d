use std::time::Instant;

use crate::{EngineSettings, Kind, Model, ModelError};

/// Has the model do what it will have to: the heaviest query of each sort alone, and the largest batch of them. Returns
/// the seconds that a unit of work took in the last batch.
pub(crate) fn warm_up<K: Kind, M: Model<K>>(
    model: &mut M,
    settings: &EngineSettings,
) -> Result<f64, ModelError> {
    let shape = model.shape();
    let queries = K::heaviest(&shape)?;
    let mut seconds_per_work = 0.0;
    for alone in [true, false] {
        for query in &queries {
            let work = M::cost(&shape, query).max(1);
            let batch = (settings.batch_work / work).clamp(1, settings.batch_requests as u64);
            let requests = if alone { 1 } else { batch };
            let batch = vec![query.clone(); requests as usize];
            let started = Instant::now();
            model.answer(batch)?;
            seconds_per_work = started.elapsed().as_secs_f64() / (work * requests) as f64;
        }
    }
    Ok(seconds_per_work)
}

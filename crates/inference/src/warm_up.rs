use std::time::Instant;

use crate::{EngineSettings, ModelError, SequenceModel, SequenceQuery, Shape};

const K: usize = 10;

/// Has the model do what it will have to: the longest request alone, and the largest batch of them. Returns the
/// seconds that a unit of work took in the batch.
pub(crate) fn warm_up<M: SequenceModel>(model: &mut M, settings: &EngineSettings) -> Result<f64, ModelError> {
    let shape = model.shape();
    if shape.item_count == 0 || shape.dimension == 0 || shape.max_length == 0 {
        return Err(format!("the model has no items, no dimensions or no length: {shape:?}").into());
    }
    let history = longest_history(&shape);
    let work = M::cost(&shape, &history).max(1);
    let batch = (settings.batch_work / work).clamp(1, settings.batch_requests as u64);

    let mut seconds = 0.0;
    for requests in [1, batch] {
        model.embed(&vec![history.as_slice(); requests as usize])?;
        let query = SequenceQuery { history: history.clone(), k: K, ..SequenceQuery::default() };
        let queries = vec![query; requests as usize];
        let started = Instant::now();
        model.recommend(&queries)?;
        seconds = started.elapsed().as_secs_f64();
    }
    Ok(seconds / (work * batch) as f64)
}

fn longest_history(shape: &Shape) -> Vec<u32> {
    (1..=shape.item_count).cycle().take(shape.max_length).collect()
}

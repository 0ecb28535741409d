use std::vec::IntoIter;

use crate::kind::one_for_each;
use crate::{
    Answer, EngineHandle, Error, Kind, Model, ModelError, ModelSlot, ScoredItem, SequenceModel,
    SequenceQuery, Shape,
};

/// Models that tell what comes next: each [`SequenceModel`].
#[derive(Debug)]
pub enum Sequence {}

#[derive(Debug, Clone)]
pub enum SequenceRequest {
    Embed(Vec<u32>),
    Recommend(SequenceQuery),
}

#[derive(Debug)]
pub enum SequenceAnswer {
    State(Vec<f32>),
    Items(Vec<ScoredItem>),
}

/// How many items the warm-up asks for.
const K: usize = 10;

impl Kind for Sequence {
    type Shape = Shape;
    type Query = SequenceRequest;
    type Answer = SequenceAnswer;

    const PADS: bool = true;

    fn admit(shape: &Shape, request: &mut SequenceRequest) -> Result<(), Error> {
        if let SequenceRequest::Recommend(query) = request
            && query.k == 0
        {
            return Err(Error::NothingWanted);
        }
        let history = request.history_mut();
        if history.is_empty() {
            return Err(Error::EmptyHistory);
        }
        let known = 1..=shape.item_count;
        if let Some(index) = history.iter().position(|item| !known.contains(item)) {
            return Err(Error::UnknownItem {
                item: history[index],
                position: index + 1,
                item_count: shape.item_count,
            });
        }
        if history.len() > shape.max_length {
            *history = history.split_off(history.len() - shape.max_length);
        }
        Ok(())
    }

    fn heaviest(shape: &Shape) -> Result<Vec<SequenceRequest>, ModelError> {
        if shape.item_count == 0 || shape.dimension == 0 || shape.max_length == 0 {
            return Err(format!("the model has no items, no dimensions or no length: {shape:?}").into());
        }
        let history: Vec<u32> = (1..=shape.item_count).cycle().take(shape.max_length).collect();
        let query = SequenceQuery { history: history.clone(), k: K, ..SequenceQuery::default() };
        Ok(vec![SequenceRequest::Embed(history), SequenceRequest::Recommend(query)])
    }
}

impl SequenceRequest {
    fn history(&self) -> &[u32] {
        match self {
            Self::Embed(history) => history,
            Self::Recommend(query) => &query.history,
        }
    }

    fn history_mut(&mut self) -> &mut Vec<u32> {
        match self {
            Self::Embed(history) => history,
            Self::Recommend(query) => &mut query.history,
        }
    }
}

impl<M: SequenceModel> Model<Sequence> for M {
    fn shape(&self) -> Shape {
        SequenceModel::shape(self)
    }

    fn cost(shape: &Shape, request: &SequenceRequest) -> u64 {
        <M as SequenceModel>::cost(shape, request.history())
    }

    /// Each sort of request is answered at once.
    fn answer(&mut self, requests: Vec<SequenceRequest>) -> Result<Vec<SequenceAnswer>, ModelError> {
        let mut histories = Vec::new();
        let mut queries = Vec::new();
        let mut is_embedding = Vec::with_capacity(requests.len());
        for request in requests {
            is_embedding.push(matches!(request, SequenceRequest::Embed(_)));
            match request {
                SequenceRequest::Embed(history) => histories.push(history),
                SequenceRequest::Recommend(query) => queries.push(query),
            }
        }
        let mut states = embed(self, &histories)?;
        let mut lists = recommend(self, &queries)?;
        let next = |is_embedding| {
            if is_embedding {
                states.next().map(SequenceAnswer::State)
            } else {
                lists.next().map(SequenceAnswer::Items)
            }
        };
        Ok(is_embedding.into_iter().filter_map(next).collect())
    }
}

fn embed(model: &mut impl SequenceModel, histories: &[Vec<u32>]) -> Result<IntoIter<Vec<f32>>, ModelError> {
    if histories.is_empty() {
        return Ok(Vec::new().into_iter());
    }
    let histories: Vec<&[u32]> = histories.iter().map(Vec::as_slice).collect();
    Ok(one_for_each(histories.len(), model.embed(&histories)?)?.into_iter())
}

fn recommend(
    model: &mut impl SequenceModel,
    queries: &[SequenceQuery],
) -> Result<IntoIter<Vec<ScoredItem>>, ModelError> {
    if queries.is_empty() {
        return Ok(Vec::new().into_iter());
    }
    Ok(one_for_each(queries.len(), model.recommend(queries)?)?.into_iter())
}

impl EngineHandle<Sequence> {
    /// The best items for a history. Of a long history only the last `max_length` items count.
    ///
    /// Dropping the future withdraws the request: it is not computed if it still waits.
    pub async fn recommend(&self, query: SequenceQuery) -> Result<Answer<Vec<ScoredItem>>, Error> {
        self.ask(SequenceRequest::Recommend(query)).await.map(items)
    }

    /// [`recommend`](Self::recommend) for threads; it panics in asynchronous code.
    pub fn recommend_blocking(&self, query: SequenceQuery) -> Result<Answer<Vec<ScoredItem>>, Error> {
        self.ask_blocking(SequenceRequest::Recommend(query)).map(items)
    }

    /// The last state of a history; otherwise as [`recommend`](Self::recommend).
    pub async fn embed(&self, history: Vec<u32>) -> Result<Answer<Vec<f32>>, Error> {
        self.ask(SequenceRequest::Embed(history)).await.map(state)
    }

    /// [`embed`](Self::embed) for threads; it panics in asynchronous code.
    pub fn embed_blocking(&self, history: Vec<u32>) -> Result<Answer<Vec<f32>>, Error> {
        self.ask_blocking(SequenceRequest::Embed(history)).map(state)
    }
}

impl ModelSlot<Sequence> {
    /// [`EngineHandle::recommend`] of the engine that serves.
    pub async fn recommend(&self, query: SequenceQuery) -> Result<Answer<Vec<ScoredItem>>, Error> {
        self.ask(SequenceRequest::Recommend(query)).await.map(items)
    }

    /// [`EngineHandle::embed`] of the engine that serves.
    pub async fn embed(&self, history: Vec<u32>) -> Result<Answer<Vec<f32>>, Error> {
        self.ask(SequenceRequest::Embed(history)).await.map(state)
    }
}

fn items(answer: Answer<SequenceAnswer>) -> Answer<Vec<ScoredItem>> {
    answer.map(|value| match value {
        SequenceAnswer::Items(items) => items,
        SequenceAnswer::State(_) => unreachable!("a recommendation is answered with items"),
    })
}

fn state(answer: Answer<SequenceAnswer>) -> Answer<Vec<f32>> {
    answer.map(|value| match value {
        SequenceAnswer::State(state) => state,
        SequenceAnswer::Items(_) => unreachable!("an embedding is answered with a state"),
    })
}

use std::fmt::Debug;

use crate::{Error, ModelError};

/// A kind of model, by what it is asked and what it answers. Engines, queues and slots are the same for all kinds.
pub trait Kind: Debug + Sized + 'static {
    /// What queries have to fit. It stays as it is for as long as a model is served.
    type Shape: Clone + Debug + PartialEq + Send;
    type Query: Clone + Send;
    type Answer: Send;

    /// Whether a query costs as much as the costliest of its batch, since shorter ones are padded.
    const PADS: bool;

    /// Refuses what a model could not answer: one such query would fail all others of its batch. What the model would
    /// not see is cut off, so that it takes no room while the query waits.
    fn admit(shape: &Self::Shape, query: &mut Self::Query) -> Result<(), Error>;

    /// Queries for the warm-up: of each sort the most that one may ask.
    fn heaviest(shape: &Self::Shape) -> Result<Vec<Self::Query>, ModelError>;
}

/// What an engine needs of a model. Every [`SequenceModel`](crate::SequenceModel) and every
/// [`Classifier`](crate::Classifier) has it.
pub trait Model<K: Kind> {
    fn shape(&self) -> K::Shape;

    /// The work of one query, in units of the model's choice that batches and queues are limited by.
    fn cost(shape: &K::Shape, query: &K::Query) -> u64
    where
        Self: Sized;

    /// One answer for each query, in their order.
    fn answer(&mut self, queries: Vec<K::Query>) -> Result<Vec<K::Answer>, ModelError>;
}

pub(crate) fn one_for_each<T>(requests: usize, answers: Vec<T>) -> Result<Vec<T>, ModelError> {
    if answers.len() != requests {
        return Err(format!("the model gave {} answers to {requests} requests", answers.len()).into());
    }
    Ok(answers)
}

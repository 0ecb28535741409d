use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use tch::Tensor;

use crate::{Batch, Error, Model, ModelConfig};

/// How many numbers a state of all slots may have for one core to keep its work in its cache.
const NUMBERS_AT_ONCE: usize = 1 << 16;
/// Rows of the item table that are multiplied at once, so that they are read from the cache for every state.
const TABLE_ROWS: usize = 1024;

/// Threads that each compute some of the histories, or score some of the items.
///
/// libtorch shares out every single operation among its threads, which wait for one another after each, and a large
/// batch passes through memory once for each. Some histories on a thread of their own stay in its cache.
pub(crate) struct Workers {
    pool: ThreadPool,
    /// One for each thread, all with the same weights.
    models: Vec<Mutex<Model>>,
}

impl Workers {
    /// As many as libtorch may use on this thread.
    pub(crate) fn start(model: &Model) -> Result<Self, Error> {
        let threads = tch::get_num_threads().max(1);
        let count = usize::try_from(threads).unwrap_or(1);
        let pool =
            ThreadPoolBuilder::new().num_threads(count).thread_name(|index| format!("sequence-{index}"));
        let pool = pool.build().map_err(|source| Error::Workers { source })?;
        pool.broadcast(|_| tch::set_num_threads(1));
        // Threads that come later take over the number that was set last.
        tch::set_num_threads(threads);
        Ok(Self { pool, models: (0..count).map(|_| Mutex::new(model.share())).collect() })
    }

    /// The last state of each history, `[rows, dimension]`; none where the work is too little to share out.
    pub(crate) fn last_states(&self, config: &ModelConfig, histories: &[&[u32]]) -> Option<Tensor> {
        let groups = of_similar_length(config, histories);
        if groups.len() == 1 || groups.len() < self.models.len() {
            return None;
        }
        let compute = |group: &Vec<usize>| {
            let _no_grad = tch::no_grad_guard();
            let rows: Vec<&[u32]> = group.iter().map(|index| histories[*index]).collect();
            let model = self.own_model();
            model.last_states(&Batch::new(config, &rows, model.device()))
        };
        let states: Vec<Tensor> = self.pool.install(|| groups.par_iter().map(compute).collect());
        let mut places = vec![0; histories.len()];
        for (place, index) in groups.iter().flatten().enumerate() {
            places[*index] = place as i64;
        }
        Some(Tensor::cat(&states, 0).index_select(0, &Tensor::from_slice(&places)))
    }

    /// What every row of the item table has in common with each state, `[rows, rows of the table]`.
    pub(crate) fn products(&self, states: &Tensor, table: &Tensor) -> Tensor {
        let rows = table.size()[0];
        let products = Tensor::empty([states.size()[0], rows], (table.kind(), table.device()));
        let starts: Vec<i64> = (0..rows).step_by(TABLE_ROWS).collect();
        let piece = |start: &i64| {
            let length = (rows - start).min(TABLE_ROWS as i64);
            let out = products.narrow(1, *start, length);
            (states.shallow_clone(), table.narrow(0, *start, length), out)
        };
        let pieces: Vec<(Tensor, Tensor, Tensor)> = starts.iter().map(piece).collect();
        let multiply = |(states, table, out): (Tensor, Tensor, Tensor)| {
            let _no_grad = tch::no_grad_guard();
            let _ = states.mm_out(&out, &table.tr());
        };
        self.pool.install(|| pieces.into_par_iter().for_each(multiply));
        products
    }

    /// Does something for each of a list, on all threads.
    pub(crate) fn for_all<T: Sync, R: Send>(
        &self,
        list: &[T],
        act: impl Fn(usize, &T) -> R + Sync,
    ) -> Vec<R> {
        self.pool.install(|| list.par_iter().enumerate().map(|(index, item)| act(index, item)).collect())
    }

    fn own_model(&self) -> MutexGuard<'_, Model> {
        let index = rayon::current_thread_index().unwrap_or(0);
        self.models[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Histories in groups that a core computes at once, with little padding in each.
fn of_similar_length(config: &ModelConfig, histories: &[&[u32]]) -> Vec<Vec<usize>> {
    let length = |index: usize| histories[index].len().min(config.max_length);
    let mut order: Vec<usize> = (0..histories.len()).collect();
    order.sort_by_key(|index| length(*index));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for index in order {
        let numbers = |rows: usize| rows * length(index) * config.dimension as usize;
        match groups.last_mut() {
            Some(group) if numbers(group.len() + 1) <= NUMBERS_AT_ONCE => group.push(index),
            _ => groups.push(vec![index]),
        }
    }
    groups
}

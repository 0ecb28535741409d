use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use filmlens_inference::{ModelError, ScoredItem, SequenceModel, SequenceQuery, Shape, best_items};

pub const SHAPE: Shape = Shape { item_count: 50, dimension: 3, max_length: 8 };

/// Histories with these items make the model misbehave.
pub const PANICS: u32 = 41;
pub const FAILS: u32 = 42;
pub const LOSES_ANSWERS: u32 = 43;

/// A model whose answers follow from history and version alone, and whose pace the test sets.
pub struct Stub {
    version: u32,
    control: Control,
}

/// What a test sees and says of a stub on another thread.
#[derive(Clone, Default)]
pub struct Control(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    calls: Vec<Vec<Vec<u32>>>,
    gate: Option<Gate>,
}

/// The model's side: tells that a call has begun, and waits until the gate is opened.
struct Gate {
    begun: Sender<()>,
    opened: Receiver<()>,
}

/// Holds the model up in its next call, until it is dropped.
pub struct Gatekeeper {
    begun: Receiver<()>,
    _closed: Sender<()>,
}

impl Gatekeeper {
    pub fn wait_until_computing(&self) {
        self.begun.recv().unwrap();
    }
}

impl Control {
    pub fn gate(&self) -> Gatekeeper {
        let (begun_sender, begun) = channel();
        let (closed, opened) = channel();
        self.0.lock().unwrap().gate = Some(Gate { begun: begun_sender, opened });
        Gatekeeper { begun, _closed: closed }
    }

    /// The histories of each call since the model was warm.
    pub fn calls(&self) -> Vec<Vec<Vec<u32>>> {
        self.0.lock().unwrap().calls.clone()
    }

    pub fn forget_warm_up(&self) {
        self.0.lock().unwrap().calls.clear();
    }

    fn called(&self, histories: &[&[u32]]) {
        let gate = {
            let mut state = self.0.lock().unwrap();
            state.calls.push(histories.iter().map(|history| history.to_vec()).collect());
            state.gate.take()
        };
        if let Some(gate) = gate {
            gate.begun.send(()).unwrap();
            gate.opened.recv().unwrap_err();
        }
    }
}

impl Stub {
    pub fn new(version: u32, control: &Control) -> Self {
        Self { version, control: control.clone() }
    }

    /// What the model says of a history, computed apart from any engine.
    pub fn state(version: u32, history: &[u32]) -> Vec<f32> {
        let seen = &history[history.len().saturating_sub(SHAPE.max_length)..];
        let mix = seen.iter().fold(version, |mix, item| mix.wrapping_mul(31).wrapping_add(*item));
        (0..3).map(|shift| (mix >> (shift * 8) & 0xff) as f32).collect()
    }

    pub fn best(version: u32, query: &SequenceQuery) -> Vec<ScoredItem> {
        let state = Self::state(version, &query.history);
        let score = |item: u32| (item as f32 * (1.0 + state[0]) + state[1]) % (17.0 + state[2]);
        let scores: Vec<f32> = (0..=SHAPE.item_count).map(score).collect();
        best_items(&scores, query)
    }
}

impl SequenceModel for Stub {
    fn shape(&self) -> Shape {
        SHAPE
    }

    fn embed(&mut self, histories: &[&[u32]]) -> Result<Vec<Vec<f32>>, ModelError> {
        self.control.called(histories);
        Ok(histories.iter().map(|history| Self::state(self.version, history)).collect())
    }

    fn recommend(&mut self, queries: &[SequenceQuery]) -> Result<Vec<Vec<ScoredItem>>, ModelError> {
        let histories: Vec<&[u32]> = queries.iter().map(|query| query.history.as_slice()).collect();
        self.control.called(&histories);
        let contains = |item| histories.iter().any(|history| history.contains(&item));
        assert!(!contains(PANICS), "the stub was told to");
        if contains(FAILS) {
            return Err("out of memory".into());
        }
        let answered = if contains(LOSES_ANSWERS) { queries.len() - 1 } else { queries.len() };
        Ok(queries[..answered].iter().map(|query| Self::best(self.version, query)).collect())
    }
}

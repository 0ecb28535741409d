use std::ops::ControlFlow;

use filmlens_datasets::sequences::{Case, Interactions};
use filmlens_gsasrec::loss::Loss;
use filmlens_gsasrec::scoring::{Question, rank};
use filmlens_gsasrec::training::{
    Coverage, Outcome, Precision, Progress, Recipe, Schedule, Shape, Training, TrainingData, Validation,
};
use filmlens_gsasrec::{BlockKind, Model, Positions};
use tch::Device;

use crate::setup::{Chance, numbers};

const ITEMS: u32 = 60;

/// Whoever watched item n watches item n + 1 next, and item 1 after the last.
pub struct Pattern {
    interactions: Interactions,
    training: Vec<u32>,
    validation: Vec<Case>,
}

impl Pattern {
    pub fn new(users: u32) -> Self {
        let history = |user: u32| (0..4 + user % 9).map(|step| 1 + (user * 7 + step) % ITEMS).collect();
        let interactions = Interactions::from_histories((0..users).map(history)).unwrap();
        let interactions = interactions.with_item_count(ITEMS).unwrap();
        let training = interactions.histories().map(|history| history.len() as u32 - 1).collect();
        let last = |(user, history): (u32, &[u32])| {
            let input = history.len() - 1;
            Case { user, input, target: history[input] }
        };
        let validation = (0..).zip(interactions.histories()).map(last).collect();
        Self { interactions, training, validation }
    }

    pub fn data(&self) -> TrainingData<'_> {
        TrainingData {
            interactions: &self.interactions,
            training: &self.training,
            validation: &self.validation,
            fingerprint: "n, n + 1",
        }
    }

    pub fn recall_at_10(&self, model: &Model) -> f64 {
        let questions: Vec<Question<'_>> = self
            .validation
            .iter()
            .map(|case| Question { history: case.input(&self.interactions), target: case.target })
            .collect();
        let mut hits = 0;
        rank(model, &questions, 10, |_, answers| {
            hits += answers.iter().filter(|answer| answer.rank < 10).count();
            Ok::<(), std::convert::Infallible>(())
        })
        .unwrap();
        hits as f64 / questions.len() as f64
    }
}

pub fn recipe() -> Recipe {
    Recipe {
        model: Shape {
            dimension: 16,
            heads: 2,
            blocks: 1,
            max_length: 5,
            feed_forward: 1,
            block: BlockKind::Gated,
            positions: Positions::FromStart,
            shared_table: true,
            scale_input: true,
        },
        loss: Loss::FullSoftmax {},
        training: Schedule {
            seed: 1,
            dropout: 0.0,
            attention_dropout: 0.0,
            batch_size: 16,
            learning_rate: 0.01,
            second_decay: 0.98,
            warm_up_steps: 5,
            final_rate: 0.1,
            epochs: 12,
            batches_per_epoch: None,
            validate_every: 4,
            patience: 3,
            coverage: Coverage::Whole,
            batches: filmlens_gsasrec::training::Batches::Similar,
            start: filmlens_gsasrec::Start::Narrow,
            validation: Validation::Everyone,
            averaging: None,
            precision: Precision::Single,
        },
    }
}

/// Trains to the end. The caller holds the generator.
pub fn train(pattern: &Pattern, recipe: &Recipe) -> (Model, Progress) {
    let training = Training::new(pattern.data(), recipe, Device::Cpu).unwrap();
    match training.run(|_| ControlFlow::Continue(())).unwrap() {
        Outcome::Finished { model, progress } => (*model, progress),
        Outcome::Interrupted => panic!("nobody interrupts"),
    }
}

pub fn weights(model: &Model) -> Vec<(String, Vec<f64>)> {
    model.parameters().iter().map(|(name, tensor)| (name.to_owned(), numbers(tensor))).collect()
}

const LOSSES: [Loss; 4] = [
    Loss::FullSoftmax {},
    Loss::SampledSoftmax { negatives: 30, corrected: false },
    Loss::SampledSoftmax { negatives: 30, corrected: true },
    Loss::Gbce { negatives: 30, calibration: 0.75 },
];

#[test]
fn every_loss_and_every_block_learns_what_comes_next() {
    let _chance = Chance::seeded(0);
    let pattern = Pattern::new(200);
    for loss in LOSSES {
        for block in [BlockKind::Reference, BlockKind::Gated] {
            let mut recipe = recipe();
            (recipe.loss, recipe.model.block) = (loss, block);
            // It goes by a few negatives of each position, and takes its time.
            recipe.training.epochs = if matches!(loss, Loss::Gbce { .. }) { 24 } else { 12 };
            let (model, progress) = train(&pattern, &recipe);
            let recall = pattern.recall_at_10(&model);
            assert!(recall > 0.8, "{loss:?} and {block:?}: {recall}");
            let curve = &progress.curve;
            assert!(curve[curve.len() - 1].loss < 0.7 * curve[0].loss, "{loss:?} and {block:?}: {curve:?}");
        }
    }
}

#[test]
fn the_reference_architecture_learns_it_as_well() {
    let _chance = Chance::seeded(0);
    let pattern = Pattern::new(200);
    let mut recipe = recipe();
    recipe.loss = Loss::Gbce { negatives: 30, calibration: 0.75 };
    recipe.model = Shape {
        block: BlockKind::Reference,
        positions: Positions::FromEnd,
        shared_table: false,
        scale_input: false,
        ..recipe.model
    };
    recipe.training.coverage = Coverage::Newest;
    recipe.training.epochs = 30;
    let (model, _) = train(&pattern, &recipe);
    let recall = pattern.recall_at_10(&model);
    assert!(recall > 0.8, "{recall}");
}

#[test]
fn mixed_precision_learns_it_as_well() {
    let _chance = Chance::seeded(0);
    let pattern = Pattern::new(200);
    for block in [BlockKind::Reference, BlockKind::Gated] {
        let mut recipe = recipe();
        (recipe.training.precision, recipe.model.block) = (Precision::Mixed, block);
        let (model, _) = train(&pattern, &recipe);
        let recall = pattern.recall_at_10(&model);
        assert!(recall > 0.8, "{block:?}: {recall}");
        assert!(model.parameters().iter().all(|(_, tensor)| tensor.kind() == tch::Kind::Float));
    }
}

#[test]
fn nothing_is_learnt_before_training() {
    let chance = Chance::seeded(0);
    let pattern = Pattern::new(200);
    let recall = pattern.recall_at_10(&chance.model(&recipe().config(ITEMS)));
    assert!(recall < 0.4, "{recall}");
}

#[test]
fn the_same_seed_gives_the_same_weights() {
    let _chance = Chance::seeded(0);
    let pattern = Pattern::new(40);
    for loss in LOSSES {
        let mut recipe = recipe();
        recipe.loss = loss;
        recipe.training = Schedule {
            dropout: 0.2,
            attention_dropout: 0.1,
            averaging: Some(0.9),
            epochs: 3,
            ..recipe.training
        };
        let (first, progress) = train(&pattern, &recipe);
        // What others drew meanwhile does not matter.
        tch::manual_seed(99);
        let (second, again) = train(&pattern, &recipe);
        assert_eq!(weights(&second), weights(&first), "{loss:?}");
        assert_eq!(again.curve, progress.curve, "{loss:?}");
        recipe.training.seed += 1;
        assert_ne!(weights(&train(&pattern, &recipe).0), weights(&first), "{loss:?}");
    }
}

#[test]
fn data_without_anything_to_learn_or_to_validate_is_refused() {
    let pattern = Pattern::new(3);
    let refusal =
        |data: TrainingData<'_>| Training::new(data, &recipe(), Device::Cpu).err().unwrap().to_string();
    let error = refusal(TrainingData { training: &[1, 0, 1], ..pattern.data() });
    assert_eq!(error, "nobody has two items to train on");
    let error = refusal(TrainingData { validation: &[], ..pattern.data() });
    assert_eq!(error, "there is nobody to validate on; take a longer history, or more users");
}

#[test]
fn a_training_that_diverges_says_so() {
    let _chance = Chance::seeded(0);
    let pattern = Pattern::new(40);
    let mut recipe = recipe();
    recipe.training = Schedule { learning_rate: 1e38, warm_up_steps: 0, ..recipe.training };
    let training = Training::new(pattern.data(), &recipe, Device::Cpu).unwrap();
    let error = training.run(|_| ControlFlow::Continue(())).err().unwrap().to_string();
    assert!(error.ends_with("try a lower learning rate"), "{error}");
}

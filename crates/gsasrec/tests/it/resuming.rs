use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;
use std::{fs, panic};

use filmlens_gsasrec::loss::Loss;
use filmlens_gsasrec::training::{
    CurvePoint, Event, Outcome, Progress, Recipe, Schedule, Training, TrainingData,
};
use filmlens_gsasrec::{Error, Model};
use proptest::prelude::*;
use tch::Device;

use crate::learning::{Pattern, recipe, train, weights};
use crate::setup::Chance;

/// Everything that draws from chance or remembers what was before.
fn demanding(loss: Loss) -> Recipe {
    let mut recipe = recipe();
    recipe.loss = loss;
    recipe.training = Schedule {
        dropout: 0.2,
        attention_dropout: 0.1,
        averaging: Some(0.9),
        epochs: 4,
        validate_every: 2,
        batch_size: 16,
        ..recipe.training
    };
    recipe
}

fn training<'a>(
    pattern: &'a Pattern,
    recipe: &'a Recipe,
    checkpoint: &Path,
    every: Duration,
) -> Training<'a> {
    let training = Training::new(pattern.data(), recipe, Device::Cpu).unwrap();
    training.with_checkpoint(checkpoint, every)
}

/// Goes on until `ends` says so of an event of a batch or an epoch.
fn run_until(training: &Training<'_>, mut ends: impl FnMut(&Event<'_>) -> bool) -> Outcome {
    let observe =
        |event: Event<'_>| if ends(&event) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    training.run(observe).unwrap()
}

fn finish(training: &Training<'_>) -> (Model, Progress) {
    match run_until(training, |_| false) {
        Outcome::Finished { model, progress } => (*model, progress),
        Outcome::Interrupted => panic!("nobody interrupts"),
    }
}

#[derive(Debug, PartialEq)]
struct Result {
    weights: Vec<(String, Vec<f64>)>,
    curve: Vec<CurvePoint>,
    steps: u64,
    best: Option<(u32, f64)>,
}

impl Result {
    fn of((model, progress): (Model, Progress)) -> Self {
        Self {
            weights: weights(&model),
            steps: progress.steps,
            best: progress.best.map(|best| (best.epoch, best.quality.ndcg_at_10)),
            curve: progress.curve,
        }
    }
}

const LOSSES: [Loss; 2] =
    [Loss::SampledSoftmax { negatives: 20, corrected: true }, Loss::Gbce { negatives: 8, calibration: 0.75 }];

const HOURLY: Duration = Duration::from_secs(3600);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_training_broken_off_after_any_batches_goes_on_to_the_same_end(
        mut breaks in prop::collection::vec(1..25_u64, 1..4),
        loss in prop::sample::select(&LOSSES),
    ) {
        let _chance = Chance::seeded(0);
        let pattern = Pattern::new(60);
        let recipe = demanding(loss);
        let uninterrupted = Result::of(train(&pattern, &recipe));
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = folder.path().join("checkpoint");
        breaks.sort_unstable();
        breaks.dedup();
        for last in breaks {
            let training = training(&pattern, &recipe, &checkpoint, HOURLY);
            run_until(&training, |event| matches!(event, Event::Batch { progress, .. } if progress.steps == last));
            tch::manual_seed(last as i64);
        }
        let training = training(&pattern, &recipe, &checkpoint, HOURLY);
        prop_assert_eq!(Result::of(finish(&training)), uninterrupted);
    }
}

#[test]
fn a_training_broken_off_between_epochs_goes_on_to_the_same_end() {
    let _chance = Chance::seeded(0);
    let pattern = Pattern::new(60);
    let recipe = demanding(LOSSES[0]);
    let uninterrupted = Result::of(train(&pattern, &recipe));
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint");
    let training = training(&pattern, &recipe, &checkpoint, HOURLY);
    for _ in 0..4 {
        let outcome = run_until(&training, |event| matches!(event, Event::Epoch { .. }));
        assert!(matches!(outcome, Outcome::Interrupted));
    }
    assert_eq!(Result::of(finish(&training)), uninterrupted);
    assert_eq!(Result::of(finish(&training)), uninterrupted, "what is finished stays finished");
}

#[test]
fn a_training_killed_without_a_word_goes_on_from_its_last_checkpoint() {
    let _chance = Chance::seeded(0);
    let pattern = Pattern::new(60);
    let recipe = demanding(LOSSES[1]);
    let uninterrupted = Result::of(train(&pattern, &recipe));
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint");
    let training = training(&pattern, &recipe, &checkpoint, Duration::ZERO);
    for killed_at in [1, 2, 9] {
        let died = catch_unwind(AssertUnwindSafe(|| {
            run_until(&training, |event| {
                if matches!(event, Event::Batch { progress, .. } if progress.steps == killed_at) {
                    panic::resume_unwind(Box::new("killed"));
                }
                false
            })
        }));
        assert!(died.is_err());
    }
    let mut resumed_at = None;
    run_until(&training, |event| {
        if let Event::Started { progress, .. } = event {
            resumed_at = Some(progress.steps);
        }
        matches!(event, Event::Batch { .. })
    });
    assert_eq!(resumed_at, Some(8), "the batch in which it was killed is lost");
    assert_eq!(Result::of(finish(&training)), uninterrupted);
}

/// A checkpoint after three batches.
fn checkpoint_of(pattern: &Pattern, recipe: &Recipe, path: &Path) {
    let training = training(pattern, recipe, path, HOURLY);
    run_until(&training, |event| matches!(event, Event::Batch { progress, .. } if progress.steps == 3));
    assert!(path.is_file());
}

#[track_caller]
fn refusal(training: &Training<'_>) -> Error {
    training.run(|_| ControlFlow::Continue(())).err().expect("it is refused")
}

#[test]
fn a_checkpoint_of_another_recipe_or_other_data_is_refused() {
    let _chance = Chance::seeded(0);
    let pattern = Pattern::new(60);
    let recipe = demanding(LOSSES[0]);
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint");
    checkpoint_of(&pattern, &recipe, &checkpoint);

    let mut other = recipe.clone();
    other.training.learning_rate *= 2.0;
    let error = refusal(&training(&pattern, &other, &checkpoint, HOURLY));
    assert!(matches!(error, Error::OtherCheckpoint { .. }));
    assert!(error.to_string().ends_with("remove it to start over"), "{error}");

    let data = TrainingData { fingerprint: "n, n + 2", ..pattern.data() };
    let training = Training::new(data, &recipe, Device::Cpu).unwrap().with_checkpoint(&checkpoint, HOURLY);
    assert!(matches!(refusal(&training), Error::OtherCheckpoint { .. }));
}

#[test]
fn a_damaged_checkpoint_is_refused_with_advice() {
    let _chance = Chance::seeded(0);
    let pattern = Pattern::new(60);
    let recipe = demanding(LOSSES[0]);
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint");
    checkpoint_of(&pattern, &recipe, &checkpoint);
    let whole = fs::read(&checkpoint).unwrap();
    let training = training(&pattern, &recipe, &checkpoint, HOURLY);
    for length in [0, 7, 100, whole.len() / 2, whole.len() - 1] {
        fs::write(&checkpoint, &whole[..length]).unwrap();
        let error = refusal(&training).to_string();
        assert!(error.contains(&checkpoint.display().to_string()), "{error}");
        assert!(error.ends_with("remove it to start over"), "{error}");
    }
    tch::Tensor::write_safetensors(&[("weights/x", tch::Tensor::from_slice(&[1.0]))], &checkpoint).unwrap();
    let error = refusal(&training).to_string();
    assert!(error.ends_with("remove it to start over"), "{error}");

    fs::remove_file(&checkpoint).unwrap();
    finish(&training);
}

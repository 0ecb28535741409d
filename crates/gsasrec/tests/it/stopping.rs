use std::ops::ControlFlow;

use filmlens_gsasrec::training::{Event, Training};
use tch::Device;

use crate::learning::{Pattern, recipe, train};
use crate::setup::Chance;

#[test]
fn training_stops_after_so_many_validations_without_a_better_one() {
    let _chance = Chance::seeded(0);
    let pattern = Pattern::new(30);
    for (validate_every, patience, epochs) in [(1, 1, 2), (1, 3, 4), (2, 2, 6)] {
        let mut recipe = recipe();
        // So slow that every validation finds the same.
        recipe.training.learning_rate = 1e-15;
        (recipe.training.validate_every, recipe.training.patience) = (validate_every, patience);
        let (_, progress) = train(&pattern, &recipe);
        assert_eq!((progress.epoch, progress.curve.len()), (epochs, epochs as usize));
        assert_eq!(progress.best.unwrap().epoch, validate_every);
        assert_eq!(progress.validations_without_better(), patience);
        for point in &progress.curve {
            assert_eq!(point.validation.is_some(), point.epoch % validate_every == 0, "{point:?}");
        }
    }
}

#[test]
fn the_last_epoch_is_validated_whatever_its_number() {
    let _chance = Chance::seeded(0);
    let mut recipe = recipe();
    (recipe.training.epochs, recipe.training.validate_every) = (3, 2);
    let (_, progress) = train(&Pattern::new(30), &recipe);
    let validated: Vec<bool> = progress.curve.iter().map(|point| point.validation.is_some()).collect();
    assert_eq!(validated, [false, true, true]);
}

#[test]
fn the_weights_that_validated_best_are_kept() {
    let _chance = Chance::seeded(0);
    let pattern = Pattern::new(120);
    let mut recipe = recipe();
    recipe.training.validate_every = 1;
    recipe.training.patience = 20;
    for averaging in [None, Some(0.95)] {
        recipe.training.averaging = averaging;
        // Learns for a while, and then unlearns.
        recipe.training.learning_rate = if averaging.is_some() { 0.3 } else { 0.1 };
        let (model, progress) = train(&pattern, &recipe);
        let best = progress.best.unwrap();
        let ndcg = |of: fn(f64, f64) -> f64| {
            let validations = progress.curve.iter().filter_map(|point| point.validation);
            validations.map(|quality| quality.ndcg_at_10).reduce(of).unwrap()
        };
        assert_eq!(best.quality.ndcg_at_10, ndcg(f64::max));
        assert!(ndcg(f64::min) < ndcg(f64::max), "there is something to choose from");
        assert!((pattern.recall_at_10(&model) - best.quality.recall_at_10).abs() < 1e-12);
    }
}

#[test]
fn an_epoch_ends_after_as_many_batches_as_the_recipe_says() {
    let _chance = Chance::seeded(0);
    let mut recipe = recipe();
    (recipe.training.epochs, recipe.training.batches_per_epoch) = (3, Some(2));
    let (_, progress) = train(&Pattern::new(100), &recipe);
    assert_eq!(progress.steps, 6);
    assert_eq!(progress.curve.iter().map(|point| point.steps).collect::<Vec<_>>(), [2, 4, 6]);
}

#[test]
fn every_epoch_shows_every_target() {
    let _chance = Chance::seeded(0);
    let pattern = Pattern::new(150);
    let mut recipe = recipe();
    recipe.training.batch_size = 3;
    let training = Training::new(pattern.data(), &recipe, Device::Cpu).unwrap();
    let expected: usize = pattern.data().training.iter().map(|count| *count as usize - 1).sum();
    let mut shown = vec![0];
    let outcome = training.run(|event| {
        match event {
            Event::Batch { positions, .. } => *shown.last_mut().unwrap() += positions,
            Event::Epoch { .. } => shown.push(0),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    assert!(outcome.is_ok());
    shown.pop();
    assert_eq!(shown, vec![expected; 12]);
}

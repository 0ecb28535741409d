use std::time::Duration;

use filmlens_evaluation::Error;
use filmlens_evaluation::rating::{CrossValidation, Fold, RatingErrors, Resampling, Scale};
use proptest::prelude::*;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

pub type Pairs = Vec<(u32, f32, f32)>;

/// From triples of user, prediction and truth.
pub fn errors(pairs: &[(u32, f32, f32)]) -> RatingErrors {
    let mut errors = RatingErrors::new(Scale::MOVIELENS);
    for (user, prediction, truth) in pairs {
        errors.add(*user, *prediction, *truth).unwrap();
    }
    errors
}

pub fn fold(pairs: &[(u32, f32, f32)], milliseconds: u64) -> Fold {
    let training = Duration::from_millis(milliseconds);
    Fold { errors: errors(pairs), training, prediction: training / 10 }
}

/// Five folds of 60 users; every prediction is off by noise, and by `bias`.
pub fn noisy_folds(bias: f32) -> Vec<Fold> {
    let random = &mut ChaCha8Rng::seed_from_u64(5);
    let mut folds = Vec::new();
    for index in 0..5 {
        let pairs: Pairs = (0..300)
            .map(|rating| {
                let truth = random.random_range(2..=8) as f32 / 2.0;
                let noise: f32 = random.random_range(-1.0..1.0);
                (rating % 60, truth + noise + bias.copysign(noise), truth)
            })
            .collect();
        folds.push(fold(&pairs, 10 + index));
    }
    folds
}

fn any_pairs() -> impl Strategy<Value = Pairs> {
    let pair = (0_u32..20, -1.0..7.0_f32, 1..=10_u8)
        .prop_map(|(user, prediction, half_stars)| (user, prediction, f32::from(half_stars) / 2.0));
    prop::collection::vec(pair, 1..80)
}

#[test]
fn known_errors_give_known_figures() {
    let errors = errors(&[(1, 3.0, 4.0), (1, 4.0, 4.0), (2, 2.0, 5.0), (3, 4.5, 4.0)]);
    assert_eq!(errors.count(), 4);
    assert_eq!(errors.mae(), Some(4.5 / 4.0));
    assert_eq!(errors.rmse(), Some((10.25_f64 / 4.0).sqrt()));
    assert_eq!(RatingErrors::new(Scale::MOVIELENS).rmse(), None);
    assert_eq!(RatingErrors::new(Scale::MOVIELENS).mae(), None);
}

#[test]
fn predictions_are_clipped_to_the_scale() {
    let errors = errors(&[(1, 9.0, 5.0), (1, -3.0, 0.5)]);
    assert_eq!((errors.rmse(), errors.mae()), (Some(0.0), Some(0.0)));
}

#[test]
fn what_is_not_a_rating_is_refused() {
    let mut errors = RatingErrors::new(Scale::MOVIELENS);
    for (prediction, truth) in [(f32::NAN, 3.0), (f32::INFINITY, 3.0), (3.0, f32::NAN)] {
        assert!(matches!(errors.add(1, prediction, truth), Err(Error::NotFinite { user: 1, .. })));
    }
    assert!(matches!(errors.add(1, 3.0, 5.5), Err(Error::OffScale { .. })));
    assert!(matches!(errors.add(1, 3.0, 0.0), Err(Error::OffScale { .. })));
    assert_eq!(errors.count(), 0);
    for (lowest, highest) in [(5.0, 0.5), (1.0, 1.0), (f32::NAN, 5.0), (0.5, f32::INFINITY)] {
        assert!(matches!(Scale::new(lowest, highest), Err(Error::Setting { setting: "scale", .. })));
    }
}

#[test]
fn only_models_on_the_same_folds_are_compared() {
    let compare =
        |models: Vec<(&str, Vec<Fold>)>, baseline: Option<&str>| -> Result<CrossValidation, Error> {
            let models = models.into_iter().map(|(name, folds)| (name.to_owned(), folds)).collect();
            CrossValidation::new(models, baseline, Resampling { resamples: 10, ..Resampling::default() })
        };
    let one = || vec![fold(&[(1, 3.0, 4.0)], 1), fold(&[(2, 3.0, 4.0)], 1)];
    assert!(compare(vec![("a", one()), ("b", one())], Some("a")).is_ok());
    assert!(matches!(compare(vec![], None), Err(Error::NoModels)));
    assert!(matches!(compare(vec![("a", one()), ("a", one())], None), Err(Error::SameName { .. })));
    assert!(matches!(compare(vec![("a", vec![])], None), Err(Error::NoFolds { .. })));
    assert!(matches!(compare(vec![("a", one())], Some("b")), Err(Error::NoBaseline { .. })));
    let empty = vec![fold(&[(1, 3.0, 4.0)], 1), fold(&[], 1)];
    assert!(matches!(compare(vec![("a", empty)], None), Err(Error::EmptyFold { fold: 2, .. })));
    let swapped = one().into_iter().rev().collect();
    for other in [swapped, one()[..1].to_vec(), vec![one()[0].clone(), fold(&[(2, 3.0, 4.0); 2], 1)]] {
        let different = compare(vec![("a", one()), ("b", other)], None);
        assert!(matches!(different, Err(Error::DifferentFolds { second, .. }) if second == "b"));
    }
    let confidence = CrossValidation::new(
        vec![("a".to_owned(), one())],
        None,
        Resampling { confidence: 95.0, ..Resampling::default() },
    );
    assert!(matches!(confidence, Err(Error::Setting { setting: "confidence", .. })));
}

#[test]
fn the_mean_of_the_folds_counts_every_fold_the_same_and_all_ratings_every_rating() {
    let small = fold(&[(1, 3.0, 4.0)], 100);
    let large = fold(&[(1, 4.0, 4.0), (2, 4.0, 4.0), (3, 4.0, 4.0)], 300);
    let models = vec![("a".to_owned(), vec![small, large])];
    let report = CrossValidation::new(models, None, Resampling::default()).unwrap();
    let model = report.get("a").unwrap();
    assert_eq!(model.rmse.mean, 0.5);
    assert!((model.rmse.deviation.unwrap() - 0.5_f64.sqrt()).abs() < 1e-12);
    assert_eq!((model.rmse.lowest, model.rmse.highest), (0.0, 1.0));
    assert_eq!((model.overall.rmse.value, model.overall.mae.value), (0.5, 0.25));
    assert!((model.training_seconds.mean - 0.2).abs() < 1e-12);
    assert!((model.prediction_seconds.mean - 0.02).abs() < 1e-12);
    assert_eq!((report.folds, report.ratings, report.users), (2, 4, 3));
    assert!(report.get("b").is_none());
}

#[test]
fn pairs_of_folds_and_users_show_a_small_difference() {
    let models = vec![("base".to_owned(), noisy_folds(0.02)), ("better".to_owned(), noisy_folds(0.0))];
    let report = CrossValidation::new(models, Some("base"), Resampling::default()).unwrap();
    let (base, better) = (report.get("base").unwrap(), report.get("better").unwrap());
    assert!(
        base.overall.rmse.interval.unwrap().low < better.overall.rmse.interval.unwrap().high,
        "the intervals of the two overlap"
    );
    let [difference] = report.differences.as_slice() else { panic!("one difference") };
    assert_eq!((difference.model.as_str(), difference.better_folds), ("better", 5));
    assert!((difference.rmse.mean - (better.rmse.mean - base.rmse.mean)).abs() < 1e-12);
    assert!(difference.rmse.deviation.unwrap() < better.rmse.deviation.unwrap() / 2.0);
    let interval = difference.overall.rmse.interval.unwrap();
    assert!(interval.low < difference.overall.rmse.value && interval.high < 0.0);
}

proptest! {
    #[test]
    fn the_rmse_is_at_least_the_mae_and_at_most_the_largest_error(pairs in any_pairs()) {
        let errors = errors(&pairs);
        let (rmse, mae) = (errors.rmse().unwrap(), errors.mae().unwrap());
        let distance = |pair: &(u32, f32, f32)| f64::from(pair.1.clamp(0.5, 5.0) - pair.2).abs();
        let largest = pairs.iter().map(distance).fold(0.0, f64::max);
        prop_assert!(rmse >= mae - 1e-12 && rmse <= largest + 1e-6);
        let squares: f64 = pairs.iter().map(|pair| distance(pair).powi(2)).sum();
        prop_assert!((rmse - (squares / pairs.len() as f64).sqrt()).abs() < 1e-6);
    }

    #[test]
    fn shifting_the_users_numbers_changes_no_figure(pairs in any_pairs()) {
        let shifted: Pairs = pairs.iter().map(|pair| (u32::MAX - pair.0, pair.1, pair.2)).collect();
        let (one, other) = (errors(&pairs), errors(&shifted));
        prop_assert!((one.rmse().unwrap() - other.rmse().unwrap()).abs() < 1e-12);
    }

    #[test]
    fn a_model_is_no_better_than_itself(pairs in any_pairs()) {
        let models = ["a", "b"].map(|name| (name.to_owned(), vec![fold(&pairs, 5)])).to_vec();
        let resampling = Resampling { resamples: 20, ..Resampling::default() };
        let report = CrossValidation::new(models, Some("a"), resampling).unwrap();
        let difference = &report.differences[0];
        prop_assert_eq!((difference.rmse.mean, difference.better_folds), (0.0, 0));
        let interval = difference.overall.rmse.interval.unwrap();
        prop_assert_eq!((interval.low, interval.high), (0.0, 0.0));
    }
}

use filmlens_evaluation::ranking::{Evaluation, Metric, Settings};
use filmlens_evaluation::report::Comparison;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::cases::{Case, evaluate};

const RECALL: Metric = Metric::Recall { at: 1 };

fn only_recall(resamples: usize) -> Settings {
    Settings { recall_at: vec![1], ndcg_at: vec![], lists_at: 1, resamples, ..Settings::default() }
}

/// Users whose target is first with a probability of `chance`.
fn bernoulli(users: u32, chance: f64, random: &mut ChaCha8Rng) -> Vec<Case> {
    (0..users).map(|user| Case::at(user, if random.random_bool(chance) { 1 } else { 9 })).collect()
}

#[test]
fn the_width_is_that_of_the_standard_error() {
    let random = &mut ChaCha8Rng::seed_from_u64(2);
    let overall = evaluate(&bernoulli(400, 0.3, random), only_recall(500)).overall;
    let estimate = overall.get(RECALL).unwrap();
    let expected = 2.0 * 1.96 * (estimate.value * (1.0 - estimate.value) / 400.0).sqrt();
    let interval = estimate.interval.unwrap();
    let width = interval.high - interval.low;
    assert!((width / expected - 1.0).abs() < 0.2, "{width} beside {expected}");
}

#[test]
fn a_user_with_many_cases_is_drawn_with_all_of_them() {
    // Ten users with twenty equal cases each are no more evidence than ten cases.
    let of_user = |user: u32| vec![Case::at(user, if user < 5 { 1 } else { 9 }); 20];
    let cases: Vec<Case> = (0..10).flat_map(of_user).collect();
    let estimate = *evaluate(&cases, only_recall(500)).overall.get(RECALL).unwrap();
    let interval = estimate.interval.unwrap();
    assert_eq!(estimate.value, 0.5);
    assert!(interval.high - interval.low > 0.4);
}

#[test]
fn without_resamples_there_are_no_intervals() {
    let overall = evaluate(&[Case::at(1, 1)], only_recall(0)).overall;
    assert!(overall.metrics.iter().all(|(_, estimate)| estimate.interval.is_none()));
}

#[test]
fn pairs_show_a_small_difference_that_two_intervals_would_hide() {
    let random = &mut ChaCha8Rng::seed_from_u64(3);
    let base = bernoulli(500, 0.3, random);
    let mut better = base.clone();
    for case in better.iter_mut().filter(|case| case.rank() > 1).take(15) {
        case.ranking.swap(0, 8);
    }
    let (base, better) = (evaluate(&base, only_recall(500)), evaluate(&better, only_recall(500)));
    let interval = |evaluation: &Evaluation| evaluation.overall.get(RECALL).unwrap().interval.unwrap();
    assert!(interval(&base).high > interval(&better).low, "the intervals of the two overlap");

    let models = vec![("base".to_owned(), base), ("better".to_owned(), better)];
    let comparison = Comparison::new(models, Some("base")).unwrap();
    let of_all = comparison.differences.iter().find(|difference| difference.slice == "all").unwrap();
    let (_, difference) = of_all.metrics.iter().find(|(metric, _)| *metric == RECALL).unwrap();
    assert!((difference.value - 0.03).abs() < 1e-12);
    assert!(difference.interval.unwrap().low > 0.01);
}

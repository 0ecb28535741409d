use filmlens_evaluation::ranking::{HistoryBounds, Metric, RankingEvaluator, Settings, Slice};
use proptest::prelude::*;

use crate::cases::{Case, ITEM_COUNT, any_cases, catalogue, evaluate, settings};

fn value(slice: &Slice, metric: Metric) -> f64 {
    slice.get(metric).unwrap().value
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

#[test]
fn known_ranks_give_known_figures() {
    let cases = [Case::at(1, 1), Case::at(2, 3), Case::at(3, 11), Case::at(4, 60)];
    let overall = evaluate(&cases, settings()).overall;
    assert_eq!(value(&overall, Metric::Recall { at: 1 }), 0.25);
    assert_eq!(value(&overall, Metric::Recall { at: 10 }), 0.5);
    assert_eq!(value(&overall, Metric::Ndcg { at: 10 }), (1.0 + 0.5) / 4.0);
    assert!(close(value(&overall, Metric::Mrr), (1.0 + 1.0 / 3.0 + 1.0 / 11.0 + 1.0 / 60.0) / 4.0));
    assert_eq!(overall.distinct_items, 10);
    assert!(close(value(&overall, Metric::Coverage { at: 10 }), 10.0 / 60.0));
}

#[test]
fn precision_is_recall_by_length_and_map_the_reciprocal_rank_within_the_list() {
    let cases = [Case::at(1, 1), Case::at(2, 3), Case::at(3, 11), Case::at(4, 60)];
    let overall = evaluate(&cases, Settings::classic()).overall;
    assert!(close(value(&overall, Metric::Precision { at: 10 }), 0.05));
    assert!(close(value(&overall, Metric::MeanAveragePrecision { at: 10 }), (1.0 + 1.0 / 3.0) / 4.0));
    let names: Vec<String> = overall.metrics.iter().map(|(metric, _)| metric.to_string()).collect();
    let expected = ["precision_at_10", "recall_at_1", "recall_at_10", "map_at_10", "ndcg_at_10", "mrr"];
    assert_eq!(names[..6], expected);
}

#[test]
fn reports_without_precision_and_map_do_not_name_them() {
    let json = |settings| serde_json::to_string(&evaluate(&[Case::at(1, 1)], settings)).unwrap();
    for name in ["precision_at", "map_at"] {
        assert!(!json(Settings::default()).contains(name) && json(Settings::classic()).contains(name));
    }
}

#[test]
fn novelty_is_the_surprise_of_the_items_with_one_added_to_each_count() {
    let overall = evaluate(&[Case::at(1, 1)], settings()).overall;
    let total: f64 = (1..=60).map(|item| f64::from(item * item + 1)).sum();
    let surprise = |item: i32| -(f64::from(item * item + 1) / total).log2();
    let expected = (1..=10).map(surprise).sum::<f64>() / 10.0;
    assert!(close(value(&overall, Metric::Novelty { at: 10 }), expected));
}

#[test]
fn freshness_knows_the_years_it_is_told() {
    let overall = evaluate(&[Case::at(1, 1)], settings()).overall;
    // Of the items 1 to 10 the years of 5 and 10 are not known; the newest item that has a year is 59.
    let years = [1951.0, 1952.0, 1953.0, 1954.0, 1956.0, 1957.0, 1958.0, 1959.0];
    let mean = years.iter().sum::<f64>() / 8.0;
    assert!(close(value(&overall, Metric::ReleaseYear { at: 10 }), mean));
    assert_eq!(value(&overall, Metric::MedianReleaseYear { at: 10 }), 1955.0);
    assert!(close(value(&overall, Metric::Age { at: 10 }), 2009.0 - mean));
}

#[test]
fn the_same_list_for_everyone_covers_only_itself_and_a_list_for_each_covers_all() {
    let same: Vec<Case> = (1..=6).map(|user| Case::at(user, 2)).collect();
    assert_eq!(evaluate(&same, settings()).overall.distinct_items, 10);
    let mut different = same;
    for case in &mut different {
        case.ranking.rotate_left(case.user as usize * 10 % ITEM_COUNT as usize);
    }
    assert_eq!(value(&evaluate(&different, settings()).overall, Metric::Coverage { at: 10 }), 1.0);
}

#[test]
fn cases_without_a_rank_have_all_metrics_but_the_reciprocal_rank() {
    let cases = [Case::at(1, 1), Case::at(2, 3), Case::at(3, 11)];
    let mut evaluator = RankingEvaluator::new(catalogue(), settings()).unwrap();
    for case in &cases {
        let mut result = case.result();
        result.rank = None;
        evaluator.add(result).unwrap();
    }
    let (without, with) = (evaluator.finish().unwrap().overall, evaluate(&cases, settings()).overall);
    let ranked: Vec<_> = with.metrics.iter().filter(|(metric, _)| *metric != Metric::Mrr).collect();
    assert_eq!(without.metrics.iter().collect::<Vec<_>>(), ranked);
}

#[test]
fn histories_fall_into_three_groups() {
    let mut cases: Vec<Case> = (0..30).map(|user| Case::at(user, 1)).collect();
    for case in &mut cases {
        case.history_length = case.user as usize + 1;
    }
    let bounds = |slices: &[Slice]| -> Vec<(&str, usize, usize)> {
        slices.iter().map(|slice| (slice.name, slice.shortest_history, slice.longest_history)).collect()
    };
    let by_history = evaluate(&cases, settings()).by_history;
    assert_eq!(bounds(&by_history), [("short", 1, 10), ("medium", 11, 20), ("long", 21, 30)]);

    let given = HistoryBounds::Given { short_up_to: 4, medium_up_to: 100 };
    let by_history = evaluate(&cases, Settings { history_bounds: given, ..settings() }).by_history;
    assert_eq!(bounds(&by_history), [("short", 1, 4), ("medium", 5, 30)]);
}

#[test]
fn who_has_several_cases_counts_once_as_a_user() {
    let overall = evaluate(&[Case::at(7, 1), Case::at(7, 60), Case::at(8, 1)], settings()).overall;
    assert_eq!((overall.cases, overall.users), (3, 2));
    assert!(close(value(&overall, Metric::Recall { at: 1 }), 2.0 / 3.0));
}

/// As its general definition has it: the mean, over the relevant items, of the precision at their places.
fn average_precision_by_definition(case: &Case, at: usize) -> f64 {
    let is_relevant = |item: &u32| *item == case.target;
    let precision = |length: usize| {
        case.ranking[..length].iter().filter(|item| is_relevant(item)).count() as f64 / length as f64
    };
    let places = (1..=at).filter(|place| is_relevant(&case.ranking[place - 1]));
    places.map(precision).sum()
}

/// nDCG as its general definition has it: the discounted gains of the list over those of the ideal list.
fn ndcg_by_definition(case: &Case, at: usize) -> f64 {
    let discounted = |ranking: &[u32]| -> f64 {
        let gains = ranking.iter().take(at).map(|item| if *item == case.target { 1.0_f64 } else { 0.0 });
        gains.enumerate().map(|(index, gain)| (gain.exp2() - 1.0) / ((index + 2) as f64).log2()).sum()
    };
    let mut ideal = case.ranking.clone();
    ideal.sort_by_key(|item| *item != case.target);
    discounted(&case.ranking) / discounted(&ideal)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn figures_keep_their_bounds_and_longer_lists_recall_more(cases in any_cases()) {
        for slice in evaluate(&cases, settings()).slices() {
            for (metric, estimate) in &slice.metrics {
                let is_share = metric.is_accuracy()
                    || matches!(metric, Metric::Coverage { .. } | Metric::GenreDiversity { .. });
                prop_assert!(!is_share || (0.0..=1.0).contains(&estimate.value));
                prop_assert!(estimate.value.is_finite() && estimate.cases <= slice.cases);
                if let Some(interval) = estimate.interval {
                    prop_assert!(interval.low <= interval.high);
                }
            }
            let recalls: Vec<f64> =
                [1, 5, 10, 60].map(|at| value(slice, Metric::Recall { at })).to_vec();
            prop_assert!(recalls.is_sorted());
            prop_assert_eq!(recalls[3], 1.0);
            for at in [5, 10, 60] {
                let (ndcg, recall) = (value(slice, Metric::Ndcg { at }), value(slice, Metric::Recall { at }));
                prop_assert!(ndcg <= recall + 1e-12);
            }
        }
    }

    #[test]
    fn ndcg_agrees_with_its_definition(cases in any_cases()) {
        let overall = evaluate(&cases, settings()).overall;
        for at in [5, 10, 60] {
            let sum: f64 = cases.iter().map(|case| ndcg_by_definition(case, at)).sum();
            let ndcg = value(&overall, Metric::Ndcg { at });
            prop_assert!(close(ndcg, sum / cases.len() as f64));
        }
    }

    #[test]
    fn precision_and_map_agree_with_their_definitions(cases in any_cases()) {
        let lengths = vec![1, 5, 10, 60];
        let settings = Settings { precision_at: lengths.clone(), map_at: lengths.clone(), ..settings() };
        let overall = evaluate(&cases, settings).overall;
        for at in lengths {
            let hits = cases.iter().filter(|case| case.ranking[..at].contains(&case.target)).count();
            let precision = value(&overall, Metric::Precision { at });
            prop_assert!(close(precision, hits as f64 / at as f64 / cases.len() as f64));
            let recall = value(&overall, Metric::Recall { at });
            prop_assert!(close(precision * at as f64, recall));

            let sum: f64 = cases.iter().map(|case| average_precision_by_definition(case, at)).sum();
            let map = value(&overall, Metric::MeanAveragePrecision { at });
            prop_assert!(close(map, sum / cases.len() as f64));
            let ndcg = value(&overall, Metric::Ndcg { at: at.max(5) });
            prop_assert!(map <= ndcg + 1e-12);
        }
        let of_everything = value(&overall, Metric::MeanAveragePrecision { at: 60 });
        prop_assert!(close(of_everything, value(&overall, Metric::Mrr)));
    }

    #[test]
    fn a_perfect_ranking_has_one_everywhere(mut cases in any_cases()) {
        for case in &mut cases {
            let target = case.target;
            case.ranking.sort_by_key(|item| *item != target);
        }
        for (metric, estimate) in evaluate(&cases, settings()).overall.metrics {
            if metric.is_accuracy() {
                prop_assert_eq!(estimate.value, 1.0);
                let interval = estimate.interval.unwrap();
                prop_assert_eq!((interval.low, interval.high), (1.0, 1.0));
            }
        }
    }

    #[test]
    fn the_order_of_the_cases_changes_nothing(
        (cases, shuffled) in any_cases().prop_flat_map(|cases| (Just(cases.clone()), Just(cases).prop_shuffle()))
    ) {
        let (one, other) = (evaluate(&cases, settings()), evaluate(&shuffled, settings()));
        prop_assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&other).unwrap());
    }

    #[test]
    fn new_numbers_for_the_users_change_no_figure(cases in any_cases()) {
        let mut renumbered = cases.clone();
        for case in &mut renumbered {
            case.user = 1_000 - case.user * 7;
        }
        let (one, other) = (evaluate(&cases, settings()).overall, evaluate(&renumbered, settings()).overall);
        for ((metric, one), (_, other)) in one.metrics.iter().zip(&other.metrics) {
            prop_assert!(close(one.value, other.value), "{}: {} and {}", metric, one.value, other.value);
        }
    }

    #[test]
    fn groups_share_out_all_cases(cases in any_cases()) {
        let evaluation = evaluate(&cases, settings());
        prop_assert_eq!(evaluation.by_history.iter().map(|slice| slice.cases).sum::<usize>(), cases.len());
        let recall = Metric::Recall { at: 10 };
        let hits: f64 = evaluation.by_history.iter().map(|slice| value(slice, recall) * slice.cases as f64).sum();
        prop_assert!(close(hits / cases.len() as f64, value(&evaluation.overall, recall)));
    }
}

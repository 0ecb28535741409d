use filmlens_evaluation::classification::{
    Confusion, MultiLabel, average_precision, brier_score, calibration_error, precision_recall, reliability,
    roc_auc,
};
use proptest::prelude::*;

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-12
}

fn truths(bits: &[u8]) -> Vec<bool> {
    bits.iter().map(|bit| *bit == 1).collect()
}

/// What scikit-learn 1.8 says of scores with many ties: roc_auc_score, average_precision_score, brier_score_loss.
#[test]
fn figures_of_scores_with_ties_are_those_of_scikit_learn() {
    let cases: [(&[u8], &[f64], [f64; 3]); 2] = [
        (
            &[1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0],
            &[0.55, 0.38, 0.0, 0.2, 0.0, 0.2, 0.2, 0.52, 0.2, 0.35, 0.52, 0.0],
            [0.611_111_111_111_111_2, 0.694_444_444_444_444_4, 0.317_516_666_666_666_7],
        ),
        (
            &[0, 0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0],
            &[
                0.47, 0.0, 0.58, 0.43, 0.12, 0.55, 0.78, 0.78, 0.58, 0.12, 0.2, 0.47, 0.67, 0.67, 0.2, 0.0,
                0.55, 0.43, 0.43, 0.58, 0.12, 0.55, 0.12, 0.12, 0.47,
            ],
            [0.75, 0.775_694_444_444_444_4, 0.196_828],
        ),
    ];
    for (bits, scores, [auc, precision, brier]) in cases {
        let truths = truths(bits);
        assert!(close(roc_auc(scores, &truths).unwrap(), auc));
        assert!(close(average_precision(scores, &truths).unwrap(), precision));
        assert!(close(brier_score(scores, &truths).unwrap(), brier));
    }
}

/// f1_score with average macro and weighted, and accuracy_score.
#[test]
fn f1_over_levels_is_that_of_scikit_learn() {
    let truths = [1, 2, 1, 2, 0, 0, 1, 2, 1, 2, 2, 1, 1, 1, 1];
    let answers = [0, 2, 1, 2, 0, 1, 0, 0, 1, 1, 2, 1, 1, 1, 1];
    let confusion = Confusion::new(3, &truths, &answers);
    assert!(close(confusion.macro_f1().unwrap(), 0.611_111_111_111_111));
    assert!(close(confusion.weighted_f1().unwrap(), 0.694_444_444_444_444_5));
    assert!(close(confusion.accuracy().unwrap(), 0.666_666_666_666_666_6));
    assert_eq!(confusion.counts, [[1.0, 1.0, 0.0], [2.0, 6.0, 0.0], [1.0, 1.0, 3.0]]);
    assert!(close(confusion.mean_distance().unwrap(), 6.0 / 15.0));
}

#[test]
fn a_level_that_neither_occurs_nor_is_answered_does_not_count() {
    let confusion = Confusion::new(3, &[0, 1, 1], &[0, 1, 0]);
    assert!(close(confusion.macro_f1().unwrap(), (2.0 / 3.0 + 2.0 / 3.0) / 2.0));
    assert_eq!(Confusion::new(3, &[], &[]).macro_f1(), None);
}

/// hamming_loss, accuracy_score, and f1_score, precision_score and recall_score with each average.
#[test]
fn figures_of_several_labels_are_those_of_scikit_learn() {
    let rows = |rows: &[[u8; 3]]| rows.iter().map(|row| truths(row)).collect::<Vec<_>>();
    let truths = rows(&[
        [1, 0, 1],
        [1, 1, 0],
        [0, 1, 0],
        [1, 1, 0],
        [0, 1, 1],
        [1, 1, 1],
        [0, 0, 1],
        [0, 0, 0],
        [0, 0, 1],
        [0, 0, 0],
    ]);
    let answers = rows(&[
        [0, 0, 0],
        [1, 1, 0],
        [1, 1, 0],
        [1, 1, 0],
        [1, 1, 0],
        [1, 1, 1],
        [0, 1, 1],
        [0, 0, 0],
        [0, 0, 0],
        [1, 1, 0],
    ]);
    let found = MultiLabel::new(&["one", "two", "three"], &truths, &answers).unwrap();
    let figures = [
        (found.hamming_loss, 0.3),
        (found.subset_accuracy, 0.4),
        (found.f1_macro, 0.668_253_968_253_968_2),
        (found.f1_micro, 0.689_655_172_413_793_1),
        (found.f1_weighted, 0.673_129_251_700_680_3),
        (found.precision_macro, 0.738_095_238_095_238_1),
        (found.precision_micro, 0.666_666_666_666_666_6),
        (found.recall_macro, 0.716_666_666_666_666_7),
        (found.recall_micro, 0.714_285_714_285_714_3),
        (found.labels[0].f1, 0.6),
        (found.labels[1].precision, 0.714_285_714_285_714_3),
        (found.labels[2].recall, 0.4),
    ];
    for (found, expected) in figures {
        assert!(close(found, expected), "{found} {expected}");
    }
    assert_eq!(MultiLabel::new(&["one"], &[], &[]), None);
}

#[test]
fn what_has_only_one_answer_has_no_roc_auc() {
    assert_eq!(roc_auc(&[0.1, 0.9], &[true, true]), None);
    assert_eq!(roc_auc(&[0.1, 0.9], &[false, false]), None);
    assert_eq!(average_precision(&[0.1, 0.9], &[false, false]), None);
    assert!(precision_recall(&[0.1], &[false]).is_empty());
    assert_eq!(roc_auc(&[], &[]), None);
    assert_eq!(calibration_error(&[], &[], 10), None);
    assert_eq!(brier_score(&[], &[]), None);
}

#[test]
fn bins_hold_equally_many_rows_and_equal_probabilities_stay_together() {
    let probabilities: Vec<f64> = (0..40).map(|row| f64::from(row) / 40.0).collect();
    let truths: Vec<bool> = (0..40).map(|row| row >= 20).collect();
    let bins = reliability(&probabilities, &truths, 4);
    assert_eq!(bins.iter().map(|bin| bin.rows).collect::<Vec<_>>(), [10.0; 4]);
    assert_eq!(bins.iter().map(|bin| bin.share_true).collect::<Vec<_>>(), [0.0, 0.0, 1.0, 1.0]);

    let alike = reliability(&[0.3; 40], &truths, 4);
    assert_eq!(alike.len(), 1);
    assert!(close(alike[0].mean_probability, 0.3) && close(alike[0].share_true, 0.5));
    assert!(close(calibration_error(&[0.3; 40], &truths, 4).unwrap(), 0.2));
}

fn any_answers() -> impl Strategy<Value = (Vec<f64>, Vec<bool>)> {
    // Few different probabilities, so that there are ties.
    prop::collection::vec((0_u8..=12, any::<bool>()), 1..60)
        .prop_map(|rows| rows.into_iter().map(|(score, truth)| (f64::from(score) / 12.0, truth)).unzip())
}

fn auc_by_definition(scores: &[f64], truths: &[bool]) -> Option<f64> {
    let (mut pairs, mut won) = (0.0, 0.0);
    for (one, _) in scores.iter().zip(truths).filter(|(_, truth)| **truth) {
        for (other, _) in scores.iter().zip(truths).filter(|(_, truth)| !**truth) {
            pairs += 1.0;
            won += if one > other {
                1.0
            } else if one == other {
                0.5
            } else {
                0.0
            };
        }
    }
    if pairs > 0.0 { Some(won / pairs) } else { None }
}

fn average_precision_by_definition(scores: &[f64], truths: &[bool]) -> Option<f64> {
    let positives: Vec<f64> =
        scores.iter().zip(truths).filter(|(_, truth)| **truth).map(|(score, _)| *score).collect();
    let precision_at = |threshold: f64| {
        let taken = scores.iter().zip(truths).filter(|(score, _)| **score >= threshold);
        let (found, taken) =
            taken.fold((0.0, 0.0), |(found, taken), (_, truth)| (found + f64::from(*truth), taken + 1.0));
        found / taken
    };
    let sum: f64 = positives.iter().map(|score| precision_at(*score)).sum();
    if positives.is_empty() { None } else { Some(sum / positives.len() as f64) }
}

fn same(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-9,
        (one, other) => one.is_none() && other.is_none(),
    }
}

proptest! {
    #[test]
    fn roc_auc_and_average_precision_agree_with_their_definitions((scores, truths) in any_answers()) {
        prop_assert!(same(roc_auc(&scores, &truths), auc_by_definition(&scores, &truths)));
        let precision = average_precision(&scores, &truths);
        prop_assert!(same(precision, average_precision_by_definition(&scores, &truths)));
    }

    #[test]
    fn a_ranking_turned_upside_down_has_one_less_the_roc_auc((scores, truths) in any_answers()) {
        let reversed: Vec<f64> = scores.iter().map(|score| -score).collect();
        let turned = roc_auc(&reversed, &truths).map(|auc| 1.0 - auc);
        prop_assert!(same(roc_auc(&scores, &truths), turned));
    }

    #[test]
    fn the_order_of_the_rows_changes_nothing(
        (rows, shuffled) in any_answers().prop_flat_map(|(scores, truths)| {
            let rows: Vec<(f64, bool)> = scores.into_iter().zip(truths).collect();
            (Just(rows.clone()), Just(rows).prop_shuffle())
        })
    ) {
        let figures = |rows: &[(f64, bool)]| {
            let (scores, truths): (Vec<f64>, Vec<bool>) = rows.iter().copied().unzip();
            [roc_auc(&scores, &truths), average_precision(&scores, &truths), calibration_error(&scores, &truths, 5)]
        };
        for (one, other) in figures(&rows).into_iter().zip(figures(&shuffled)) {
            prop_assert!(same(one, other));
        }
    }

    #[test]
    fn calibration_errors_lie_between_zero_and_one_and_bins_share_out_all_rows((scores, truths) in any_answers()) {
        for bins in [1, 3, 10, 100] {
            let found = reliability(&scores, &truths, bins);
            prop_assert!(found.len() <= bins);
            prop_assert!(close(found.iter().map(|bin| bin.rows).sum(), scores.len() as f64));
            prop_assert!(found.is_sorted_by_key(|bin| bin.mean_probability));
            let error = calibration_error(&scores, &truths, bins).unwrap();
            prop_assert!((0.0..=1.0).contains(&error));
        }
        // One bin compares the mean probability with the share that is true.
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        let share = truths.iter().filter(|truth| **truth).count() as f64 / truths.len() as f64;
        prop_assert!((calibration_error(&scores, &truths, 1).unwrap() - (mean - share).abs()).abs() < 1e-9);
    }

    #[test]
    fn precision_and_recall_end_at_all_rows((scores, truths) in any_answers()) {
        let points = precision_recall(&scores, &truths);
        prop_assert!(points.is_sorted_by_key(|point| point.0));
        if let Some(last) = points.last() {
            prop_assert!(close(last.0, 1.0));
            let share = truths.iter().filter(|truth| **truth).count() as f64 / truths.len() as f64;
            prop_assert!(close(last.1, share));
        }
    }

    #[test]
    fn only_right_answers_have_an_f1_of_one(truths in prop::collection::vec(0_usize..3, 1..40)) {
        let confusion = Confusion::new(3, &truths, &truths);
        prop_assert!(close(confusion.macro_f1().unwrap(), 1.0));
        prop_assert!(close(confusion.weighted_f1().unwrap(), 1.0));
        prop_assert!(close(confusion.mean_distance().unwrap(), 0.0));
    }
}

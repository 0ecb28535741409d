use filmlens_evaluation::Error;
use filmlens_evaluation::ranking::{
    CaseResult, Catalogue, HistoryBounds, ItemFacts, Metric, RankingEvaluator, Settings,
};

use crate::cases::{Case, ITEM_COUNT, catalogue, settings};

fn add(change: impl FnOnce(&mut CaseResult<'_>)) -> Result<(), Error> {
    let case = Case::at(1, 3);
    let mut result = case.result();
    change(&mut result);
    RankingEvaluator::new(catalogue(), Settings::default()).unwrap().add(result)
}

#[test]
fn a_case_that_no_ranking_gives_is_refused() {
    assert!(add(|_| {}).is_ok());
    assert!(matches!(add(|case| case.target = 0), Err(Error::UnknownItem { item: 0, .. })));
    assert!(matches!(add(|case| case.recommended = &[61]), Err(Error::UnknownItem { item: 61, .. })));
    assert!(matches!(add(|case| case.recommended = &[5, 6, 5]), Err(Error::RepeatedItem { item: 5, .. })));
    for rank in [0, 2, 61] {
        assert!(matches!(add(|case| case.rank = Some(rank)), Err(Error::Rank { .. })), "{rank}");
    }
}

#[test]
fn a_list_is_too_short_only_if_more_could_be_recommended() {
    let short = |history_length: usize| {
        add(|case| {
            case.recommended = &[1, 2, 3, 4];
            case.history_length = history_length;
        })
    };
    assert!(matches!(short(5), Err(Error::ShortList { found: 4, needed: 10, .. })));
    assert!(matches!(short(55), Err(Error::ShortList { found: 4, needed: 5, .. })));
    assert!(short(56).is_ok());
    assert!(short(usize::MAX).is_ok());
}

#[test]
fn a_rank_stands_in_for_a_longer_list() {
    let evaluator = || {
        let settings = Settings { recall_at: vec![20], ..Settings::default() };
        RankingEvaluator::new(catalogue(), settings).unwrap()
    };
    let list: Vec<u32> = (1..=10).collect();
    let with_rank = CaseResult { user: 1, target: 15, recommended: &list, rank: Some(15), history_length: 3 };
    let mut ranked = evaluator();
    ranked.add(with_rank).unwrap();
    assert_eq!(ranked.finish().unwrap().overall.get(Metric::Recall { at: 20 }).unwrap().value, 1.0);

    let mut unranked = evaluator();
    assert_eq!(unranked.list_length(), 20);
    let refused = unranked.add(CaseResult { rank: None, ..with_rank });
    assert!(matches!(refused, Err(Error::ShortList { needed: 20, .. })));
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let refuses = |settings: Settings, name: &str| {
        let refused = RankingEvaluator::new(catalogue(), settings);
        assert!(matches!(refused, Err(Error::Setting { setting, .. }) if setting == name), "{name}");
    };
    refuses(Settings { recall_at: vec![0], ..settings() }, "recall_at");
    refuses(Settings { ndcg_at: vec![10, 0], ..settings() }, "ndcg_at");
    refuses(Settings { precision_at: vec![0], ..settings() }, "precision_at");
    refuses(Settings { map_at: vec![3, 0], ..settings() }, "map_at");
    refuses(Settings { lists_at: 0, ..settings() }, "lists_at");
    refuses(Settings { resamples: 1_000_000_000, ..settings() }, "resamples");
    for confidence in [0.0, 1.0, 95.0, f64::NAN] {
        refuses(Settings { confidence, ..settings() }, "confidence");
    }
    let history_bounds = HistoryBounds::Given { short_up_to: 9, medium_up_to: 8 };
    refuses(Settings { history_bounds, ..settings() }, "short_up_to");
}

#[test]
fn catalogues_and_evaluations_must_hold_something() {
    let counts = Catalogue::new(ITEM_COUNT, vec![0; 60]);
    assert!(matches!(counts, Err(Error::TrainingCounts { given: 60, item_count: 60 })));
    let empty = RankingEvaluator::new(catalogue(), settings()).unwrap().finish();
    assert!(matches!(empty, Err(Error::NoCases)));

    let mut facts = ItemFacts::new();
    let names: Vec<String> = (0..129).map(|number| format!("genre {number}")).collect();
    facts.set(1, names[..128].iter().map(String::as_str), None).unwrap();
    let refused = facts.set(2, names.iter().map(String::as_str), None);
    assert!(matches!(refused, Err(Error::TooManyGenres { most: 128 })));
}

use filmlens_evaluation::ranking::{
    CaseResult, Catalogue, Evaluation, HistoryBounds, ItemFacts, RankingEvaluator, Settings,
};
use proptest::prelude::*;

pub const ITEM_COUNT: u32 = 60;

/// A case that owns its list.
#[derive(Debug, Clone)]
pub struct Case {
    pub user: u32,
    pub target: u32,
    pub ranking: Vec<u32>,
    pub history_length: usize,
}

impl Case {
    /// A target at a place of a ranking of the whole catalogue.
    pub fn at(user: u32, place: usize) -> Self {
        let ranking: Vec<u32> = (1..=ITEM_COUNT).collect();
        Self { user, target: ranking[place - 1], ranking, history_length: 5 + user as usize % 50 }
    }

    pub fn rank(&self) -> usize {
        self.ranking.iter().position(|item| *item == self.target).unwrap() + 1
    }

    pub fn result(&self) -> CaseResult<'_> {
        CaseResult {
            user: self.user,
            target: self.target,
            recommended: &self.ranking,
            rank: Some(self.rank()),
            history_length: self.history_length,
        }
    }
}

pub fn any_cases() -> impl Strategy<Value = Vec<Case>> {
    let items: Vec<u32> = (1..=ITEM_COUNT).collect();
    let case = (0_u32..20, 1..=ITEM_COUNT, Just(items).prop_shuffle(), 0_usize..60)
        .prop_map(|(user, target, ranking, history_length)| Case { user, target, ranking, history_length });
    prop::collection::vec(case, 1..40)
}

pub fn catalogue() -> Catalogue {
    let mut facts = ItemFacts::new();
    for item in 1..=ITEM_COUNT {
        let genres = ["Drama", "Crime", "Comedy"];
        let of_item = genres.into_iter().enumerate().filter(|(bit, _)| item >> bit & 1 == 1);
        let year = (item % 5 != 0).then_some(1950 + item as i16);
        facts.set(item, of_item.map(|(_, genre)| genre), year).unwrap();
    }
    let counts = (0..=u64::from(ITEM_COUNT)).map(|item| item * item).collect();
    Catalogue::new(ITEM_COUNT, counts).unwrap().with_facts(facts)
}

pub fn settings() -> Settings {
    Settings {
        recall_at: vec![1, 5, 10, 60],
        ndcg_at: vec![5, 10, 60],
        history_bounds: HistoryBounds::Tertiles,
        resamples: 50,
        ..Settings::default()
    }
}

pub fn evaluate(cases: &[Case], settings: Settings) -> Evaluation {
    let mut evaluator = RankingEvaluator::new(catalogue(), settings).unwrap();
    for case in cases {
        evaluator.add(case.result()).unwrap();
    }
    evaluator.finish().unwrap()
}

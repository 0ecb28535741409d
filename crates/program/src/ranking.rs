use filmlens_datasets::sequences::{Case, SequenceData, Split, popularity};
use filmlens_evaluation::Popularity;
use filmlens_evaluation::ranking::{
    CaseResult, Catalogue, Evaluation, ItemFacts, RankingEvaluator, Settings,
};

/// The name under which popularity stands in every comparison.
pub const POPULARITY: &str = "popularity";

/// The cases of one split, for rankings that are to be compared.
#[derive(Debug, Clone)]
pub struct Examination<'a> {
    pub data: &'a SequenceData,
    pub cases: &'a [Case],
    catalogue: Catalogue,
    settings: Settings,
}

impl<'a> Examination<'a> {
    /// # Errors
    /// When the facts of the films contradict each other.
    pub fn new(
        data: &'a SequenceData,
        split: &Split,
        cases: &'a [Case],
        settings: Settings,
    ) -> anyhow::Result<Self> {
        let counts = popularity(&data.interactions, split).into_iter().map(u64::from).collect();
        let mut catalogue = Catalogue::new(data.interactions.item_count(), counts)?;
        if let Some(facts) = facts(data)? {
            catalogue = catalogue.with_facts(facts);
        }
        Ok(Self { data, cases, catalogue, settings })
    }

    pub fn evaluator(&self) -> anyhow::Result<RankingEvaluator> {
        Ok(RankingEvaluator::new(self.catalogue.clone(), self.settings.clone())?)
    }

    /// What was watched most comes first, for everybody: what a model has to be better than.
    pub fn popularity(&self) -> anyhow::Result<Evaluation> {
        let mut evaluator = self.evaluator()?;
        let popularity = Popularity::new(self.catalogue.training_counts());
        for case in self.cases {
            let seen = case.input(&self.data.interactions);
            // What was watched before and is asked about again would otherwise be ranked among the seen.
            let seen: Vec<u32> = seen.iter().copied().filter(|item| *item != case.target).collect();
            let list = popularity.top_k(evaluator.list_length(), &seen);
            evaluator.add(result(*case, &list, popularity.rank_of(case.target, &seen)))?;
        }
        Ok(evaluator.finish()?)
    }
}

/// What a model made of a case; the best rank is 1.
pub fn result(case: Case, recommended: &[u32], rank: usize) -> CaseResult<'_> {
    CaseResult {
        user: case.user,
        target: case.target,
        recommended,
        rank: Some(rank),
        history_length: case.input,
    }
}

fn facts(data: &SequenceData) -> anyhow::Result<Option<ItemFacts>> {
    let Some(known) = &data.facts else { return Ok(None) };
    let mut facts = ItemFacts::new();
    for item in 1..=data.interactions.item_count() {
        let genres = known.genres(item).iter().map(|genre| known.genre_names()[*genre as usize].as_str());
        facts.set(item, genres, known.year(item))?;
    }
    Ok(Some(facts))
}

use crate::Error;
use crate::ranking::groups::{Group, by_history};
use crate::ranking::measure::Measures;
use crate::ranking::{CaseResult, Catalogue, Evaluation, Settings};

/// Takes in cases in any order; the figures do not depend on it. Keeps some dozens of bytes of each case.
#[derive(Debug)]
pub struct RankingEvaluator {
    catalogue: Catalogue,
    settings: Settings,
    cases: Vec<KeptCase>,
}

/// The order of the fields is the order in which cases are summed up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeptCase {
    pub user: u32,
    pub target: u32,
    pub history_length: u32,
    pub place: Option<u32>,
    pub has_rank: bool,
    pub list: Box<[u32]>,
}

impl RankingEvaluator {
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(catalogue: Catalogue, settings: Settings) -> Result<Self, Error> {
        Ok(Self { catalogue, settings: settings.checked()?, cases: Vec::new() })
    }

    /// How long the lists must be that are added: long enough for every metric where the rank is not given.
    pub fn list_length(&self) -> usize {
        self.settings.longest_list()
    }

    /// # Errors
    /// When the list is too short, names an unknown item or one twice, or contradicts the rank.
    pub fn add(&mut self, case: CaseResult<'_>) -> Result<(), Error> {
        let lists_at = self.settings.lists_at;
        let needed = if case.rank.is_some() { lists_at } else { self.list_length() };
        case.check(self.catalogue.item_count(), needed)?;
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.cases.push(KeptCase {
            user: case.user,
            target: case.target,
            history_length: narrow(case.history_length),
            place: case.place().map(narrow),
            has_rank: case.rank.is_some(),
            list: case.recommended[..lists_at.min(case.recommended.len())].into(),
        });
        Ok(())
    }

    /// # Errors
    /// When no case was added.
    pub fn finish(mut self) -> Result<Evaluation, Error> {
        if self.cases.is_empty() {
            return Err(Error::NoCases);
        }
        self.cases.sort_unstable();
        let measures = Measures::new(&self.catalogue, &self.settings, &self.cases);
        let everyone = Group { name: "all", cases: self.cases.iter().collect() };
        let groups = by_history(&self.cases, self.settings.history_bounds);
        Ok(Evaluation {
            item_count: self.catalogue.item_count(),
            overall: measures.of(&everyone),
            by_history: groups.iter().map(|group| measures.of(group)).collect(),
            cases: self.cases.iter().map(|case| (case.user, case.target, case.history_length)).collect(),
            settings: self.settings,
        })
    }
}

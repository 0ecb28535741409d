use crate::Error;

/// What a model made of one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseResult<'a> {
    pub user: u32,
    pub target: u32,
    /// Best first, without what the user had seen. It may be longer than the metrics need.
    pub recommended: &'a [u32],
    /// The target's exact place in the whole catalogue less what the user had seen, 1 for the best. The mean reciprocal
    /// rank is reported only if every case has it.
    pub rank: Option<usize>,
    pub history_length: usize,
}

impl CaseResult<'_> {
    /// Refuses what cannot come from one ranking of the items 1 to `item_count`.
    pub(super) fn check(&self, item_count: u32, needed: usize) -> Result<(), Error> {
        let user = self.user;
        let items = || self.recommended.iter().chain([&self.target]);
        if let Some(item) = items().copied().find(|item| *item == 0 || *item > item_count) {
            return Err(Error::UnknownItem { user, item, item_count });
        }
        let mut sorted = self.recommended.to_vec();
        sorted.sort_unstable();
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::RepeatedItem { user, item: pair[0] });
        }
        // Who has seen nearly everything cannot be recommended much.
        let needed = needed.min((item_count as usize).saturating_sub(self.history_length));
        let found = self.recommended.len();
        if found < needed {
            return Err(Error::ShortList { user, found, needed });
        }
        let Some(rank) = self.rank else { return Ok(()) };
        let in_list = (1..=found).contains(&rank);
        if rank == 0
            || self.place_in_list().is_some() != in_list
            || self.place_in_list().is_some_and(|place| place != rank)
        {
            return Err(Error::Rank { user, target: self.target, rank });
        }
        Ok(())
    }

    /// The best known place of the target; the best is 1.
    pub(super) fn place(&self) -> Option<usize> {
        self.rank.or(self.place_in_list())
    }

    fn place_in_list(&self) -> Option<usize> {
        self.recommended.iter().position(|item| *item == self.target).map(|index| index + 1)
    }
}

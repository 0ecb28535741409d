use super::Interactions;

/// Which items train, and which are to be predicted. Positions in the histories, no copies of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// How many of each user's first items are for training.
    pub training: Vec<u32>,
    pub validation: Vec<Case>,
    pub test: Vec<Case>,
    pub omissions: Omissions,
}

/// One thing to predict: the item that came after the first `input` items of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Case {
    pub user: u32,
    pub input: usize,
    pub target: u32,
}

/// What a split leaves out or had better be reported with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Omissions {
    /// Users with fewer than three items, who train and are not asked about.
    pub too_short: usize,
    /// Users who began after the boundary of a split by time, so that nothing predicts their first item there:
    /// counted once for validation and once for test.
    pub without_input: usize,
    /// Cases whose target nobody has in the training part. They stay, and count as misses of any model that learns
    /// from it.
    pub unknown_targets: usize,
}

impl Case {
    /// The items before the target.
    pub fn input<'a>(&self, interactions: &'a Interactions) -> &'a [u32] {
        &interactions.history(self.user as usize)[..self.input]
    }
}

impl Split {
    /// The items of a user that train.
    pub fn training_items<'a>(&self, interactions: &'a Interactions, user: usize) -> &'a [u32] {
        &interactions.history(user)[..self.training[user] as usize]
    }

    /// How many interactions train.
    pub fn training_len(&self) -> usize {
        self.training.iter().map(|length| *length as usize).sum()
    }

    pub(super) fn count_unknown_targets(&mut self, interactions: &Interactions) {
        let counts = popularity(interactions, self);
        let cases = self.validation.iter().chain(&self.test);
        self.omissions.unknown_targets = cases.filter(|case| counts[case.target as usize] == 0).count();
    }
}

/// How often each item occurs in the training part, at the index of its number. Index 0 stands for no item.
pub fn popularity(interactions: &Interactions, split: &Split) -> Vec<u32> {
    let mut counts = vec![0; interactions.item_count() as usize + 1];
    for user in 0..interactions.user_count() {
        for item in split.training_items(interactions, user) {
            counts[*item as usize] += 1;
        }
    }
    counts
}

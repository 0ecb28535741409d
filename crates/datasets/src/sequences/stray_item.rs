use super::{Interactions, Problems};
use crate::Error;

/// Numbers up to this cost little, whatever share of them nobody watched.
const CHEAP: u32 = 100_000;
/// A catalogue has at most so many items for each one that somebody watched.
const SPREAD: u32 = 10;

/// An item number so large that it is probably a mistake. Taken at its word, it would give the model a table whose
/// rows are nearly all of items that do not exist.
pub(super) struct StrayItem {
    user: usize,
    /// Whether it is the user's last item.
    pub(super) is_last: bool,
    item: u32,
    different: u32,
}

/// The histories as they are, or an error that names the line of the [`StrayItem`] in the file that `file_of` says.
/// User u stands on line u + 1.
pub(super) fn refuse_stray_item(
    interactions: Interactions,
    file_of: impl FnOnce(&StrayItem) -> &'static str,
) -> Result<Interactions, Error> {
    let Some(stray) = StrayItem::find(&interactions) else { return Ok(interactions) };
    let mut problems = Problems::default();
    problems.add(file_of(&stray), stray.user as u64 + 1, stray.reason());
    Err(Error::BadSequences(problems))
}

impl StrayItem {
    /// The first place of the largest number, where that is out of all proportion to the number of different items.
    fn find(interactions: &Interactions) -> Option<Self> {
        let largest = interactions.item_count();
        if largest <= CHEAP {
            return None;
        }
        let mut occurs = vec![false; largest as usize + 1];
        let mut different = 0;
        for item in interactions.histories().flatten() {
            different += u32::from(!std::mem::replace(&mut occurs[*item as usize], true));
        }
        if largest <= SPREAD * different {
            return None;
        }
        interactions.histories().enumerate().find_map(|(user, history)| {
            let position = history.iter().position(|item| *item == largest)?;
            Some(Self { user, is_last: position + 1 == history.len(), item: largest, different })
        })
    }

    fn reason(&self) -> String {
        let Self { item, different, .. } = self;
        format!(
            "has item {item}, but only {different} different items occur; number them without large gaps, or state \
             the number of items in dataset_stats.json"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_stray(different: u32, largest: u32) -> bool {
        let interactions = Interactions::from_histories([(1..different).collect(), vec![largest]]).unwrap();
        StrayItem::find(&interactions).is_some()
    }

    #[test]
    fn a_number_is_stray_that_is_large_and_far_beyond_the_others() {
        assert!(!is_stray(3, 100_000));
        assert!(is_stray(3, 100_001));
        assert!(is_stray(3, Interactions::MAX_ITEMS));
        assert!(!is_stray(20_000, 200_000));
        assert!(is_stray(20_000, 200_001));
    }
}

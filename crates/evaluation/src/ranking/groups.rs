use crate::ranking::HistoryBounds;
use crate::ranking::evaluator::KeptCase;

/// Some of the cases, in ascending order of users.
pub(super) struct Group<'a> {
    pub name: &'static str,
    pub cases: Vec<&'a KeptCase>,
}

/// The groups that have cases, of short, medium and long histories.
pub(super) fn by_history(cases: &[KeptCase], bounds: HistoryBounds) -> Vec<Group<'_>> {
    let (short_up_to, medium_up_to) = match bounds {
        HistoryBounds::Given { short_up_to, medium_up_to } => (short_up_to, medium_up_to),
        HistoryBounds::Tertiles => tertiles(cases),
    };
    let mut groups = ["short", "medium", "long"].map(|name| Group { name, cases: Vec::new() });
    for case in cases {
        let length = case.history_length as usize;
        groups[usize::from(length > short_up_to) + usize::from(length > medium_up_to)].cases.push(case);
    }
    groups.into_iter().filter(|group| !group.cases.is_empty()).collect()
}

fn tertiles(cases: &[KeptCase]) -> (usize, usize) {
    let mut lengths: Vec<u32> = cases.iter().map(|case| case.history_length).collect();
    lengths.sort_unstable();
    let last_of = |third: usize| (third * lengths.len()).div_ceil(3).saturating_sub(1);
    let length = |index: usize| lengths.get(index).map_or(0, |length| *length as usize);
    (length(last_of(1)), length(last_of(2)))
}

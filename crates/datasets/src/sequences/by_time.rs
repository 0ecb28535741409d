use super::{Case, Interactions, Split};
use crate::Error;

/// When training ends and when the test begins, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeBoundaries {
    pub validation_from: i64,
    pub test_from: i64,
}

impl TimeBoundaries {
    /// The times before which the given shares of all interactions lie, 0.8 and 0.9 for instance. Interactions at the
    /// very moment of a boundary come after it. Needs 8 bytes an interaction for a moment.
    pub fn at_shares(interactions: &Interactions, validation: f64, test: f64) -> Result<Self, Error> {
        let mut times = interactions.all_times().ok_or(Error::NoTimes)?.to_vec();
        if times.is_empty() || !(0.0 < validation && validation < test && test < 1.0) {
            return Err(Error::TimeShares { validation, test });
        }
        let mut at = |share: f64| {
            let index = (share * times.len() as f64) as usize;
            *times.select_nth_unstable(index).1
        };
        let boundaries = Self { validation_from: at(validation), test_from: at(test) };
        let first = *times.iter().min().expect("there are times");
        if first == boundaries.validation_from || boundaries.validation_from == boundaries.test_from {
            return Err(Error::TimeShares { validation, test });
        }
        Ok(boundaries)
    }
}

/// Trains on what everybody did before the first boundary, and asks about the first item of each user after it.
///
/// A validation case is a user's first item from `validation_from` on, if it lies before `test_from`; a test case the
/// first from `test_from` on. Its input is all that the user did before it, for a test case that of the time of
/// validation, too. Who has no input is not asked about, and counted. A target that does not occur in training stays
/// a case, for in life too new films are watched, and is counted.
pub fn by_time(interactions: &Interactions, boundaries: TimeBoundaries) -> Result<Split, Error> {
    let mut split = Split { training: Vec::with_capacity(interactions.user_count()), ..Split::default() };
    for (user, history) in interactions.histories().enumerate() {
        let times = interactions.times(user).ok_or(Error::NoTimes)?;
        let training = times.partition_point(|time| *time < boundaries.validation_from);
        let tested = times.partition_point(|time| *time < boundaries.test_from);
        split.training.push(training as u32);
        let case = |input: usize| Case { user: user as u32, input, target: history[input] };
        if training < tested {
            if training == 0 {
                split.omissions.without_input += 1;
            } else {
                split.validation.push(case(training));
            }
        }
        if tested < history.len() {
            if tested == 0 {
                split.omissions.without_input += 1;
            } else {
                split.test.push(case(tested));
            }
        }
    }
    split.count_unknown_targets(interactions);
    Ok(split)
}

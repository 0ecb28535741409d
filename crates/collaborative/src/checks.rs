use crate::Error;

/// Beyond this a number of rounds or neighbours is a mistake.
const MOST: usize = 1_000_000;
/// Vectors as wide as this fill any memory.
const WIDEST: usize = 10_000;

pub(crate) fn at_least_one(setting: &'static str, value: usize) -> Result<(), Error> {
    if (1..=MOST).contains(&value) { Ok(()) } else { Err(refused(setting, value, "between 1 and 1000000")) }
}

/// How many numbers a vector has.
pub(crate) fn width(setting: &'static str, value: usize) -> Result<(), Error> {
    if (1..=WIDEST).contains(&value) { Ok(()) } else { Err(refused(setting, value, "between 1 and 10000")) }
}

pub(crate) fn above_zero(setting: &'static str, value: f32) -> Result<(), Error> {
    let is_allowed = value.is_finite() && value > 0.0;
    if is_allowed { Ok(()) } else { Err(refused(setting, value, "a number above 0")) }
}

pub(crate) fn not_negative(setting: &'static str, value: f32) -> Result<(), Error> {
    let is_allowed = value.is_finite() && value >= 0.0;
    if is_allowed { Ok(()) } else { Err(refused(setting, value, "0 or more")) }
}

fn refused(setting: &'static str, value: impl ToString, allowed: &'static str) -> Error {
    Error::Setting { setting, value: value.to_string(), allowed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_sensible_number_is_refused_by_name() {
        let message = above_zero("regularization", f32::NAN).unwrap_err().to_string();
        assert_eq!(message, "regularization cannot be NaN: it must be a number above 0");
        assert!(above_zero("regularization", 0.0).is_err() && above_zero("regularization", 0.1).is_ok());
        assert!(not_negative("regularization", -0.1).is_err() && not_negative("regularization", 0.0).is_ok());
        assert!(not_negative("regularization", f32::INFINITY).is_err());
        assert!(at_least_one("epochs", 0).is_err() && at_least_one("epochs", 1).is_ok());
        assert!(at_least_one("epochs", usize::MAX).is_err());
        assert!(
            width("factors", 0).is_err() && width("factors", 10_001).is_err() && width("factors", 64).is_ok()
        );
    }
}

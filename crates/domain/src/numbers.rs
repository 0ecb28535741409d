use serde::Serialize;

use crate::Invalid;

/// Year of release, 1800 to 2100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Year(i16);

impl Year {
    pub const MIN: i16 = 1800;
    pub const MAX: i16 = 2100;

    pub fn new(year: i64) -> Result<Self, Invalid> {
        within(year, Self::MIN.into(), Self::MAX.into())?;
        Ok(Self(year as i16))
    }

    pub fn get(self) -> i16 {
        self.0
    }
}

/// Running time in minutes, 1 to 499.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Runtime(i16);

impl Runtime {
    pub const MIN_MINUTES: i16 = 1;
    pub const MAX_MINUTES: i16 = 499;

    pub fn from_minutes(minutes: i64) -> Result<Self, Invalid> {
        within(minutes, Self::MIN_MINUTES.into(), Self::MAX_MINUTES.into())?;
        Ok(Self(minutes as i16))
    }

    pub fn minutes(self) -> i16 {
        self.0
    }
}

/// Audience rating on the catalogue's scale of 0 to 10.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Rating(f32);

impl Rating {
    pub const MAX: f64 = 10.0;

    pub fn new(rating: f64) -> Result<Self, Invalid> {
        if !(0.0..=Self::MAX).contains(&rating) {
            return Err(Invalid::OutOfRange { min: 0.0, max: Self::MAX });
        }
        Ok(Self(rating as f32))
    }

    pub fn get(self) -> f32 {
        self.0
    }
}

fn within(value: i64, min: i64, max: i64) -> Result<(), Invalid> {
    if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(Invalid::OutOfRange { min: min as f64, max: max as f64 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_inclusive() {
        assert_eq!(Year::new(1800).map(Year::get), Ok(1800));
        assert_eq!(Year::new(2100).map(Year::get), Ok(2100));
        assert!(Year::new(1799).is_err() && Year::new(2101).is_err());
        assert!(Runtime::from_minutes(0).is_err() && Runtime::from_minutes(500).is_err());
        assert!(Rating::new(10.0).is_ok() && Rating::new(10.01).is_err());
    }

    #[test]
    fn a_rating_is_a_number() {
        assert!(Rating::new(f64::NAN).is_err());
        assert!(Rating::new(f64::INFINITY).is_err());
    }
}

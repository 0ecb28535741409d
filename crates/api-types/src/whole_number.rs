//! For `#[serde(deserialize_with = "…")]`: to JSON, 1972.0 is a whole number too, and that is how pandas writes one.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

pub(crate) fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    deserializer.deserialize_i64(Whole)
}

/// Needs `#[serde(default)]` beside it, or the field may no longer be left out.
pub(crate) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_option(OptionalWhole)
}

struct Whole;

impl Visitor<'_> for Whole {
    type Value = i64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("i64")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<i64, E> {
        value.try_into().map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<i64, E> {
        let whole = value as i64; // saturates, and then differs
        if whole as f64 == value { Ok(whole) } else { Err(E::invalid_type(Unexpected::Float(value), &self)) }
    }
}

struct OptionalWhole;

impl<'de> Visitor<'de> for OptionalWhole {
    type Value = Option<i64>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Whole.expecting(formatter)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        required(deserializer).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Sample {
        #[serde(deserialize_with = "super::required")]
        age: i64,
        #[serde(default, deserialize_with = "super::optional")]
        year: Option<i64>,
    }

    #[test]
    fn whole_floats_count_as_integers_and_others_do_not() {
        let parse = |text: &str| serde_json::from_str::<Sample>(text).map_err(|error| error.to_string());
        assert_eq!(parse(r#"{"age": 9.0, "year": 1972.0}"#), Ok(Sample { age: 9, year: Some(1972) }));
        assert_eq!(parse(r#"{"age": -9}"#), Ok(Sample { age: -9, year: None }));
        assert_eq!(parse(r#"{"age": 9, "year": null}"#), Ok(Sample { age: 9, year: None }));
        for wrong in [r#"{"age": 9.5}"#, r#"{"age": 1e300}"#, r#"{"age": "9"}"#, r#"{"age": null}"#] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}

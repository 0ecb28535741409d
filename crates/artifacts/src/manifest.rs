use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Error;

/// The name of the manifest in the folder of a model.
pub const MANIFEST: &str = "manifest.json";

/// What this program writes, and the only thing it reads.
pub const FORMAT: u32 = 1;

/// What a model is, what it was made from, and which files it consists of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub format: u32,
    pub kind: String,
    pub name: String,
    /// When the model was made, and a digest of this manifest: unique, and sorted by time.
    pub version: String,
    pub created_at: DateTime<Utc>,
    pub program_version: String,
    pub hyper_parameters: Value,
    pub vocabulary: VocabularyRecord,
    pub data: DataRecord,
    pub metrics: Metrics,
    pub files: BTreeMap<String, FileRecord>,
}

/// What the publisher says of a model. The rest of the [`Manifest`] follows from the files.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// Which program part reads it, e.g. `sequence-model`.
    pub kind: String,
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub program_version: String,
    pub hyper_parameters: Value,
    pub vocabulary: VocabularyRecord,
    pub data: DataRecord,
    pub metrics: Metrics,
}

/// Which items the model knows, in the order of their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VocabularyRecord {
    pub items: u64,
    pub sha256: String,
}

/// The data that the model was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataRecord {
    pub name: String,
    pub fingerprint: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    pub sha256: String,
    pub bytes: u64,
}

pub type Metrics = BTreeMap<String, Metric>;

/// A figure, or figures that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Metric {
    Number(f64),
    Group(Metrics),
}

impl From<f64> for Metric {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Metrics> for Metric {
    fn from(group: Metrics) -> Self {
        Self::Group(group)
    }
}

impl Manifest {
    /// The hyper-parameters as their owner's type; an error names the field that does not fit.
    pub fn hyper_parameters_as<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_path_to_error::deserialize(&self.hyper_parameters)
            .map_err(|error| Error::HyperParameters { field: field_of(&error), source: error.into_inner() })
    }
}

impl VocabularyRecord {
    /// Refuses a vocabulary that is not the one recorded.
    pub fn expect(&self, found: &Self) -> Result<(), Error> {
        if self == found {
            return Ok(());
        }
        Err(Error::WrongVocabulary {
            expected_items: self.items,
            expected_sha256: self.sha256.clone(),
            found_items: found.items,
            found_sha256: found.sha256.clone(),
        })
    }
}

/// Where in a JSON text an error lies. What is missing or unknown at the top is named by the error itself.
pub(crate) fn field_of(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    match error.path().to_string().as_str() {
        "." => "its top level".to_owned(),
        path => path.to_owned(),
    }
}

/// JSON has no word for what is not finite: it would be written as `null`, and the manifest could not be read again.
pub(crate) fn check_finite(metrics: &Metrics, group: &str) -> Result<(), Error> {
    for (name, metric) in metrics {
        let name = format!("{group}{name}");
        match metric {
            Metric::Number(value) if !value.is_finite() => {
                return Err(Error::NotFinite { metric: name, value: *value });
            }
            Metric::Number(_) => {}
            Metric::Group(inner) => check_finite(inner, &format!("{name}."))?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_that_is_not_finite_is_named_with_its_group() {
        let test =
            Metrics::from([("ndcg@10".to_owned(), f64::NAN.into()), ("recall@1".to_owned(), 0.1.into())]);
        let metrics = Metrics::from([("loss".to_owned(), 0.5.into()), ("test".to_owned(), test.into())]);
        let error = check_finite(&metrics, "").unwrap_err();
        assert_eq!(error.to_string(), "the metric test.ndcg@10 is NaN; only finite numbers can be kept");
    }
}

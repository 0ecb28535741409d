//! What goes into one log-batch request.

use serde::Serialize;

use crate::event::{Event, Metrics, Number};

/// The server counts all kinds together too.
const MAX_VALUES: usize = 1_000;
const MAX_PARAMS: usize = 100;
const MAX_TAGS: usize = 100;
/// One megabyte less the frame of the request.
const MAX_BYTES: usize = 900_000;

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Value {
    Param { key: String, value: String },
    Tag { key: String, value: String },
    Metric { key: String, value: Number, timestamp: i64, step: i64 },
}

#[derive(Debug, Default)]
pub(super) struct Batch {
    values: Vec<Value>,
    params: usize,
    tags: usize,
    bytes: usize,
}

#[derive(Serialize)]
pub(super) struct LogBatch<'a> {
    run_id: &'a str,
    params: Vec<&'a Value>,
    tags: Vec<&'a Value>,
    metrics: Vec<&'a Value>,
}

impl Value {
    /// Those of an event that a batch can take; the event itself when it needs a request of its own.
    pub(super) fn of(event: Event) -> Result<Vec<Self>, Event> {
        match event {
            Event::Params { values } => {
                Ok(values.into_iter().map(|(key, value)| Self::Param { key, value }).collect())
            }
            Event::Tags { values } => {
                Ok(values.into_iter().map(|(key, value)| Self::Tag { key, value }).collect())
            }
            Event::Metrics(Metrics { step, timestamp_ms, values }) => {
                let metric = |(key, value)| Self::Metric { key, value, timestamp: timestamp_ms, step };
                Ok(values.into_iter().map(metric).collect())
            }
            other => Err(other),
        }
    }

    pub(super) fn describe(&self) -> String {
        match self {
            Self::Param { key, .. } => format!("parameter {key}"),
            Self::Tag { key, .. } => format!("tag {key}"),
            Self::Metric { key, step, .. } => format!("metric {key} of step {step}"),
        }
    }

    /// An upper bound of its length as JSON, in which one byte may take six.
    fn bytes(&self) -> usize {
        const FRAME: usize = 120;
        let escaped = |text: &str| {
            text.bytes().map(|byte| if (b' '..=b'~').contains(&byte) { 2 } else { 6 }).sum::<usize>()
        };
        FRAME
            + match self {
                Self::Param { key, value } | Self::Tag { key, value } => escaped(key) + escaped(value),
                Self::Metric { key, .. } => escaped(key),
            }
    }
}

impl Batch {
    pub(super) fn has_room_for(&self, value: &Value) -> bool {
        self.values.len() < MAX_VALUES
            && self.bytes + value.bytes() <= MAX_BYTES
            && match value {
                Value::Param { .. } => self.params < MAX_PARAMS,
                Value::Tag { .. } => self.tags < MAX_TAGS,
                Value::Metric { .. } => true,
            }
    }

    pub(super) fn push(&mut self, value: Value) {
        self.bytes += value.bytes();
        match value {
            Value::Param { .. } => self.params += 1,
            Value::Tag { .. } => self.tags += 1,
            Value::Metric { .. } => {}
        }
        self.values.push(value);
    }

    pub(super) fn into_values(self) -> Vec<Value> {
        self.values
    }
}

impl<'a> LogBatch<'a> {
    pub(super) fn new(run_id: &'a str, values: &'a [Value]) -> Self {
        let pick = |wanted: fn(&Value) -> bool| values.iter().filter(|value| wanted(value)).collect();
        Self {
            run_id,
            params: pick(|value| matches!(value, Value::Param { .. })),
            tags: pick(|value| matches!(value, Value::Tag { .. })),
            metrics: pick(|value| matches!(value, Value::Metric { .. })),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values() -> impl Strategy<Value = Value> {
        // Repeated, because generating every character of a megabyte takes a minute.
        let text = || ("[ a\"\u{1}é🙂]{0,5}", 0_usize..1_200).prop_map(|(piece, times)| piece.repeat(times));
        prop_oneof![
            (text(), text()).prop_map(|(key, value)| Value::Param { key, value }),
            (text(), text()).prop_map(|(key, value)| Value::Tag { key, value }),
            ("[a-z]{0,250}", any::<f64>(), any::<i64>()).prop_map(|(key, value, step)| Value::Metric {
                key,
                value: Number(value),
                timestamp: i64::MAX,
                step,
            }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn a_full_batch_keeps_the_limits_of_the_server(values in proptest::collection::vec(values(), 0..2_000)) {
            let mut batch = Batch::default();
            for value in values {
                if batch.has_room_for(&value) {
                    batch.push(value);
                }
            }
            let values = batch.into_values();
            let request = LogBatch::new("0123456789abcdef0123456789abcdef", &values);
            prop_assert!(request.params.len() <= 100 && request.tags.len() <= 100 && values.len() <= 1_000);
            prop_assert!(serde_json::to_vec(&request).unwrap().len() <= 1_000_000);
        }
    }
}

use filmlens_recommend::Method;
use toml::{Table, Value};

use crate::rankers::Ranker;

/// What `--tune` tries of each method: every combination of these values.
fn axes(ranker: Ranker) -> &'static [(&'static str, &'static [f64])] {
    let Ranker::Served(method) = ranker else { return &[("neighbours", &[10.0, 20.0, 50.0, 100.0])] };
    match method {
        Method::Knn => &[("neighbours", &[10.0, 20.0, 50.0, 100.0]), ("is_normalized", &[0.0, 1.0])],
        Method::PureSvd => &[("factors", &[32.0, 64.0, 128.0, 256.0])],
        Method::Ials => &[
            ("factors", &[64.0, 128.0]),
            ("alpha", &[0.3, 1.0, 3.0]),
            ("regularization", &[0.001, 0.003, 0.01]),
        ],
        Method::Ease => &[("regularization", &[50.0, 100.0, 200.0, 500.0, 1000.0])],
        Method::KMeans => &[("clusters", &[5.0, 20.0, 100.0, 300.0])],
        Method::Popular | Method::Trending | Method::Svd => &[],
    }
}

/// The settings to try, as changes to the recipe's table of the method.
pub(crate) fn candidates(ranker: Ranker) -> Vec<Table> {
    let mut candidates = vec![Table::new()];
    for (setting, values) in axes(ranker) {
        candidates = candidates
            .iter()
            .flat_map(|candidate| values.iter().map(|value| with(candidate, setting, *value)))
            .collect();
    }
    candidates
}

fn with(candidate: &Table, setting: &str, number: f64) -> Table {
    let value = match setting {
        "is_normalized" => Value::Boolean(number != 0.0),
        "neighbours" | "factors" | "clusters" => Value::Integer(number as i64),
        _ => Value::Float(number),
    };
    let mut candidate = candidate.clone();
    candidate.insert(setting.to_owned(), value);
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_is_tried_once() {
        assert_eq!(candidates(Ranker::Served(Method::Knn)).len(), 8);
        assert_eq!(candidates(Ranker::Served(Method::Ease)).len(), 5);
        assert_eq!(candidates(Ranker::Served(Method::Popular)), [Table::new()]);
        let mut tried: Vec<String> =
            candidates(Ranker::Served(Method::Ials)).iter().map(Table::to_string).collect();
        tried.sort();
        tried.dedup();
        assert_eq!(tried.len(), 18);
    }
}

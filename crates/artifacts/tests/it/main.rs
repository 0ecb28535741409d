#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod damaged;
mod killed;
mod live;
mod publishing;
mod replaced;

use std::fs;
use std::path::Path;

use chrono::DateTime;
use filmlens_artifacts::{DataRecord, Description, Draft, Manifest, Metrics, VocabularyRecord, sha256_hex};
use serde_json::json;

fn description() -> Description {
    let test = Metrics::from([
        ("ndcg@10".to_owned(), 0.182.into()),
        ("recall@10".to_owned(), 0.1_f64.sqrt().into()),
    ]);
    Description {
        kind: "sequence-model".to_owned(),
        name: "ml-1m".to_owned(),
        created_at: DateTime::from_timestamp_millis(1_750_000_000_123).unwrap(),
        program_version: "0.1.0".to_owned(),
        hyper_parameters: json!({ "dimension": 64, "dropout": 0.1, "loss": { "negatives": 256 } }),
        vocabulary: VocabularyRecord { items: 3416, sha256: sha256_hex(b"items") },
        data: DataRecord { name: "ml1m-sas".to_owned(), fingerprint: "5f2c".to_owned() },
        metrics: Metrics::from([("epochs".to_owned(), 79.0.into()), ("test".to_owned(), test.into())]),
    }
}

const WEIGHTS: &str = "weights.safetensors";
const VOCABULARY: &str = "vocabulary.json";

/// Publishes a model whose files and description all say which generation it is.
fn publish(target: &Path, generation: u32) -> Manifest {
    let draft = Draft::new(target).unwrap();
    draft.write(WEIGHTS, &weights(generation)).unwrap();
    draft.write(VOCABULARY, generation.to_string().as_bytes()).unwrap();
    draft.publish(Description { name: generation.to_string(), ..description() }).unwrap()
}

/// Of the same length in every generation, so that only the hash can tell them apart.
fn weights(generation: u32) -> Vec<u8> {
    generation.to_le_bytes().repeat(500)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

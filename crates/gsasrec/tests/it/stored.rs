use std::fs;
use std::path::Path;

use chrono::DateTime;
use filmlens_artifacts::{DataRecord, Description, Draft, Metrics, VocabularyRecord, sha256_hex};
use filmlens_datasets::sequences::Vocabulary;
use filmlens_gsasrec::{Batch, Error, Model, Provenance, StoredModel, publish};
use serde_json::{Value, json};
use tch::{Device, Kind, Tensor};

use crate::learning::recipe;
use crate::setup::{Chance, config, numbers};

fn provenance() -> Provenance {
    Provenance {
        split: None,
        name: "tiny".to_owned(),
        data: DataRecord { name: "made up".to_owned(), fingerprint: "5f2c".to_owned() },
        recipe: None,
        metrics: Metrics::from([("ndcg@10".to_owned(), 0.25.into())]),
    }
}

fn vocabulary() -> Vocabulary {
    Vocabulary::from_ids((1..=30).map(|item| item * 10).collect()).unwrap()
}

fn open(folder: &Path) -> Result<StoredModel, String> {
    StoredModel::open(folder, Device::Cpu).map_err(|error| error.to_string())
}

#[track_caller]
fn refusal(folder: &Path) -> String {
    open(folder).err().expect("it is refused")
}

fn scores(model: &Model) -> Vec<f64> {
    let histories: [&[u32]; 3] = [&[1], &[4, 30, 2], &[3, 1, 4, 1, 5, 9, 2, 6]];
    let batch = Batch::new(model.config(), &histories, Device::Cpu);
    tch::no_grad(|| numbers(&model.scores(&model.last_states(&batch))))
}

#[test]
fn a_model_that_was_published_scores_the_same_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("model");
    let model = Chance::seeded(1).model(&config());
    let provenance = Provenance { recipe: Some(recipe()), ..provenance() };
    let manifest = publish(&target, &model, &vocabulary(), provenance, &[("curve.svg", b"<svg/>")]).unwrap();

    let stored = open(&target).unwrap();
    assert_eq!(scores(&stored.model), scores(&model));
    assert_eq!(stored.model.config(), model.config());
    assert_eq!(stored.vocabulary, vocabulary());
    assert_eq!(stored.manifest, manifest);
    assert_eq!(manifest.name, "tiny");
    assert_eq!(manifest.hyper_parameters["recipe"], serde_json::to_value(recipe()).unwrap());
    assert_eq!(fs::read(target.join("curve.svg")).unwrap(), b"<svg/>");
}

#[test]
fn a_model_is_not_published_with_the_vocabulary_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("model");
    let model = Chance::seeded(2).model(&config());
    let result = publish(&target, &model, &Vocabulary::identity(31), provenance(), &[]);
    assert_eq!(result.unwrap_err().to_string(), "the vocabulary has 31 items, and the model 30");
    assert!(!target.exists());
}

/// A model whose hashes are right, whatever else may be wrong with it.
struct Forged {
    kind: &'static str,
    hyper_parameters: Value,
    tensors: Vec<(String, Tensor)>,
    vocabulary: Vec<u8>,
    recorded: VocabularyRecord,
}

impl Forged {
    fn sound() -> Self {
        let vocabulary = vocabulary().to_bytes();
        Self {
            kind: "sequence-model",
            hyper_parameters: json!({ "model": config() }),
            tensors: Chance::seeded(3).tensors(&config()),
            recorded: VocabularyRecord { items: 30, sha256: sha256_hex(&vocabulary) },
            vocabulary,
        }
    }

    fn with(name: &str, change: impl FnOnce(&Tensor) -> Tensor) -> Self {
        let mut forged = Self::sound();
        let (_, tensor) = forged.tensors.iter_mut().find(|(own, _)| own == name).unwrap();
        *tensor = change(tensor);
        forged
    }

    fn publish(self) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let draft = Draft::new(folder.path().join("model")).unwrap();
        let weights = draft.path("weights.safetensors").unwrap();
        Tensor::write_safetensors(&self.tensors, weights).unwrap();
        draft.write("vocabulary.txt", &self.vocabulary).unwrap();
        draft
            .publish(Description {
                kind: self.kind.to_owned(),
                name: "forged".to_owned(),
                created_at: DateTime::from_timestamp_millis(1_750_000_000_123).unwrap(),
                program_version: "0.1.0".to_owned(),
                hyper_parameters: self.hyper_parameters,
                vocabulary: self.recorded,
                data: DataRecord { name: "made up".to_owned(), fingerprint: "5f2c".to_owned() },
                metrics: Metrics::new(),
            })
            .unwrap();
        folder
    }

    #[track_caller]
    fn refusal(self) -> String {
        refusal(&self.publish().path().join("model"))
    }
}

#[test]
fn a_sound_model_opens_whoever_wrote_it() {
    assert!(open(&Forged::sound().publish().path().join("model")).is_ok());
}

#[test]
fn a_tensor_of_another_shape_is_refused() {
    let forged = Forged::with("seq_norm.weight", |tensor| tensor.narrow(0, 0, 7).copy());
    assert_eq!(forged.refusal(), "the tensor seq_norm.weight has the shape [7], and should have [8]");
    let forged = Forged::with("item_embedding.weight", |tensor| tensor.tr().contiguous());
    assert_eq!(
        forged.refusal(),
        "the tensor item_embedding.weight has the shape [8, 32], and should have [32, 8]"
    );
}

#[test]
fn a_missing_or_unknown_tensor_is_refused() {
    let mut forged = Forged::sound();
    forged.tensors.retain(|(name, _)| name != "transformer_blocks.1.attention_gate.bias");
    let error = forged.refusal();
    assert_eq!(error, "the tensor transformer_blocks.1.attention_gate.bias of shape [8] is missing");

    let mut forged = Forged::sound();
    forged.tensors.push(("extra.bias".to_owned(), Tensor::zeros([3], (Kind::Float, Device::Cpu))));
    let error = forged.refusal();
    assert_eq!(error, "there is a tensor extra.bias of shape [3] that this architecture has no place for");
}

#[test]
fn weights_that_are_not_numbers_are_refused() {
    let forged = Forged::with("transformer_blocks.0.dense1.bias", |tensor| {
        let spoilt = tensor.copy();
        let _ = spoilt.get(3).fill_(f64::NAN);
        spoilt
    });
    let error = forged.refusal();
    assert_eq!(
        error,
        "the tensor transformer_blocks.0.dense1.bias holds numbers that are infinite or not numbers"
    );
}

#[test]
fn a_vocabulary_of_another_size_is_refused() {
    let mut forged = Forged::sound();
    forged.vocabulary = Vocabulary::identity(29).to_bytes();
    let error = forged.refusal();
    assert!(error.starts_with("the vocabulary has 29 items"), "{error}");

    let mut forged = Forged::sound();
    forged.vocabulary = Vocabulary::identity(29).to_bytes();
    forged.recorded = VocabularyRecord { items: 29, sha256: sha256_hex(&forged.vocabulary) };
    assert_eq!(forged.refusal(), "the vocabulary has 29 items, and the model 30");
}

#[test]
fn a_vocabulary_other_than_the_recorded_one_is_refused() {
    let mut forged = Forged::sound();
    forged.vocabulary = Vocabulary::identity(30).to_bytes();
    let error = forged.refusal();
    assert!(error.contains("the manifest says"), "{error}");

    let mut forged = Forged::sound();
    forged.vocabulary.truncate(40);
    forged.recorded.sha256 = sha256_hex(&forged.vocabulary);
    forged.refusal();
}

#[test]
fn a_model_of_another_kind_is_refused() {
    let forged = Forged { kind: "quality-model", ..Forged::sound() };
    let error = forged.refusal();
    assert!(error.ends_with(r#"is a "quality-model", and a "sequence-model" is needed"#), "{error}");
}

#[test]
fn hyper_parameters_that_fit_no_model_are_refused() {
    let with = |field: &str, value: Value| {
        let mut forged = Forged::sound();
        forged.hyper_parameters["model"][field] = value;
        forged.refusal()
    };
    assert_eq!(with("heads", json!(3)), "heads must divide the dimension, 8, without rest");
    assert_eq!(with("blocks", json!(0)), "blocks must lie between 1 and 256");
    assert!(with("block", json!("sparse")).contains("model.block"), "the field is named");
    assert!(with("heads", json!("two")).contains("model.heads"), "the field is named");
    let error = with("blocks", json!(3));
    assert!(error.starts_with("the tensor transformer_blocks.2."), "{error}");
    let error = with("max_length", json!(7));
    assert_eq!(error, "the tensor position_embedding.weight has the shape [6, 8], and should have [7, 8]");
}

#[test]
fn any_damage_to_the_files_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("model");
    let model = Chance::seeded(4).model(&config());
    publish(&target, &model, &vocabulary(), provenance(), &[]).unwrap();
    for name in ["weights.safetensors", "vocabulary.txt", "manifest.json"] {
        let path = target.join(name);
        let sound = fs::read(&path).unwrap();
        let mut flipped = sound.clone();
        flipped[sound.len() / 2] ^= 1;
        for damaged in [&sound[..sound.len() / 2], &sound[..sound.len() - 1], &flipped, &[]] {
            fs::write(&path, damaged).unwrap();
            let error = refusal(&target);
            assert!(error.contains(name), "{error}");
        }
        fs::remove_file(&path).unwrap();
        assert!(refusal(&target).contains(name));
        fs::write(&path, sound).unwrap();
    }
    assert!(open(&target).is_ok());
}

#[test]
fn weights_that_are_no_safetensors_file_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let draft = Draft::new(folder.path().join("model")).unwrap();
    let sound = Forged::sound();
    draft.write("weights.safetensors", b"not weights at all").unwrap();
    draft.write("vocabulary.txt", &sound.vocabulary).unwrap();
    let description = Description {
        kind: sound.kind.to_owned(),
        name: "forged".to_owned(),
        created_at: DateTime::from_timestamp_millis(0).unwrap(),
        program_version: "0.1.0".to_owned(),
        hyper_parameters: sound.hyper_parameters,
        vocabulary: sound.recorded,
        data: DataRecord { name: "made up".to_owned(), fingerprint: "5f2c".to_owned() },
        metrics: Metrics::new(),
    };
    draft.publish(description).unwrap();
    let result = StoredModel::open(&folder.path().join("model"), Device::Cpu);
    assert!(matches!(result, Err(Error::NotSafetensors { .. })));
}

//! A sequence model on disk: its weights, the vocabulary of its items, and the manifest that holds both together.

use std::path::Path;

use chrono::Utc;
use filmlens_artifacts::{
    Artifact, DataRecord, Description, Draft, Manifest, Metrics, VocabularyRecord, sha256_hex,
};
use filmlens_datasets::sequences::Vocabulary;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tch::{Device, Tensor};

use crate::training::{Recipe, Validation};
use crate::{Error, Model, ModelConfig, Parameters, weights};

const KIND: &str = "sequence-model";
const WEIGHTS: &str = "weights.safetensors";
const VOCABULARY: &str = "vocabulary.txt";

/// A model with what is known about it.
pub struct StoredModel {
    pub model: Model,
    pub vocabulary: Vocabulary,
    /// Absent in a model that was trained elsewhere.
    pub split: Option<SplitRecord>,
    pub manifest: Manifest,
}

/// What a training held back: an evaluation that holds back something else asks for what the model has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitRecord {
    pub held_out: String,
    pub validation: Validation,
}

/// What a model's manifest says of it beside the weights.
pub struct Provenance {
    pub name: String,
    pub data: DataRecord,
    /// Split and recipe are absent in a model that was trained elsewhere.
    pub split: Option<SplitRecord>,
    pub recipe: Option<Recipe>,
    pub metrics: Metrics,
}

#[derive(Serialize, Deserialize)]
struct HyperParameters {
    model: ModelConfig,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    split: Option<SplitRecord>,
    /// For people: recipes change, and a model must open all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recipe: Option<Value>,
}

impl StoredModel {
    /// Opens a model. Whatever does not fit its manifest is refused.
    pub fn open(folder: &Path, device: Device) -> Result<Self, Error> {
        let artifact = Artifact::open(folder)?;
        artifact.expect_kind(KIND)?;
        let manifest = artifact.manifest().clone();
        let HyperParameters { model: config, split, .. } = manifest.hyper_parameters_as()?;
        config.check()?;
        let bytes = artifact.read(VOCABULARY)?;
        let vocabulary = Vocabulary::from_bytes(&bytes)?;
        manifest.vocabulary.expect(&record(&vocabulary))?;
        check_size(&vocabulary, &config)?;
        let parameters = Parameters::take(&config, weights::parse(&artifact.read(WEIGHTS)?)?, device)?;
        Ok(Self { model: Model::new(config, parameters), vocabulary, split, manifest })
    }
}

/// Writes a model with some further files, such as pictures of its training, and puts it in place of what `folder` held.
pub fn publish(
    folder: &Path,
    model: &Model,
    vocabulary: &Vocabulary,
    provenance: Provenance,
    further: &[(&str, &[u8])],
) -> Result<Manifest, Error> {
    check_size(vocabulary, model.config())?;
    let draft = Draft::new(folder)?;
    let tensors: Vec<(String, Tensor)> =
        model.parameters().iter().map(|(name, tensor)| (name.to_owned(), tensor.shallow_clone())).collect();
    let path = draft.path(WEIGHTS)?;
    weights::write(&path, &tensors).map_err(|source| Error::WriteWeights { path, source })?;
    draft.write(VOCABULARY, &vocabulary.to_bytes())?;
    for (name, bytes) in further {
        draft.write(name, bytes)?;
    }
    let to_json = |recipe: &Recipe| serde_json::to_value(recipe).expect("a recipe has a JSON form");
    let hyper_parameters = HyperParameters {
        model: model.config().clone(),
        split: provenance.split,
        recipe: provenance.recipe.as_ref().map(to_json),
    };
    let manifest = draft.publish(Description {
        kind: KIND.to_owned(),
        name: provenance.name,
        created_at: Utc::now(),
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        hyper_parameters: serde_json::to_value(hyper_parameters).expect("plain data has a JSON form"),
        vocabulary: record(vocabulary),
        data: provenance.data,
        metrics: provenance.metrics,
    })?;
    Ok(manifest)
}

fn check_size(vocabulary: &Vocabulary, config: &ModelConfig) -> Result<(), Error> {
    if vocabulary.item_count() == config.items {
        return Ok(());
    }
    Err(Error::VocabularySize { vocabulary: vocabulary.item_count(), model: config.items })
}

fn record(vocabulary: &Vocabulary) -> VocabularyRecord {
    VocabularyRecord { items: vocabulary.item_count().into(), sha256: sha256_hex(&vocabulary.to_bytes()) }
}

use chrono::{DateTime, Utc};
use filmlens_artifacts::{Artifact, DataRecord, Description, Draft, Metrics, VocabularyRecord, sha256_hex};
use filmlens_text_features::FeatureSpace;
use serde::{Deserialize, Serialize};

use crate::case::PAIRS;
use crate::judge::{Judge, PlainJudge};
use crate::numbers::numbers;
use crate::readers::Readers;
use crate::rules::Rules;
use crate::stage::Usual;
use crate::trees::Forest;
use crate::{Error, SensitivityModel, Settings};

/// What the manifest calls a model of this crate.
pub const KIND: &str = "sensitivity-classifier";
/// The name under which models are registered.
pub const NAME: &str = "movielens-sensitivity-classifier";

const HEAD: &str = "model.json";
const VOCABULARY: &str = "vocabulary.txt";
const RULES: &str = "rules.toml";
const READERS: &str = "readers.bin";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    judges: Vec<HeadJudge>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadJudge {
    question: String,
    /// The file of its trees, where it has any.
    trees: Option<String>,
    judge: PlainJudge,
}

impl SensitivityModel {
    pub fn load(artifact: &Artifact) -> Result<Self, Error> {
        artifact.expect_kind(KIND)?;
        let settings: Settings = artifact.manifest().hyper_parameters_as()?;
        settings.check()?;
        let vocabulary = text(artifact, VOCABULARY)?;
        let space = FeatureSpace::from_text(&vocabulary)?;
        artifact.manifest().vocabulary.expect(&record(&space, &vocabulary))?;
        let genres: Vec<String> = space.genres().map(str::to_owned).collect();
        let (readers, usual) = readers_from(&artifact.read(READERS)?, &space)?;
        let numbers = numbers(&genres);
        let rules_text = text(artifact, RULES)?;
        let rules = Rules::parse(&rules_text)?;

        let head: Head = serde_json::from_slice(&artifact.read(HEAD)?).map_err(Error::Head)?;
        let questions = settings.form.questions();
        if !head.judges.iter().map(|of| of.question.as_str()).eq(questions.iter().map(ToString::to_string)) {
            return Err(wrong(HEAD, format!("does not answer the questions of the form {}", settings.form)));
        }
        let mut judges = Vec::new();
        for HeadJudge { question, trees, judge: plain } in head.judges {
            let trees = trees.map(|file| Forest::parse(text(artifact, &file)?, &file)).transpose()?;
            let judge = Judge { plain, trees };
            if !judge.is_sound(numbers.len()) {
                return Err(wrong(HEAD, format!("has a judge of {question} that does not fit its features")));
            }
            judges.push(judge);
        }
        Ok(Self { settings, rules, rules_text, space, readers, usual, numbers, judges })
    }

    /// Writes the files of the model. Whoever publishes may add others.
    pub fn write(&self, draft: &Draft) -> Result<(), Error> {
        draft.write(VOCABULARY, self.space.to_text().as_bytes())?;
        draft.write(RULES, self.rules_text.as_bytes())?;
        draft.write(READERS, &bytes_of(&self.readers, &self.usual))?;
        let mut head = Head { judges: Vec::new() };
        for (judge, question) in self.judges.iter().zip(self.questions()) {
            let file = format!("trees-{}-{}.txt", question.category, question.at_least);
            if let Some(trees) = &judge.trees {
                draft.write(&file, trees.text().as_bytes())?;
            }
            head.judges.push(HeadJudge {
                question: question.to_string(),
                trees: judge.trees.is_some().then_some(file),
                judge: judge.plain.clone(),
            });
        }
        let head = serde_json::to_vec_pretty(&head).expect("all numbers of a judge are finite");
        draft.write(HEAD, &head)?;
        Ok(())
    }

    /// What to publish the model under.
    pub fn description(
        &self,
        created_at: DateTime<Utc>,
        program_version: &str,
        data: DataRecord,
        metrics: Metrics,
    ) -> Description {
        Description {
            kind: KIND.to_owned(),
            name: NAME.to_owned(),
            created_at,
            program_version: program_version.to_owned(),
            hyper_parameters: serde_json::to_value(&self.settings).expect("settings have a JSON form"),
            vocabulary: record(&self.space, &self.space.to_text()),
            data,
            metrics,
        }
    }
}

impl Judge {
    fn is_sound(&self, width: usize) -> bool {
        let plain = &self.plain;
        let lists = [&plain.usual, &plain.scale, &plain.linear.weights];
        let is_finite = lists.iter().all(|list| list.iter().all(|number| number.is_finite()));
        lists.iter().all(|list| list.len() == width)
            && is_finite
            && plain.linear.intercept.is_finite()
            && plain.bound > 0.0
            && plain.curve.is_sound()
            && self.trees.as_ref().is_none_or(|trees| trees.features() == width)
    }
}

fn record(space: &FeatureSpace, text: &str) -> VocabularyRecord {
    VocabularyRecord { items: space.len() as u64, sha256: sha256_hex(text.as_bytes()) }
}

/// Intercepts, means and scales, then the weights feature by feature; of each, one number for each reader.
fn bytes_of(readers: &Readers, usual: &Usual) -> Vec<u8> {
    let head = [readers.intercepts, usual.mean, usual.scale];
    let numbers = head.iter().chain(&readers.weights).flatten();
    numbers.flat_map(|number| number.to_le_bytes()).collect()
}

fn readers_from(bytes: &[u8], space: &FeatureSpace) -> Result<(Readers, Usual), Error> {
    let (numbers, rest) = bytes.as_chunks::<8>();
    let numbers: Vec<f64> = numbers.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
    let (rows, spare) = numbers.as_chunks::<PAIRS>();
    let [intercepts, mean, scale, weights @ ..] = rows else {
        return Err(wrong(READERS, "is cut off".to_owned()));
    };
    if !rest.is_empty() || !spare.is_empty() || weights.len() != Readers::width(space) {
        return Err(wrong(READERS, "does not fit the vocabulary".to_owned()));
    }
    if numbers.iter().any(|number| !number.is_finite()) {
        return Err(wrong(READERS, "has weights that are no numbers".to_owned()));
    }
    let readers = Readers { intercepts: *intercepts, weights: weights.to_vec() };
    Ok((readers, Usual { mean: *mean, scale: *scale }))
}

fn text(artifact: &Artifact, file: &str) -> Result<String, Error> {
    String::from_utf8(artifact.read(file)?).map_err(|_| wrong(file, "is not UTF-8 text".to_owned()))
}

fn wrong(file: &str, problem: String) -> Error {
    Error::Stored { file: file.to_owned(), problem }
}

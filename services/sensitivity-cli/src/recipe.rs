use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};
use filmlens_sensitivity::{Algorithm, Form, Settings};
use filmlens_text_features::SpaceSettings;
use serde_json::{Map, Value};

#[derive(clap::Args)]
// A group named after the struct would meet that of the command, which is named the same.
#[group(skip)]
pub(crate) struct Arguments {
    /// What to answer: `levels`, five categories at three levels, or `triggers`, five labels of yes or no.
    #[arg(long, default_value_t = Form::Levels)]
    form: Form,
    /// What learns from the films that people judged: lightgbm, random_forest or logistic_regression.
    #[arg(long, value_name = "NAME")]
    algorithm: Option<Algorithm>,
    /// Read sequences of three to five characters beside the words: no better, and three times the training time.
    #[arg(long)]
    characters: bool,
    /// A TOML file of settings, such as one that `search` printed.
    #[arg(long, value_name = "FILE.toml")]
    config: Option<PathBuf>,
    /// One setting by its full name, such as lightgbm.learning_rate=0.1; stronger than the file.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// The seed of all that chance decides.
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
}

impl Arguments {
    pub(crate) fn form(&self) -> Form {
        self.form
    }

    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        let mut changes = Value::Object(Map::new());
        if let Some(path) = &self.config {
            let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            changes = toml::from_str(&text).with_context(|| format!("{} is not TOML", path.display()))?;
        }
        for setting in &self.set {
            replace(&mut changes, parse(setting)?);
        }
        let mut base = Settings::of(self.form);
        if self.characters {
            base.text.characters = SpaceSettings::default().characters;
        }
        let mut settings = changed(&base, changes)?;
        settings.form = self.form;
        settings.algorithm = self.algorithm.unwrap_or(settings.algorithm);
        settings.seed = self.seed.unwrap_or(settings.seed);
        Ok(settings)
    }
}

/// The same settings with others in the place of some.
pub(crate) fn changed(settings: &Settings, changes: Value) -> anyhow::Result<Settings> {
    let mut recipe = serde_json::to_value(settings).context("the settings have no JSON form")?;
    replace(&mut recipe, changes);
    let settings: Settings = serde_json::from_value(recipe).context("the settings are not right")?;
    settings.check().context("these settings make no sense")?;
    Ok(settings)
}

/// `a.b=1` as a `b` of 1 in an `a`. What is neither number nor true nor false is a text.
fn parse(setting: &str) -> anyhow::Result<Value> {
    let Some((name, raw)) = setting.split_once('=') else {
        bail!("--set {setting} has no value; write NAME=VALUE");
    };
    let value = serde_json::from_str(raw).unwrap_or_else(|_| Value::String(raw.trim().to_owned()));
    Ok(nested(name.trim(), value))
}

/// A value under a name such as `lightgbm.learning_rate`.
pub(crate) fn nested(name: &str, value: Value) -> Value {
    let (first, value) = match name.split_once('.') {
        None => (name, value),
        Some((first, rest)) => (first, nested(rest, value)),
    };
    Value::Object(Map::from_iter([(first.to_owned(), value)]))
}

pub(crate) fn replace(place: &mut Value, change: Value) {
    match (place, change) {
        (Value::Object(fields), Value::Object(changes)) => {
            for (name, change) in changes {
                replace(fields.entry(name).or_insert(Value::Null), change);
            }
        }
        (place, change) => *place = change,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_setting_lies_where_its_name_says() {
        assert_eq!(
            parse("lightgbm.learning_rate=0.1").unwrap(),
            json!({ "lightgbm": { "learning_rate": 0.1 } })
        );
        assert_eq!(parse("algorithm=random_forest").unwrap(), json!({ "algorithm": "random_forest" }));
        assert!(parse("lightgbm").is_err());
    }

    #[test]
    fn a_change_replaces_what_it_names_and_nothing_else() {
        let changes = json!({ "lightgbm": { "num_leaves": 5 }, "text": { "characters": null } });
        let (own, changed) = (Settings::default(), changed(&Settings::default(), changes).unwrap());
        assert_eq!((changed.lightgbm.num_leaves, changed.text.characters), (5, None));
        assert_eq!(
            (changed.lightgbm.learning_rate, changed.readers),
            (own.lightgbm.learning_rate, own.readers)
        );
        assert_eq!(changed.text.words, own.text.words);
    }

    #[test]
    fn settings_of_both_forms_survive_a_change_of_nothing() {
        for form in Form::ALL {
            assert_eq!(changed(&Settings::of(form), json!({})).unwrap(), Settings::of(form));
        }
    }

    #[test]
    fn what_no_model_has_is_refused_by_name() {
        let error = changed(&Settings::default(), json!({ "lightgbm": { "leaves": 3 } })).unwrap_err();
        assert!(format!("{error:#}").contains("leaves"), "{error:#}");
    }
}

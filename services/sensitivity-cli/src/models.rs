use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use filmlens_artifacts::{Artifact, Description, Draft, Manifest};
use filmlens_program::{output, tracked};
use filmlens_sensitivity::{Form, KIND, SensitivityModel};
use serde_json::json;

use crate::arguments::Place;
use crate::train::{PRODUCTION, registered_name};

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
    ./dev sensitivity models\n  \
    ./dev sensitivity models --form triggers --tracking-uri http://localhost:5000")]
pub(crate) struct ListArguments {
    /// The models of which form: levels or triggers.
    #[arg(long, default_value_t = Form::Levels)]
    form: Form,
    #[command(flatten)]
    place: Place,
    /// Print the list as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    tracking: tracked::Arguments,
}

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
    ./dev sensitivity promote --model-version 3\n  \
    ./dev sensitivity promote --model-version 3 --out models/production/movielens")]
pub(crate) struct PromoteArguments {
    /// The number of the version, as `models` lists it.
    #[arg(long, value_name = "NUMBER")]
    model_version: u32,
    /// The models of which form: levels or triggers.
    #[arg(long, default_value_t = Form::Levels)]
    form: Form,
    #[command(flatten)]
    place: Place,
    /// Print the manifest as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    tracking: tracked::Arguments,
}

pub(crate) fn list(arguments: &ListArguments) -> anyhow::Result<ExitCode> {
    let (name, folder) = (registered_name(arguments.form), arguments.place.folder(arguments.form));
    let registry = arguments.tracking.tracking(folder)?.registry();
    let versions = registry.versions(name).context("the versions cannot be listed")?;
    let here = Artifact::open(folder).ok();
    let here = here.map(|artifact| artifact.manifest().version.clone());
    if arguments.json {
        output::print_json(&json!({ "model": name, "versions": versions, "in_place": here }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = String::new();
    for version in &versions {
        let aliases = version.aliases.join(", ");
        text += format!("{:>4}  {}  {aliases}", version.version, version.run_id).trim_end();
        text.push('\n');
    }
    if versions.is_empty() {
        text += &format!("no version of {name} was registered; ./dev train sensitivity makes one\n");
    }
    if let Some(here) = here {
        text += &format!("in {}: {here}\n", folder.display());
    }
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// A running prediction-api takes up what stands in the folder.
pub(crate) fn promote(arguments: &PromoteArguments) -> anyhow::Result<ExitCode> {
    let (name, number) = (registered_name(arguments.form), arguments.model_version);
    let out = arguments.place.folder(arguments.form);
    let registry = arguments.tracking.tracking(out)?.registry();
    let version = registry.by_version(name, number)?;
    let version = version.with_context(|| {
        format!("{name} has no version {number}; ./dev sensitivity models lists those there are")
    })?;
    let place = tempfile::tempdir().context("there is no room for a copy of the model")?;
    let copy = place.path().join("model");
    registry.download(&version, &copy).with_context(|| format!("version {number} cannot be fetched"))?;
    let manifest = publish(&copy, out).with_context(|| arguments.place.cannot_be_used(arguments.form))?;
    registry.set_alias(name, PRODUCTION, number)?;
    if arguments.json {
        output::print_json(&manifest)?;
    } else {
        output::print(&format!("version {number}, {}, in {}", manifest.version, out.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts a copy of a model in the folder. It stays what it was: the same files, the same version.
fn publish(copy: &Path, out: &Path) -> anyhow::Result<Manifest> {
    let artifact = Artifact::open(copy)?;
    artifact.expect_kind(KIND)?;
    SensitivityModel::load(&artifact)?;
    let draft = Draft::new(out)?;
    let manifest = artifact.manifest().clone();
    for file in manifest.files.keys() {
        draft.write(file, &artifact.read(file)?)?;
    }
    let description = Description {
        kind: manifest.kind,
        name: manifest.name,
        created_at: manifest.created_at,
        program_version: manifest.program_version,
        hyper_parameters: manifest.hyper_parameters,
        vocabulary: manifest.vocabulary,
        data: manifest.data,
        metrics: manifest.metrics,
    };
    Ok(draft.publish(description)?)
}

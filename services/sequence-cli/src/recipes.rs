use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use filmlens_gsasrec::training::Recipe;
use filmlens_program::output;

/// Name, text, and what it is for.
const BUILT_IN: &[(&str, &str, &str)] = &[
    ("default", include_str!("../recipes/default.toml"), "what FilmLens recommends with"),
    ("demo", include_str!("../recipes/demo.toml"), "seconds of training, for the demo catalogue"),
    (
        "gated",
        include_str!("../recipes/gated.toml"),
        "LiGR blocks and sampled softmax, for larger catalogues",
    ),
    ("gsasrec-ml1m", include_str!("../recipes/gsasrec-ml1m.toml"), "the gSASRec reference for MovieLens 1M"),
    (
        "gsasrec-ml32m",
        include_str!("../recipes/gsasrec-ml32m.toml"),
        "the gSASRec reference for MovieLens 32M",
    ),
];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Print this recipe: a start for a recipe of your own.
    name: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.name {
        Some(name) => output::print(built_in(name).with_context(|| unknown(name))?)?,
        None => {
            let lines = BUILT_IN.iter().map(|(name, _, purpose)| format!("{name:<16} {purpose}\n"));
            output::print(&lines.collect::<String>())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A built-in recipe by its name, or one in a file.
pub(crate) fn find(name_or_file: &str) -> anyhow::Result<Recipe> {
    let from_file;
    let text = match built_in(name_or_file) {
        Some(text) => text,
        None => {
            if !Path::new(name_or_file).exists() {
                anyhow::bail!(unknown(name_or_file));
            }
            from_file =
                fs::read_to_string(name_or_file).with_context(|| format!("cannot read {name_or_file}"))?;
            &from_file
        }
    };
    Recipe::parse(text).with_context(|| format!("the recipe {name_or_file} is not right"))
}

fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(own, ..)| *own == name).map(|(_, text, _)| *text)
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = BUILT_IN.iter().map(|(name, ..)| *name).collect();
    format!("{name} is neither a recipe ({}) nor a file", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_recipe_can_be_used() {
        for (name, ..) in BUILT_IN {
            find(name).unwrap();
        }
    }

    #[test]
    fn an_unknown_recipe_is_answered_with_those_there_are() {
        let error = find("fast").unwrap_err().to_string();
        assert!(error.contains("default") && error.contains("gsasrec-ml32m"), "{error}");
    }
}

//! The direction of dependencies, who may use unsafe code, and what plain `cargo test` builds.

mod metadata;
mod rules;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use self::metadata::Metadata;
use self::rules::{Crate, Table};
use crate::paths::workspace;

pub(crate) fn run() -> Result<ExitCode> {
    let table: Table = toml::from_str(&read(&workspace().join("xtask/layers.toml"))?)?;
    let metadata = Metadata::of_workspace()?;
    let crates: Result<Vec<Crate>> = metadata.members().map(|member| load(&metadata, member)).collect();
    let violations = rules::violations(&table, &crates?);
    for violation in &violations {
        eprintln!("{violation}");
    }
    Ok(if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn load(metadata: &Metadata, member: &metadata::Package) -> Result<Crate> {
    let manifest: toml::Table = toml::from_str(&read(&member.manifest_path)?)?;
    let lints = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
    let folder = member.manifest_path.parent().context("a manifest lies in a folder")?;
    Ok(Crate {
        name: member.name.clone(),
        uses: metadata.used_by(member),
        ships: metadata.shipped_by(member),
        pulls_in: metadata.pulled_in_by(member),
        is_built_by_default: metadata.is_built_by_default(member),
        inherits_lints: lints == Some(true),
        opts_into_unsafe: opts_into_unsafe(folder)?,
    })
}

/// The file that turns the lint against unsafe code off, if there is one.
fn opts_into_unsafe(folder: &Path) -> Result<Option<String>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if let Some(found) = opts_into_unsafe(&path)? {
                return Ok(Some(found));
            }
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && mentions_opt_in(&read(&path)?)
        {
            return Ok(Some(path.display().to_string()));
        }
    }
    Ok(None)
}

fn mentions_opt_in(source: &str) -> bool {
    let attribute = |line: &str| line.trim_start().starts_with('#') && line.contains("unsafe_code");
    source.lines().any(|line| attribute(line) && (line.contains("allow") || line.contains("expect")))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

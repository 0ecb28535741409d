use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::folder::{RunFolder, read_json, write_json};
use crate::names::is_plain_word;
use crate::registry::{ListedVersion, ModelVersion, Registry};
use crate::tree;

/// Models in `models/NAME/`: VERSION.json for each version, and aliases.json.
pub(crate) struct FileRegistry {
    root: PathBuf,
}

type Aliases = BTreeMap<String, u32>;

impl FileRegistry {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn model(&self, name: &str) -> Result<PathBuf, Error> {
        Ok(self.root.join("models").join(plain(name)?))
    }

    fn artifact(&self, run_id: &str, artifact_path: &str) -> Result<PathBuf, Error> {
        let run = RunFolder::location(&self.root, run_id).filter(|run| run.join("run.json").exists());
        let run = run.ok_or_else(|| Error::UnknownRun { id: run_id.to_owned() })?;
        let artifact = run.join("artifacts").join(crate::names::clean_name(artifact_path));
        if !artifact.exists() {
            return Err(Error::UnknownArtifact {
                run: run_id.to_owned(),
                artifact: artifact_path.to_owned(),
            });
        }
        Ok(artifact)
    }
}

impl Registry for FileRegistry {
    fn register(&self, name: &str, run_id: &str, artifact_path: &str) -> Result<ModelVersion, Error> {
        self.artifact(run_id, artifact_path)?;
        let model = self.model(name)?;
        fs::create_dir_all(&model).map_err(Error::file(&model))?;
        let _lock = lock(&model)?;
        let version = newest_version(&model)? + 1;
        let version = ModelVersion {
            name: name.to_owned(),
            version,
            run_id: run_id.to_owned(),
            artifact_path: artifact_path.to_owned(),
        };
        write_json(&version_file(&model, version.version), &version)?;
        Ok(version)
    }

    fn set_alias(&self, name: &str, alias: &str, version: u32) -> Result<(), Error> {
        let model = self.model(name)?;
        if !version_file(&model, version).exists() {
            return Err(Error::UnknownVersion { name: name.to_owned(), version });
        }
        let _lock = lock(&model)?;
        let file = model.join("aliases.json");
        let mut aliases: Aliases = read_json(&file)?.unwrap_or_default();
        aliases.insert(plain(alias)?.to_owned(), version);
        write_json(&file, &aliases)
    }

    fn by_alias(&self, name: &str, alias: &str) -> Result<Option<ModelVersion>, Error> {
        let model = self.model(name)?;
        let aliases: Aliases = read_json(&model.join("aliases.json"))?.unwrap_or_default();
        match aliases.get(alias) {
            Some(version) => read_json(&version_file(&model, *version)),
            None => Ok(None),
        }
    }

    fn by_version(&self, name: &str, version: u32) -> Result<Option<ModelVersion>, Error> {
        read_json(&version_file(&self.model(name)?, version))
    }

    fn versions(&self, name: &str) -> Result<Vec<ListedVersion>, Error> {
        let model = self.model(name)?;
        if !model.exists() {
            return Ok(Vec::new());
        }
        let aliases: Aliases = read_json(&model.join("aliases.json"))?.unwrap_or_default();
        let mut versions = Vec::new();
        for number in (1..=newest_version(&model)?).rev() {
            let Some(version) = self.by_version(name, number)? else { continue };
            let pointing = aliases.iter().filter(|(_, to)| **to == number);
            let aliases = pointing.map(|(alias, _)| alias.clone()).collect();
            versions.push(ListedVersion { version: number, run_id: version.run_id, aliases });
        }
        Ok(versions)
    }

    fn download(&self, version: &ModelVersion, destination: &Path) -> Result<(), Error> {
        let artifact = self.artifact(&version.run_id, &version.artifact_path)?;
        for (relative, file) in tree::files(&artifact)? {
            let place = if relative.is_empty() { destination.to_owned() } else { destination.join(relative) };
            if let Some(parent) = place.parent() {
                fs::create_dir_all(parent).map_err(Error::file(parent))?;
            }
            fs::copy(&file, &place).map_err(Error::file(&place))?;
        }
        Ok(())
    }
}

fn plain(name: &str) -> Result<&str, Error> {
    if is_plain_word(name) { Ok(name) } else { Err(Error::Name { name: name.to_owned() }) }
}

fn version_file(model: &Path, version: u32) -> PathBuf {
    model.join(format!("{version}.json"))
}

/// Held while a version or an alias is added.
fn lock(model: &Path) -> Result<File, Error> {
    let path = model.join("lock");
    let file = File::create(&path).map_err(Error::file(&path))?;
    file.lock().map_err(Error::file(&path))?;
    Ok(file)
}

fn newest_version(model: &Path) -> Result<u32, Error> {
    let mut newest = 0;
    for entry in fs::read_dir(model).map_err(Error::file(model))? {
        let name = entry.map_err(Error::file(model))?.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".json")?.parse().ok());
        newest = newest.max(number.unwrap_or(0));
    }
    Ok(newest)
}

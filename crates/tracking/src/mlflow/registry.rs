use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::json;

use super::api::{Api, Nothing};
use super::artifacts::proxy_path;
use super::block_on;
use super::runs::FoundRun;
use super::state::State;
use crate::error::{Error, ServerError};
use crate::folder::RunFolder;
use crate::names::{clean_name, is_plain_word};
use crate::registry::{ListedVersion, ModelVersion, Registry};

const ABSENT: &str = "RESOURCE_DOES_NOT_EXIST";

pub(crate) struct MlflowRegistry {
    api: Api,
    root: PathBuf,
}

#[derive(Deserialize)]
struct VersionAnswer {
    model_version: Version,
}

#[derive(Deserialize)]
struct Version {
    name: String,
    version: String,
    #[serde(default)]
    run_id: String,
    source: String,
}

#[derive(Deserialize)]
struct SearchAnswer {
    #[serde(default)]
    model_versions: Vec<Version>,
    #[serde(default)]
    next_page_token: String,
}

#[derive(Deserialize)]
struct ModelAnswer {
    registered_model: RegisteredModel,
}

#[derive(Deserialize)]
struct RegisteredModel {
    #[serde(default)]
    aliases: Vec<Alias>,
}

#[derive(Deserialize)]
struct Alias {
    alias: String,
    version: String,
}

impl MlflowRegistry {
    pub(crate) fn new(api: Api, root: PathBuf) -> Self {
        Self { api, root }
    }

    async fn find_run(&self, id: &str) -> Result<FoundRun, Error> {
        let here = RunFolder::location(&self.root, id).filter(|folder| folder.join("run.json").exists());
        if let Some(folder) = here {
            let run =
                State::load_from(&folder)?.run.ok_or_else(|| Error::NotOnServer { id: id.to_owned() })?;
            return Ok(self.api.get_run(&run.run_id).await?);
        }
        let found = self.api.find_run(id).await?;
        found.map(|(run, _)| run).ok_or_else(|| Error::UnknownRun { id: id.to_owned() })
    }

    async fn register(&self, name: &str, run_id: &str, artifact_path: &str) -> Result<ModelVersion, Error> {
        let artifact_path = clean_name(artifact_path);
        let run = self.find_run(run_id).await?;
        if self.is_folder(&run, &artifact_path).await?.is_none() {
            return Err(Error::UnknownArtifact { run: run_id.to_owned(), artifact: artifact_path });
        }
        match self.api.post::<serde_json::Value>("registered-models/create", &json!({"name": name})).await {
            Err(failure) if !failure.is_code("RESOURCE_ALREADY_EXISTS") => return Err(failure.into()),
            _ => {}
        }
        let source = format!("{}/{artifact_path}", run.info.artifact_uri.trim_end_matches('/'));
        let body = json!({"name": name, "source": source, "run_id": run.info.run_id});
        let answer: VersionAnswer = self.api.post("model-versions/create", &body).await?;
        let version = self.number(&answer.model_version.version)?;
        Ok(ModelVersion { name: name.to_owned(), version, run_id: run.info.run_id, artifact_path })
    }

    async fn by_alias(&self, name: &str, alias: &str) -> Result<Option<ModelVersion>, Error> {
        let query = [("name", name), ("alias", alias)];
        let answer: VersionAnswer = match self.api.get("registered-models/alias", &query).await {
            Ok(answer) => answer,
            // An alias that points nowhere is an invalid parameter to MLflow.
            Err(failure) if failure.is_code(ABSENT) || failure.is_code("INVALID_PARAMETER_VALUE") => {
                return Ok(None);
            }
            Err(failure) => return Err(failure.into()),
        };
        Ok(Some(self.located(answer.model_version).await?))
    }

    async fn by_version(&self, name: &str, version: u32) -> Result<Option<ModelVersion>, Error> {
        let number = version.to_string();
        let query = [("name", name), ("version", number.as_str())];
        match self.api.get::<VersionAnswer>("model-versions/get", &query).await {
            Ok(answer) => Ok(Some(self.located(answer.model_version).await?)),
            Err(failure) if failure.is_code(ABSENT) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn located(&self, version: Version) -> Result<ModelVersion, Error> {
        let run = self.api.get_run(&version.run_id).await?;
        let path = version.source.strip_prefix(run.info.artifact_uri.as_str());
        let artifact_path = path.unwrap_or_default().trim_matches('/').to_owned();
        let number = self.number(&version.version)?;
        Ok(ModelVersion { name: version.name, version: number, run_id: version.run_id, artifact_path })
    }

    async fn versions(&self, name: &str) -> Result<Vec<ListedVersion>, Error> {
        let model = match self.api.get::<ModelAnswer>("registered-models/get", &[("name", name)]).await {
            Ok(answer) => answer.registered_model,
            Err(failure) if failure.is_code(ABSENT) => return Ok(Vec::new()),
            Err(failure) => return Err(failure.into()),
        };
        let filter = format!("name='{name}'");
        let mut listed = Vec::new();
        let mut page = String::new();
        loop {
            let query = [("filter", filter.as_str()), ("max_results", "1000"), ("page_token", page.as_str())];
            let answer: SearchAnswer = self.api.get("model-versions/search", &query).await?;
            for found in answer.model_versions {
                let version = self.number(&found.version)?;
                let pointing = model.aliases.iter().filter(|alias| alias.version == found.version);
                let mut aliases: Vec<String> = pointing.map(|alias| alias.alias.clone()).collect();
                aliases.sort();
                listed.push(ListedVersion { version, run_id: found.run_id, aliases });
            }
            if answer.next_page_token.is_empty() {
                break;
            }
            page = answer.next_page_token;
        }
        listed.sort_by_key(|listed| std::cmp::Reverse(listed.version));
        Ok(listed)
    }

    async fn download(&self, version: &ModelVersion, destination: &Path) -> Result<(), Error> {
        let run = self.find_run(&version.run_id).await?;
        let root = proxied(&run, &version.artifact_path)?;
        let unknown = || Error::UnknownArtifact {
            run: version.run_id.clone(),
            artifact: version.artifact_path.clone(),
        };
        if !self.is_folder(&run, &version.artifact_path).await?.ok_or_else(unknown)? {
            return Ok(self.api.download(&root, destination).await?);
        }
        let mut folders = vec![(root, destination.to_owned())];
        while let Some((folder, place)) = folders.pop() {
            for entry in self.api.list(&folder).await? {
                let Some(name) = Path::new(&entry.path).file_name() else { continue };
                let below = (format!("{folder}/{}", name.to_string_lossy()), place.join(name));
                if entry.is_dir {
                    folders.push(below);
                } else {
                    self.api.download(&below.0, &below.1).await?;
                }
            }
        }
        Ok(())
    }

    /// Whether an artifact is a folder; none when it does not exist.
    async fn is_folder(&self, run: &FoundRun, artifact_path: &str) -> Result<Option<bool>, Error> {
        let (parent, name) = artifact_path.rsplit_once('/').unwrap_or(("", artifact_path));
        let parent = proxied(run, parent)?;
        let entries = match self.api.list(parent.trim_end_matches('/')).await {
            Ok(entries) => entries,
            Err(failure) if failure.is_code(ABSENT) => return Ok(None),
            Err(failure) => return Err(failure.into()),
        };
        Ok(entries.iter().find(|entry| entry.path == name).map(|entry| entry.is_dir))
    }

    fn number(&self, version: &str) -> Result<u32, ServerError> {
        let number = version.parse();
        number.map_err(|_| self.api.refused(format!("it numbers a version {version:?}")))
    }
}

impl Registry for MlflowRegistry {
    fn register(&self, name: &str, run_id: &str, artifact_path: &str) -> Result<ModelVersion, Error> {
        if !is_plain_word(name) {
            return Err(Error::Name { name: name.to_owned() });
        }
        block_on(self.register(name, run_id, artifact_path))?
    }

    fn set_alias(&self, name: &str, alias: &str, version: u32) -> Result<(), Error> {
        if !is_plain_word(alias) {
            return Err(Error::Name { name: alias.to_owned() });
        }
        let body = json!({"name": name, "alias": alias, "version": version.to_string()});
        match block_on(self.api.post::<Nothing>("registered-models/alias", &body))? {
            Err(failure) if failure.is_code(ABSENT) => {
                Err(Error::UnknownVersion { name: name.to_owned(), version })
            }
            answer => Ok(answer.map(drop)?),
        }
    }

    fn by_alias(&self, name: &str, alias: &str) -> Result<Option<ModelVersion>, Error> {
        block_on(self.by_alias(name, alias))?
    }

    fn by_version(&self, name: &str, version: u32) -> Result<Option<ModelVersion>, Error> {
        block_on(self.by_version(name, version))?
    }

    fn versions(&self, name: &str) -> Result<Vec<ListedVersion>, Error> {
        if !is_plain_word(name) {
            return Err(Error::Name { name: name.to_owned() });
        }
        block_on(self.versions(name))?
    }

    fn download(&self, version: &ModelVersion, destination: &Path) -> Result<(), Error> {
        block_on(self.download(version, destination))?
    }
}

fn proxied(run: &FoundRun, artifact_path: &str) -> Result<String, Error> {
    let uri = &run.info.artifact_uri;
    proxy_path(uri, artifact_path)
        .ok_or_else(|| Error::ArtifactsElsewhere { run: run.info.run_id.clone(), uri: uri.clone() })
}

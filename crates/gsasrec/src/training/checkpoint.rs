use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tch::{Device, Kind, Tensor};

use super::adam::Adam;
use super::progress::Progress;
use crate::{Error, ModelConfig, Parameters, weights};

/// Everything that a training needs to go on as if it had never stopped.
pub(super) struct State {
    pub parameters: Parameters,
    pub adam: Adam,
    /// Running mean of the weights, where the recipe asks for one.
    pub averaged: Option<Parameters>,
    /// The weights that validated best.
    pub best: Option<Parameters>,
    pub progress: Progress,
}

/// One file, always whole: what is written replaces the former one in a single step.
pub(super) struct Checkpoint {
    path: PathBuf,
    /// Of recipe and data. A training with others must not go on from here.
    purpose: String,
}

const PROGRESS: &str = "progress";
const PURPOSE: &str = "purpose";

impl Checkpoint {
    pub(super) fn new(path: &Path, purpose: String) -> Self {
        Self { path: path.to_owned(), purpose }
    }

    pub(super) fn save(&self, state: &State) -> Result<(), Error> {
        let failed = |source| Error::WriteCheckpoint { path: self.path.clone(), source };
        let mut tensors: Vec<(String, Tensor)> = Vec::new();
        let mut add = |group: &str, parameters: &Parameters| {
            let named = parameters.iter().map(|(name, tensor)| (format!("{group}/{name}"), tensor.detach()));
            tensors.extend(named);
        };
        add("weights", &state.parameters);
        if let Some(averaged) = &state.averaged {
            add("averaged", averaged);
        }
        if let Some(best) = &state.best {
            add("best", best);
        }
        let (first, second) = state.adam.moments();
        for ((name, _), (first, second)) in state.parameters.iter().zip(first.iter().zip(second)) {
            tensors.push((format!("first/{name}"), first.shallow_clone()));
            tensors.push((format!("second/{name}"), second.shallow_clone()));
        }
        let progress = serde_json::to_vec(&state.progress).expect("plain data has a JSON form");
        tensors.push((PROGRESS.to_owned(), Tensor::from_slice(&progress)));
        tensors.push((PURPOSE.to_owned(), Tensor::from_slice(self.purpose.as_bytes())));

        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let new = self.path.with_extension("new");
        weights::write(&new, &tensors).map_err(|source| Error::WriteWeights { path: new.clone(), source })?;
        File::open(&new).and_then(|file| file.sync_all()).map_err(failed)?;
        fs::rename(&new, &self.path).map_err(failed)
    }

    /// What was saved for the same purpose; `None` where nothing was.
    pub(super) fn load(
        &self,
        config: &ModelConfig,
        second_decay: f64,
        device: Device,
    ) -> Result<Option<State>, Error> {
        let bytes = match fs::read(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|source| Error::ReadCheckpoint { path: self.path.clone(), source })?,
        };
        let damaged = |source| Error::DamagedCheckpoint { path: self.path.clone(), source };
        let mut tensors = weights::parse(&bytes).map_err(|error| damaged(error.into()))?;
        let purpose = text(&mut tensors, PURPOSE).map_err(|error| damaged(error.into()))?;
        if purpose != self.purpose.as_bytes() {
            return Err(Error::OtherCheckpoint { path: self.path.clone() });
        }
        restore(tensors, config, second_decay, device).map(Some).map_err(damaged)
    }
}

fn restore(
    mut tensors: Vec<(String, Tensor)>,
    config: &ModelConfig,
    second_decay: f64,
    device: Device,
) -> Result<State, Box<dyn std::error::Error + Send + Sync>> {
    let progress: Progress = serde_json::from_slice(&text(&mut tensors, PROGRESS)?)?;
    let mut group = |name: &str| -> Result<Option<Parameters>, Error> {
        let found = take_group(&mut tensors, name);
        if found.is_empty() { Ok(None) } else { Parameters::take(config, found, device).map(Some) }
    };
    let missing = || Error::NoTensor { name: "weights".to_owned() };
    let parameters = group("weights")?.ok_or_else(missing)?;
    let (averaged, best) = (group("averaged")?, group("best")?);
    let (first, second) = (group("first")?.ok_or_else(missing)?, group("second")?.ok_or_else(missing)?);
    let mut adam = Adam::new(&parameters, second_decay);
    let plain = |moments: &Parameters| moments.tensors().map(Tensor::detach).collect();
    adam.restore(plain(&first), plain(&second), progress.steps);
    Ok(State { parameters, adam, averaged, best, progress })
}

fn text(tensors: &mut Vec<(String, Tensor)>, name: &str) -> Result<Vec<u8>, Error> {
    let missing = || Error::NoTensor { name: name.to_owned() };
    let index = tensors.iter().position(|(own, _)| own == name).ok_or_else(missing)?;
    let (_, tensor) = tensors.swap_remove(index);
    if tensor.kind() != Kind::Uint8 {
        return Err(missing());
    }
    Vec::try_from(tensor).map_err(|source| Error::UnreadableTensor { name: name.to_owned(), source })
}

fn take_group(tensors: &mut Vec<(String, Tensor)>, group: &str) -> Vec<(String, Tensor)> {
    let prefix = format!("{group}/");
    let (taken, rest) = std::mem::take(tensors).into_iter().partition(|(name, _)| name.starts_with(&prefix));
    *tensors = rest;
    let taken: Vec<(String, Tensor)> = taken;
    taken.into_iter().map(|(name, tensor)| (name[prefix.len()..].to_owned(), tensor)).collect()
}

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A file of JSON lines: first what is searched, then each trial that has ended. Who starts the same search again goes
/// on after the last of them.
pub(super) struct Study {
    path: PathBuf,
    file: File,
    pub(super) trials: Vec<Trial>,
}

/// What must stay the same for trials to be compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) data: String,
    pub(super) folds: usize,
    pub(super) held_out: f64,
    pub(super) seed: u64,
    /// What the trials change.
    pub(super) settings: Value,
    pub(super) dimensions: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trial {
    /// A place from 0 to 1 in each dimension.
    pub(super) point: Vec<f64>,
    /// What is changed of the settings.
    pub(super) settings: Value,
    /// The score of each fold that was tried.
    pub(super) folds: Vec<f64>,
    pub(super) is_pruned: bool,
}

impl Study {
    pub(super) fn open(path: &Path, head: &Head) -> anyhow::Result<Self> {
        let shown = path.display();
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = file.with_context(|| format!("{shown} cannot be opened"))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => bail!("another search is writing {shown}"),
            locked => locked.with_context(|| format!("{shown} cannot be locked"))?,
        }
        let mut text = String::new();
        file.read_to_string(&mut text).with_context(|| format!("{shown} cannot be read"))?;
        // A line without an end was being written when the search was killed.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        // Nothing is cut off before it is sure whose file it is.
        let trials = if whole > 0 {
            trials_of(&text[..whole], head).with_context(|| format!("{shown} cannot be gone on with"))?
        } else if line_of(head)?.starts_with(&text) {
            Vec::new()
        } else {
            bail!("{shown} is not of a search; name another file");
        };
        file.set_len(whole as u64).with_context(|| format!("{shown} cannot be written"))?;
        file.seek(SeekFrom::End(0))?;
        let mut study = Self { path: path.to_owned(), file, trials };
        if whole == 0 {
            study.append(head)?;
        }
        Ok(study)
    }

    pub(super) fn add(&mut self, trial: Trial) -> anyhow::Result<()> {
        self.append(&trial)?;
        self.trials.push(trial);
        Ok(())
    }

    fn append(&mut self, line: &impl Serialize) -> anyhow::Result<()> {
        let text = line_of(line)?;
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        written.with_context(|| format!("{} cannot be written", self.path.display()))
    }
}

/// The trials of a file that starts with this head.
fn trials_of(text: &str, head: &Head) -> anyhow::Result<Vec<Trial>> {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let found: Head = serde_json::from_str(first).context("it is not of a search; name another file")?;
    if found != *head {
        bail!("it is of another search: other films, folds, seed or settings; name another file");
    }
    let mut trials = Vec::new();
    for (line, number) in lines.zip(2..) {
        let trial = serde_json::from_str(line);
        trials.push(trial.with_context(|| format!("line {number} is not a trial"))?);
    }
    Ok(trials)
}

fn line_of(value: &impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string(value)? + "\n")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;

    fn head(seed: u64) -> Head {
        let settings = json!({ "a": 0.1 });
        Head {
            data: "d".to_owned(),
            folds: 5,
            held_out: 0.2,
            seed,
            settings,
            dimensions: vec!["a".to_owned()],
        }
    }

    fn trial(place: f64) -> Trial {
        Trial {
            point: vec![place],
            settings: json!({ "a": place }),
            folds: vec![0.1 + 0.2, 0.7],
            is_pruned: false,
        }
    }

    #[test]
    fn a_study_that_was_killed_goes_on_with_the_trials_that_ended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study.jsonl");
        let mut study = Study::open(&path, &head(1)).unwrap();
        study.add(trial(0.1)).unwrap();
        study.add(trial(1.0 / 3.0)).unwrap();
        drop(study);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, [whole.as_slice(), b"{\"point\":[0."].concat()).unwrap();
        let mut study = Study::open(&path, &head(1)).unwrap();
        assert_eq!(study.trials, [trial(0.1), trial(1.0 / 3.0)]);
        study.add(trial(0.5)).unwrap();
        drop(study);
        assert_eq!(Study::open(&path, &head(1)).unwrap().trials.len(), 3);
    }

    #[test]
    fn trials_of_another_search_and_of_two_at_once_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study.jsonl");
        let study = Study::open(&path, &head(1)).unwrap();
        let said = |opened: anyhow::Result<Study>| {
            opened.err().map(|error| format!("{error:#}")).unwrap_or_default()
        };
        assert!(said(Study::open(&path, &head(1))).contains("another search is writing"));
        drop(study);
        assert!(said(Study::open(&path, &head(2))).contains("is of another search"));
    }

    #[test]
    fn a_file_of_something_else_is_refused_and_stays_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        for text in ["[]\n", "a note", "{", "two\nlines", "title,year\nHeat,1995\n", "\n"] {
            fs::write(&path, text).unwrap();
            let error = Study::open(&path, &head(1)).err().map(|error| format!("{error:#}"));
            let is_start = line_of(&head(1)).unwrap().starts_with(text);
            assert_eq!(
                error.is_some_and(|error| error.contains("is not of a search")),
                !is_start,
                "{text:?}"
            );
            if !is_start {
                assert_eq!(fs::read_to_string(&path).unwrap(), text);
            }
        }
    }

    #[test]
    fn a_study_that_was_killed_in_its_first_line_starts_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study.jsonl");
        fs::write(&path, &line_of(&head(1)).unwrap()[..20]).unwrap();
        assert!(Study::open(&path, &head(1)).unwrap().trials.is_empty());
        assert_eq!(fs::read_to_string(&path).unwrap(), line_of(&head(1)).unwrap());
    }
}

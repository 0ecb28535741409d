use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use filmlens_catalog_store::MadePrediction;
use filmlens_telemetry::Chain;
use tokio::task::spawn_blocking;

/// What an earlier run has left, one JSON object a line. What cannot be read is kept in a file beside, for somebody to
/// look at, because the file itself is going to be replaced.
pub(super) async fn read(file: PathBuf) -> Vec<MadePrediction> {
    spawn_blocking(move || read_now(&file)).await.unwrap_or_default()
}

/// Replaces the file by all that waits.
pub(super) async fn write(file: PathBuf, predictions: Vec<Arc<MadePrediction>>) -> io::Result<()> {
    spawn_blocking(move || write_now(&file, &predictions)).await.map_err(io::Error::other)?
}

pub(super) async fn forget(file: PathBuf) {
    let _ = spawn_blocking(move || fs::remove_file(file)).await;
}

#[derive(Default)]
struct Leftovers {
    predictions: Vec<MadePrediction>,
    unreadable_lines: Vec<Vec<u8>>,
    /// Why the rest could not be read at all.
    failure: Option<io::Error>,
}

fn read_now(file: &Path) -> Vec<MadePrediction> {
    let opened = match File::open(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        opened => opened,
    };
    let left = match opened {
        Ok(opened) => read_lines(BufReader::new(opened)),
        Err(error) => Leftovers { failure: Some(error), ..Leftovers::default() },
    };
    let aside = aside(file);
    if let Some(error) = &left.failure {
        tracing::error!(file = %file.display(), error = %Chain(error), "leftover predictions cannot be read");
        move_aside(file, &aside);
    } else if !left.unreadable_lines.is_empty() {
        tracing::error!(
            file = %file.display(),
            kept_in = %aside.display(),
            lines = left.unreadable_lines.len(),
            "some leftover predictions cannot be read"
        );
        if write_lines(&aside, &left.unreadable_lines).is_err() {
            move_aside(file, &aside);
        }
    }
    left.predictions
}

fn read_lines(mut reader: impl BufRead) -> Leftovers {
    let mut left = Leftovers::default();
    loop {
        let mut line = Vec::new();
        match reader.read_until(b'\n', &mut line) {
            Ok(0) => return left,
            Ok(_) => {}
            Err(error) => return Leftovers { failure: Some(error), ..left },
        }
        match serde_json::from_slice(&line) {
            Ok(prediction) => left.predictions.push(prediction),
            Err(_) if line.trim_ascii().is_empty() => {}
            Err(_) => left.unreadable_lines.push(line),
        }
    }
}

/// Named after the file's own time: a start that is repeated writes the same once more.
fn aside(file: &Path) -> PathBuf {
    let changed = fs::metadata(file).and_then(|metadata| metadata.modified());
    let changed = DateTime::<Utc>::from(changed.unwrap_or_else(|_| SystemTime::now()));
    file.with_extension(format!("{}.unreadable", changed.format("%Y%m%dT%H%M%S%6fZ")))
}

fn move_aside(file: &Path, aside: &Path) {
    match fs::rename(file, aside) {
        Ok(()) => {
            tracing::error!(kept_in = %aside.display(), "the file of leftovers is kept under another name");
        }
        Err(error) => {
            tracing::error!(file = %file.display(), error = %Chain(&error), "the file of leftovers cannot be kept");
        }
    }
}

fn write_lines(file: &Path, lines: &[Vec<u8>]) -> io::Result<()> {
    let mut writer = File::create(file)?;
    writer.write_all(&lines.concat())?;
    writer.sync_all()
}

fn write_now(file: &Path, predictions: &[Arc<MadePrediction>]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let draft = file.with_extension("draft");
    let mut writer = BufWriter::new(File::create(&draft)?);
    for prediction in predictions {
        serde_json::to_writer(&mut writer, prediction.as_ref())?;
        writer.write_all(b"\n")?;
    }
    writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(draft, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> MadePrediction {
        MadePrediction {
            id: uuid::Uuid::now_v7(),
            predicted_at: DateTime::UNIX_EPOCH,
            movie_id: "1".to_owned(),
            title: "A\nB".to_owned(),
            description: "ש".to_owned(),
            model_version: "1".to_owned(),
            levels: serde_json::json!({}),
            family_score: 12.5,
            processing_time_ms: 1,
            input: "{}".to_owned(),
        }
    }

    fn kept_aside(folder: &Path) -> Vec<PathBuf> {
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|file| file.extension().is_some_and(|extension| extension == "unreadable")).collect()
    }

    #[test]
    fn a_file_that_is_not_there_holds_nothing_and_one_that_is_cut_off_holds_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/unsaved.ndjson");
        assert!(read_now(&file).is_empty());
        let made = made();
        write_now(&file, &[Arc::new(made.clone()), Arc::new(made.clone())]).unwrap();
        assert_eq!(read_now(&file), [made.clone(), made.clone()]);
        assert!(kept_aside(file.parent().unwrap()).is_empty());
        let text = fs::read(&file).unwrap();
        fs::write(&file, &text[..text.len() - 10]).unwrap();
        assert_eq!(read_now(&file), [made]);
    }

    #[test]
    fn lines_that_cannot_be_read_are_kept_beside_once_and_the_others_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("unsaved.ndjson");
        let made = made();
        let good = serde_json::to_string(&made).unwrap();
        let bad = b"\xff\xfe no text\n{\"of\": \"another program\"}\n";
        fs::write(&file, [&bad[..], good.as_bytes(), b"\n"].concat()).unwrap();
        for _ in 0..2 {
            assert_eq!(read_now(&file), std::slice::from_ref(&made));
            let aside = kept_aside(folder.path());
            assert_eq!(aside.len(), 1, "{aside:?}");
            assert_eq!(fs::read(&aside[0]).unwrap(), bad);
        }
        assert!(file.exists(), "the readable ones are not saved yet");
    }

    #[test]
    fn what_cannot_be_read_at_all_is_kept_under_another_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("unsaved.ndjson");
        fs::create_dir(&file).unwrap();
        fs::write(file.join("inside"), "kept").unwrap();
        assert!(read_now(&file).is_empty());
        let aside = kept_aside(folder.path());
        assert_eq!(fs::read_to_string(aside[0].join("inside")).unwrap(), "kept");
        write_now(&file, &[Arc::new(made())]).unwrap();
    }
}

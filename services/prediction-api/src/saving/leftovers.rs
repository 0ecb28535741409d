use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use filmlens_catalog_store::MadePrediction;
use filmlens_telemetry::Chain;
use tokio::task::spawn_blocking;

/// What an earlier run has left, one JSON object a line.
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

fn read_now(file: &Path) -> Vec<MadePrediction> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            tracing::error!(file = %file.display(), error = %Chain(&error), "leftover predictions cannot be read");
            return Vec::new();
        }
    };
    let mut predictions = Vec::new();
    for line in text.lines() {
        match serde_json::from_str(line) {
            Ok(prediction) => predictions.push(prediction),
            Err(error) => {
                tracing::error!(file = %file.display(), error = %Chain(&error), "a leftover prediction is lost");
            }
        }
    }
    predictions
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

    #[test]
    fn a_file_that_is_not_there_holds_nothing_and_one_that_is_cut_off_holds_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/unsaved.ndjson");
        assert!(read_now(&file).is_empty());
        let made = MadePrediction {
            id: uuid::Uuid::now_v7(),
            predicted_at: chrono::DateTime::UNIX_EPOCH,
            movie_id: "1".to_owned(),
            title: "A\nB".to_owned(),
            description: "ש".to_owned(),
            model_version: "1".to_owned(),
            levels: serde_json::json!({}),
            family_score: 12.5,
            processing_time_ms: 1,
            input: "{}".to_owned(),
        };
        write_now(&file, &[Arc::new(made.clone()), Arc::new(made.clone())]).unwrap();
        assert_eq!(read_now(&file), [made.clone(), made.clone()]);
        let text = fs::read(&file).unwrap();
        fs::write(&file, &text[..text.len() - 10]).unwrap();
        assert_eq!(read_now(&file), [made]);
    }
}

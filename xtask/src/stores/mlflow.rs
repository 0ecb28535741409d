use anyhow::Result;

use super::Site;
use crate::launch::{Launch, Output};
use crate::network;
use crate::paths::cache;

pub(crate) fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// An MLflow server with its records in SQLite, and artifacts in a folder that only the server's own API reaches.
pub(crate) fn prepare(site: &Site, port: u16) -> Result<Option<Launch>> {
    let program = cache()?.join("venv-mlflow/bin/mlflow");
    if !program.exists() {
        return Ok(None);
    }
    let data = site.data("mlflow");
    std::fs::create_dir_all(&data)?;
    let records = format!("sqlite:///{}", data.join("mlflow.db").display());
    let artifacts = data.join("artifacts").display().to_string();
    let launch = Launch::new(program, Output::Log(site.log("mlflow"))).args([
        "server",
        "--host",
        "127.0.0.1",
        "--port",
        &port.to_string(),
        "--workers",
        "1",
        "--backend-store-uri",
        &records,
        "--serve-artifacts",
        "--artifacts-destination",
        &artifacts,
    ]);
    // Job execution would start workers for features that nobody calls here.
    let launch = launch.env("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false");
    Ok(Some(launch.env("MLFLOW_DISABLE_TELEMETRY", "true")))
}

pub(crate) fn is_ready(port: u16) -> bool {
    network::http_status(port, "/health") == Some(200)
}

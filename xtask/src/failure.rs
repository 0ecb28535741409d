use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::ExitStatus;

use anyhow::Result;

/// How a process ended. The minder passes a signal on as a shell does: 128 and its number.
pub(crate) fn describe(status: ExitStatus) -> String {
    match status.code() {
        Some(code) if code > 128 => format!("signal {}", code - 128),
        Some(code) => format!("exit code {code}"),
        None => status.to_string(),
    }
}

/// The last lines of a log, as the end of an error message.
pub(crate) fn tail(log: &Path) -> String {
    const BYTES: i64 = 3000;
    let read_end = || -> Result<String> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        if length > BYTES.unsigned_abs() {
            file.seek(SeekFrom::End(-BYTES))?;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read_end().unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let last = lines[lines.len().saturating_sub(15)..].join("\n  ");
    format!("\n  {last}\n  whole log: {}", log.display())
}

use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

/// Prints an error with its causes, one on each line.
pub fn report(error: &anyhow::Error) {
    let mut said = error.to_string();
    note(&format!("error: {said}"));
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Wrappers of other crates repeat what they wrap.
        if !said.contains(&cause) {
            note(&format!("  because: {cause}"));
            said = cause;
        }
    }
}

/// Says something that is not the answer. Whoever has closed standard error does not want to hear it.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

pub fn print(text: &str) -> anyhow::Result<()> {
    match writeln!(io::stdout(), "{}", text.trim_end()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("standard output cannot be written"),
    }
}

pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    print(&serde_json::to_string_pretty(value)?)
}

pub fn write(path: &Path, bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))
}

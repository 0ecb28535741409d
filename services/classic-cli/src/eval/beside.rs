use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use filmlens_program::lists::RankedLists;

const PROGRAM: &str = "filmlens-sequence";

/// Lets a sequence model rank the items of a part: in a program of its own, for it needs libtorch and this one does not.
pub(super) fn ask(model: &Path, data: &Path, part: &str) -> anyhow::Result<RankedLists> {
    let program =
        env::current_exe().context("this program does not know where it lies")?.with_file_name(PROGRAM);
    let folder = tempfile::tempdir().context("a temporary folder cannot be made")?;
    let lists = folder.path().join("lists.json");
    let mut command = Command::new(&program);
    command.arg("eval").arg("--data").arg(data).arg("--model").arg(model).args(["--on", part]).arg("--lists");
    let status = command.arg(&lists).stdout(Stdio::null()).status();
    let status = status.with_context(|| {
        format!("{} cannot be run; --beside takes what it wrote elsewhere", program.display())
    })?;
    if !status.success() {
        bail!("{PROGRAM} could not evaluate {}", model.display());
    }
    RankedLists::read(&lists)
}

use std::error::Error as StdError;
use std::io;
use std::path::Path;

use anyhow::anyhow;

pub(crate) enum Outcome {
    Done,
    /// Some rows could not be used, and the caller asked to hear of that.
    RowsRejected,
}

/// Prints an error with its causes, one on each line.
pub(crate) fn report(error: &anyhow::Error) {
    let mut said = error.to_string();
    eprintln!("error: {said}");
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Wrappers of other crates repeat what they wrap.
        if !said.contains(&cause) {
            eprintln!("  because: {cause}");
            said = cause;
        }
    }
}

/// A file that cannot be written, with what to do about it.
pub(crate) fn write_failed(path: &Path, error: io::Error) -> anyhow::Error {
    if is_disk_full(&error) {
        let path = path.display();
        return anyhow!(error)
            .context(format!("the disk that holds {path} is full: make room and run this again"));
    }
    anyhow!(error).context(format!("{} cannot be written", path.display()))
}

pub(crate) fn is_disk_full(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let io_error = error.downcast_ref::<io::Error>();
        if io_error.is_some_and(|error| error.kind() == io::ErrorKind::StorageFull) {
            return true;
        }
        next = error.source();
    }
    false
}

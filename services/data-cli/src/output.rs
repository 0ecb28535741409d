use std::fmt::Display;
use std::io::{self, Write as _};
use std::path::Path;

use crate::failure::write_failed;

/// Prints a line for the caller. `println!` would panic where the output cannot be written.
pub(crate) fn say(line: impl Display) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{line}").map_err(|error| write_failed(Path::new("standard output"), error))
}

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use super::Interactions;
use super::plain::{SEQUENCES, VALIDATION_USERS};

/// Writes `sequences.txt` and, where users to validate on are given, `validation_users.txt`, for other programs that
/// train on the same histories. Times and the users' ids are not written.
pub fn write_sequences(
    folder: &Path,
    interactions: &Interactions,
    validation_users: Option<&[u32]>,
) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(folder.join(SEQUENCES))?);
    for history in interactions.histories() {
        let mut blank = "";
        for item in history {
            write!(file, "{blank}{item}")?;
            blank = " ";
        }
        writeln!(file)?;
    }
    file.flush()?;

    let Some(validation_users) = validation_users else { return Ok(()) };
    let mut file = BufWriter::new(File::create(folder.join(VALIDATION_USERS))?);
    for user in validation_users {
        writeln!(file, "{}", u64::from(*user) + 1)?;
    }
    file.flush()
}

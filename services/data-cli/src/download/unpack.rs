use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use indicatif::HumanBytes;
use zip::ZipArchive;

use crate::failure::{is_disk_full, write_failed};
use crate::progress;

/// Unpacks an archive that holds the folder `name` into `target`, where the folder appears when all of it is there:
/// `max_bytes` at most.
pub(super) fn unpack(archive: &Path, name: &str, target: &Path, max_bytes: u64) -> anyhow::Result<()> {
    let broken =
        || format!("{} is no archive that can be read; delete it and run this again", archive.display());
    let file = File::open(archive).with_context(broken)?;
    let mut zip = ZipArchive::new(file).with_context(broken)?;
    let draft = tempfile::Builder::new().prefix(".unpacking-").tempdir_in(target);
    let draft = draft.map_err(|error| write_failed(target, error))?;

    let mut bytes_left = max_bytes;
    let bar = progress::of_items(zip.len() as u64, "files");
    for index in 0..zip.len() {
        let entry = zip.by_index(index).with_context(broken)?;
        // A name that leads out of the folder, or a link, has no place in a data set.
        let inside = entry.enclosed_name().filter(|path| path.starts_with(name));
        let Some(path) = inside.filter(|_| !entry.is_symlink()) else {
            bail!(
                "the archive holds {:?}, which is not a file of {name}: nothing was unpacked",
                entry.name()
            );
        };
        let path = draft.path().join(path);
        if entry.is_dir() {
            fs::create_dir_all(&path).map_err(|error| write_failed(&path, error))?;
        } else {
            let parent = path.parent().expect("the path lies in the draft folder");
            fs::create_dir_all(parent).map_err(|error| write_failed(parent, error))?;
            let mut file = File::create(&path).map_err(|error| write_failed(&path, error))?;
            // Counted, for the sizes that an archive states need not be true.
            let mut bounded = entry.take(bytes_left.saturating_add(1));
            let written = io::copy(&mut bounded, &mut file).map_err(|error| {
                // The one error of writing that is to be expected; any other is of the archive.
                if is_disk_full(&error) {
                    write_failed(&path, error)
                } else {
                    anyhow!(error).context(broken())
                }
            })?;
            bytes_left = bytes_left.checked_sub(written).with_context(|| {
                format!(
                    "{} unpacks to more than {}, which no data set does: nothing was unpacked; delete it, and name \
                     another server by --mirror",
                    archive.display(),
                    HumanBytes(max_bytes)
                )
            })?;
        }
        bar.inc(1);
    }
    bar.finish();
    let folder = target.join(name);
    fs::rename(draft.path().join(name), &folder).map_err(|error| write_failed(&folder, error))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    #[test]
    fn an_archive_that_holds_too_much_unpacks_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("set.zip");
        let mut zip = ZipWriter::new(File::create(&archive).unwrap());
        for name in ["set/movies.csv", "set/ratings.csv"] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(&[b'x'; 5000]).unwrap();
        }
        zip.finish().unwrap();

        let error = unpack(&archive, "set", folder.path(), 9_999).unwrap_err().to_string();
        assert!(error.contains("nothing was unpacked"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "only the archive is there");
        unpack(&archive, "set", folder.path(), 10_000).unwrap();
        assert!(folder.path().join("set/ratings.csv").is_file());
    }
}

use std::fs::{self, File};
use std::io;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use zip::ZipArchive;

use crate::failure::{is_disk_full, write_failed};
use crate::progress;

/// Unpacks an archive that holds the folder `name` into `target`, where the folder appears when all of it is there.
pub(super) fn unpack(archive: &Path, name: &str, target: &Path) -> anyhow::Result<()> {
    let broken =
        || format!("{} is no archive that can be read; delete it and run this again", archive.display());
    let file = File::open(archive).with_context(broken)?;
    let mut zip = ZipArchive::new(file).with_context(broken)?;
    let draft = tempfile::Builder::new().prefix(".unpacking-").tempdir_in(target);
    let draft = draft.map_err(|error| write_failed(target, error))?;

    let bar = progress::of_items(zip.len() as u64, "files");
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).with_context(broken)?;
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
            io::copy(&mut entry, &mut file).map_err(|error| {
                // The one error of writing that is to be expected; any other is of the archive.
                if is_disk_full(&error) {
                    write_failed(&path, error)
                } else {
                    anyhow!(error).context(broken())
                }
            })?;
        }
        bar.inc(1);
    }
    bar.finish();
    let folder = target.join(name);
    fs::rename(draft.path().join(name), &folder).map_err(|error| write_failed(&folder, error))
}

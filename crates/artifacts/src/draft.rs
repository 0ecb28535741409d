use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::manifest::check_finite;
use crate::{
    Description, Error, FORMAT, FileRecord, MANIFEST, Manifest, digest, exchange, leftovers, names, version,
};

/// A model that is being written. Nothing of it is seen at its target before [`publish`](Self::publish); a draft that
/// is dropped removes what it wrote.
#[derive(Debug)]
pub struct Draft {
    parent: PathBuf,
    name: OsString,
    folder: PathBuf,
    _lock: File,
}

impl Draft {
    /// Starts a draft for the folder `target`, and removes what drafts for it that died have left.
    ///
    /// Refuses a target with anything that publishing would lose: a folder that is no model, or has more than one.
    pub fn new(target: impl AsRef<Path>) -> Result<Self, Error> {
        let target = target.as_ref();
        // Where the target is a link, the folder that it leads to is replaced, not the link.
        let place = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let name =
            place.file_name().ok_or_else(|| Error::NoTargetName { target: target.to_owned() })?.to_owned();
        let parent = match place.parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&parent).map_err(cannot_write(&parent))?;
        leftovers::sweep(&parent, &name);
        check_replaceable(&parent.join(&name))?;
        let (folder, lock) = leftovers::make(&parent, &name).map_err(cannot_write(&parent))?;
        let draft = Self { parent, name, folder, _lock: lock };
        fs::create_dir(draft.files()).map_err(cannot_write(&draft.folder))?;
        Ok(draft)
    }

    /// Where to write the file of that name.
    pub fn path(&self, name: &str) -> Result<PathBuf, Error> {
        names::check(name)?;
        Ok(self.files().join(name))
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.path(name)?;
        fs::write(&path, bytes).map_err(cannot_write(&path))
    }

    /// Puts the model in place of the former one, in one step, once it is safe on disk.
    ///
    /// Whatever fails or dies before that step leaves the former model as it was.
    pub fn publish(self, description: Description) -> Result<Manifest, Error> {
        check_finite(&description.metrics, "")?;
        let mut manifest = Manifest {
            format: FORMAT,
            kind: description.kind,
            name: description.name,
            version: String::new(),
            created_at: description.created_at,
            program_version: description.program_version,
            hyper_parameters: description.hyper_parameters,
            vocabulary: description.vocabulary,
            data: description.data,
            metrics: description.metrics,
            files: self.record_files()?,
        };
        let text = version::seal(&mut manifest);
        let path = self.files().join(MANIFEST);
        let mut file = File::create_new(&path).map_err(cannot_write(&path))?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(cannot_write(&path))?;
        sync_folder(&self.files())?;

        let target = self.parent.join(&self.name);
        check_replaceable(&target)?;
        exchange::put_in_place(&self.files(), &target, &self.folder.join(leftovers::FORMER))
            .map_err(cannot_write(&target))?;
        sync_folder(&self.parent)?;
        Ok(manifest)
    }

    fn files(&self) -> PathBuf {
        self.folder.join(leftovers::NEW)
    }

    fn record_files(&self) -> Result<BTreeMap<String, FileRecord>, Error> {
        let mut records = BTreeMap::new();
        for path in list(&self.files())? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            names::check(&name)?;
            if !fs::symlink_metadata(&path).map_err(cannot_read(&path))?.is_file() {
                return Err(Error::NotAFile { path });
            }
            let file = File::open(&path).map_err(cannot_read(&path))?;
            let record = digest::record(&file).map_err(cannot_read(&path))?;
            file.sync_all().map_err(cannot_write(&path))?;
            records.insert(name, record);
        }
        Ok(records)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // What stays behind is removed by the next draft.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The former folder is removed with all that is in it, so it must be a model and nothing more.
fn check_replaceable(target: &Path) -> Result<(), Error> {
    let entries = match list(target) {
        Err(Error::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    let manifest = fs::read(target.join(MANIFEST)).ok();
    let manifest: Option<Manifest> = manifest.and_then(|text| serde_json::from_slice(&text).ok());
    let is_of_model = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        manifest.as_ref().is_some_and(|manifest| name == MANIFEST || manifest.files.contains_key(&*name))
    };
    match entries.into_iter().find(|path| !is_of_model(path)) {
        Some(path) => Err(Error::Occupied { path }),
        None => Ok(()),
    }
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut paths: Vec<PathBuf> = entries.map_err(cannot_read(folder))?;
    paths.sort();
    Ok(paths)
}

fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder).and_then(|opened| opened.sync_all()).map_err(cannot_write(folder))
}

fn cannot_read(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    |source| Error::Read { path, source }
}

fn cannot_write(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    |source| Error::Write { path, source }
}

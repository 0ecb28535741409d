use std::fs;
use std::io;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// Puts a folder in the place of another, which is then where the new one was, or at `aside`.
///
/// At every moment `target` is the former folder or the new one. Only where the file system cannot exchange two
/// folders is it absent for a moment, with the former one safe at `aside`.
pub(crate) fn put_in_place(new: &Path, target: &Path, aside: &Path) -> io::Result<()> {
    // A plain rename succeeds where there is nothing, or an empty folder.
    match fs::rename(new, target) {
        Err(error) if is_not_empty(&error) => {}
        done => return done,
    }
    match renameat_with(CWD, new, CWD, target, RenameFlags::EXCHANGE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => in_two_steps(new, target, aside),
        done => done.map_err(io::Error::from),
    }
}

fn is_not_empty(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists)
}

fn in_two_steps(new: &Path, target: &Path, aside: &Path) -> io::Result<()> {
    fs::rename(target, aside)?;
    fs::rename(new, target).inspect_err(|_| {
        // Where this fails too, the next draft puts the former folder back.
        let _ = fs::rename(aside, target);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(path: &Path, content: &str) {
        fs::create_dir(path).unwrap();
        fs::write(path.join("file"), content).unwrap();
    }

    #[test]
    fn a_folder_takes_an_absent_an_empty_and_a_full_place() {
        let base = tempfile::tempdir().unwrap();
        let [new, target, aside] = ["new", "target", "aside"].map(|name| base.path().join(name));
        folder(&new, "1");
        put_in_place(&new, &target, &aside).unwrap();
        assert_eq!(fs::read_to_string(target.join("file")).unwrap(), "1");

        folder(&new, "2");
        put_in_place(&new, &target, &aside).unwrap();
        assert_eq!(fs::read_to_string(target.join("file")).unwrap(), "2");
        assert_eq!(fs::read_to_string(new.join("file")).unwrap(), "1");

        fs::remove_dir_all(&target).unwrap();
        fs::create_dir(&target).unwrap();
        put_in_place(&new, &target, &aside).unwrap();
        assert_eq!(fs::read_to_string(target.join("file")).unwrap(), "1");
    }

    #[test]
    fn without_an_exchange_the_former_folder_goes_aside_and_comes_back_on_failure() {
        let base = tempfile::tempdir().unwrap();
        let [new, target, aside] = ["new", "target", "aside"].map(|name| base.path().join(name));
        folder(&target, "1");
        in_two_steps(&new, &target, &aside).unwrap_err();
        assert_eq!(fs::read_to_string(target.join("file")).unwrap(), "1");

        folder(&new, "2");
        in_two_steps(&new, &target, &aside).unwrap();
        assert_eq!(fs::read_to_string(target.join("file")).unwrap(), "2");
        assert_eq!(fs::read_to_string(aside.join("file")).unwrap(), "1");
    }
}

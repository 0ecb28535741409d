use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use md5::{Digest as _, Md5};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::file_server::{Fault, FileServer};
use crate::program::{Run, run};

const ARCHIVE: &str = "/ml-latest-small.zip";

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in files {
        zip.start_file(*name, stored).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn movielens() -> Vec<u8> {
    let ratings = vec![b'x'; 200_000];
    archive(&[
        ("ml-latest-small/movies.csv", b"movieId,title,genres\n1,Toy Story (1995),Comedy\n"),
        ("ml-latest-small/ratings.csv", &ratings),
    ])
}

fn md5(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

fn download(server: &FileServer, to: &Path, more: &[&str]) -> Run {
    let base = ["download", "ml-latest-small", "--mirror", &server.url, "--to", to.to_str().unwrap()];
    run(base.iter().chain(more))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_set_is_fetched_checked_and_unpacked() {
    let archive = movielens();
    let server = FileServer::start(
        ARCHIVE,
        archive.clone(),
        &format!("{}  ml-latest-small.zip\n", md5(&archive)),
        &[],
    );
    let to = tempfile::tempdir().unwrap();
    download(&server, to.path(), &[]).succeeded();
    assert_eq!(names(to.path()), ["ml-latest-small"]);
    assert_eq!(names(&to.path().join("ml-latest-small")), ["movies.csv", "ratings.csv"]);
    let again = download(&server, to.path(), &[]).succeeded();
    assert!(again.stdout.contains("is there already"), "{again:?}");
    assert_eq!(server.ranges().len(), 1);
}

#[test]
fn a_download_that_breaks_off_goes_on() {
    let archive = movielens();
    let checksum = format!("MD5 (ml-latest-small.zip) = {}\n", md5(&archive));
    let faults = [Fault::BreakOffAfter(50_000), Fault::Unavailable, Fault::BreakOffAfter(70_000)];
    let server = FileServer::start(ARCHIVE, archive, &checksum, &faults);
    let to = tempfile::tempdir().unwrap();
    download(&server, to.path(), &["--keep-archive"]).succeeded();
    assert_eq!(names(to.path()), ["ml-latest-small", "ml-latest-small.zip"]);
    let ranges = server.ranges();
    assert_eq!(ranges.len(), 4);
    assert_eq!(ranges[0], None);
    assert!(ranges[1..].iter().all(Option::is_some), "{ranges:?}");
}

#[test]
fn a_later_run_goes_on_and_a_changed_file_starts_over() {
    let old = movielens();
    let faults = [Fault::BreakOffAfter(50_000)].into_iter().chain([Fault::Unavailable; 6]);
    let server = FileServer::start(ARCHIVE, old.clone(), &md5(&old), &faults.collect::<Vec<_>>());
    let to = tempfile::tempdir().unwrap();
    download(&server, to.path(), &[]).failed_with("running this again goes on where it stopped");
    assert_eq!(names(to.path()), ["ml-latest-small.zip.part", "ml-latest-small.zip.part.version"]);

    let new = archive(&[("ml-latest-small/movies.csv", &vec![b'n'; 90_000])]);
    server.replace(ARCHIVE, new.clone(), &md5(&new));
    // The last of the faults is used up by now or by this run; both ways the new file comes whole.
    download(&server, to.path(), &[]).succeeded();
    assert_eq!(names(&to.path().join("ml-latest-small")), ["movies.csv"]);
    assert!(server.ranges().last().unwrap().as_ref().is_some_and(|range| range != "bytes=0-"));
}

#[test]
fn a_server_that_ignores_ranges_starts_over() {
    let archive = movielens();
    let faults = [Fault::BreakOffAfter(50_000), Fault::IgnoreRange];
    let server = FileServer::start(ARCHIVE, archive.clone(), &md5(&archive), &faults);
    let to = tempfile::tempdir().unwrap();
    download(&server, to.path(), &[]).succeeded();
    assert_eq!(fs::metadata(to.path().join("ml-latest-small/ratings.csv")).unwrap().len(), 200_000);
}

#[test]
fn a_wrong_checksum_unpacks_nothing() {
    let server = FileServer::start(ARCHIVE, movielens(), &md5(b"something else"), &[]);
    let to = tempfile::tempdir().unwrap();
    download(&server, to.path(), &[]).failed_with("nothing was unpacked");
    assert!(names(to.path()).is_empty());

    let server = FileServer::start(ARCHIVE, movielens(), "<html>soon</html>", &[]);
    download(&server, to.path(), &[]).failed_with("holds no MD5 checksum");

    let endless = md5(&movielens()) + &" ".repeat(100_000);
    let server = FileServer::start(ARCHIVE, movielens(), &endless, &[]);
    download(&server, to.path(), &[]).failed_with("zip.md5 sent more than 4096 bytes");
    assert!(server.ranges().is_empty());
}

#[test]
fn a_file_that_leads_out_of_the_folder_unpacks_nothing() {
    for name in ["ml-latest-small/../../evil.csv", "/etc/evil.csv", "other/movies.csv"] {
        let archive = archive(&[("ml-latest-small/movies.csv", b"x"), (name, b"x")]);
        let server = FileServer::start(ARCHIVE, archive.clone(), &md5(&archive), &[]);
        let to = tempfile::tempdir().unwrap();
        let to = to.path().join("data");
        download(&server, &to, &[]).failed_with("nothing was unpacked");
        assert_eq!(names(&to), ["ml-latest-small.zip"], "{name}");
    }
}

#[test]
fn a_set_that_is_not_there_is_not_tried_again() {
    let server = FileServer::start("/other.zip", Vec::new(), "", &[]);
    let to = tempfile::tempdir().unwrap();
    download(&server, to.path(), &[]).failed_with("404");
}

#[test]
fn a_full_disk_is_reported() {
    let archive = movielens();
    let server = FileServer::start(ARCHIVE, archive.clone(), &md5(&archive), &[]);
    let to = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/full", to.path().join("ml-latest-small.zip.part")).unwrap();
    download(&server, to.path(), &[]).failed_with("is full: make room and run this again");
    assert!(!to.path().join("ml-latest-small").exists());
}

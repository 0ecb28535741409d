//! Files of JSON lines that only grow, and survive a kill: a last line without its end is not there.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) struct LineWriter {
    file: File,
    length: u64,
}

impl LineWriter {
    /// Opens or creates the file, and cuts off the half line that a killed process may have left.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::options().create(true).read(true).append(true).open(path)?;
        let length = end_of_last_line(&mut file)?;
        file.set_len(length)?;
        Ok(Self { file, length })
    }

    /// The line is with the operating system when this returns: a kill of this process does not lose it.
    pub(crate) fn append(&mut self, record: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        if let Err(error) = self.file.write_all(&line) {
            // A full disk may have taken half of it.
            self.file.set_len(self.length)?;
            return Err(error);
        }
        self.length += line.len() as u64;
        Ok(())
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    pub(crate) fn len(&self) -> u64 {
        self.length
    }
}

fn end_of_last_line(file: &mut File) -> io::Result<u64> {
    const BLOCK: u64 = 1 << 16;
    let mut block_end = file.metadata()?.len();
    while block_end > 0 {
        let block_start = block_end.saturating_sub(BLOCK);
        file.seek(SeekFrom::Start(block_start))?;
        let mut block = Vec::new();
        Read::by_ref(file).take(block_end - block_start).read_to_end(&mut block)?;
        if let Some(newline) = block.iter().rposition(|byte| *byte == b'\n') {
            return Ok(block_start + newline as u64 + 1);
        }
        block_end = block_start;
    }
    Ok(0)
}

pub(crate) struct LineReader {
    reader: BufReader<File>,
    offset: u64,
    line: Vec<u8>,
}

pub(crate) struct Line<T> {
    /// An error when the line is not one of ours.
    pub(crate) record: Result<T, serde_json::Error>,
    /// Where the next line starts.
    pub(crate) end: u64,
}

impl LineReader {
    pub(crate) fn open_at(path: &Path, offset: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Self { reader: BufReader::new(file), offset, line: Vec::new() })
    }

    /// The next whole line; none at the end of what is written so far, after which it may be called again.
    pub(crate) fn next<T: DeserializeOwned>(&mut self) -> io::Result<Option<Line<T>>> {
        self.reader.read_until(b'\n', &mut self.line)?;
        if !self.line.ends_with(b"\n") {
            return Ok(None);
        }
        self.offset += self.line.len() as u64;
        let record = serde_json::from_slice(&self.line);
        self.line.clear();
        Ok(Some(Line { record, end: self.offset }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_all(path: &Path) -> Vec<String> {
        let mut reader = LineReader::open_at(path, 0).unwrap();
        let mut lines = Vec::new();
        while let Some(line) = reader.next().unwrap() {
            lines.push(line.record.unwrap());
        }
        lines
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(50))]
        #[test]
        fn a_file_cut_anywhere_keeps_its_whole_lines_and_grows_on(
            records in proptest::collection::vec(".{0,30}", 0..20),
            cut in 0.0..=1.0_f64,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("lines");
            let mut writer = LineWriter::open(&path).unwrap();
            for record in &records {
                writer.append(record).unwrap();
            }
            let cut = (writer.len() as f64 * cut) as u64;
            File::options().write(true).open(&path).unwrap().set_len(cut).unwrap();

            LineWriter::open(&path).unwrap().append(&"after".to_owned()).unwrap();
            let lines = read_all(&path);
            let (last, kept) = lines.split_last().unwrap();
            prop_assert_eq!(last, "after");
            prop_assert_eq!(kept, &records[..kept.len()]);
        }
    }

    #[test]
    fn a_reader_goes_on_where_the_writer_had_not_finished_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        std::fs::write(&path, "\"one\"\n\"tw").unwrap();
        let mut reader = LineReader::open_at(&path, 0).unwrap();
        assert_eq!(reader.next::<String>().unwrap().unwrap().record.unwrap(), "one");
        assert!(reader.next::<String>().unwrap().is_none());
        File::options().append(true).open(&path).unwrap().write_all(b"o\"\n").unwrap();
        assert_eq!(reader.next::<String>().unwrap().unwrap().record.unwrap(), "two");
    }

    #[test]
    fn a_half_line_longer_than_a_block_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        std::fs::write(&path, format!("1\n{}", "x".repeat(200_000))).unwrap();
        assert_eq!(LineWriter::open(&path).unwrap().len(), 2);
    }
}

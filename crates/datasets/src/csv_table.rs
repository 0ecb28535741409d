use std::fs;
use std::path::Path;

use csv::StringRecord;

use crate::{Error, Rejection};

/// A CSV file with a header, checked as a whole: it is UTF-8, and no quote is left open.
pub(crate) struct CsvTable {
    file: String,
    bytes: Vec<u8>,
    delimiter: u8,
    header: StringRecord,
}

/// What a walk over the rows found beside the values.
pub(crate) struct Walk {
    pub(crate) read: usize,
    pub(crate) rejections: Vec<Rejection>,
}

impl CsvTable {
    pub(crate) fn open(path: &Path, delimiter: u8) -> Result<Self, Error> {
        Self::parse(&file_name(path), read(path)?, delimiter)
    }

    pub(crate) fn parse(file: &str, mut bytes: Vec<u8>, delimiter: u8) -> Result<Self, Error> {
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        let file = file.to_owned();
        check_utf8(&file, &bytes)?;
        if bytes.starts_with(BYTE_ORDER_MARK) {
            bytes.drain(..BYTE_ORDER_MARK.len());
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Error::Empty { file });
        }
        if let Some(line) = line_of_open_quote(&bytes, delimiter) {
            return Err(Error::UnterminatedQuote { file, line });
        }
        let mut table = Self { file, bytes, delimiter, header: StringRecord::new() };
        let mut header = table.reader().headers().map_err(|source| table.csv_error(source))?.clone();
        header.trim();
        table.header = header;
        Ok(table)
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    pub(crate) fn find_column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column.eq_ignore_ascii_case(name))
    }

    pub(crate) fn column(&self, name: &'static str) -> Result<usize, Error> {
        self.find_column(name).ok_or_else(|| self.missing(name))
    }

    pub(crate) fn missing(&self, column: &'static str) -> Error {
        let first_line = self.bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let header: String = String::from_utf8_lossy(first_line).trim().chars().take(200).collect();
        Error::MissingColumn { file: self.file.clone(), column, header }
    }

    /// Hands every complete row to `take`, with its line. An error is the reason why the row is rejected.
    pub(crate) fn walk(
        &self,
        mut take: impl FnMut(&StringRecord, u64) -> Result<(), String>,
    ) -> Result<Walk, Error> {
        let mut walk = Walk { read: 0, rejections: Vec::new() };
        let mut reader = self.reader();
        let mut record = StringRecord::new();
        let ends_in_newline = self.bytes.ends_with(b"\n");
        while reader.read_record(&mut record).map_err(|source| self.csv_error(source))? {
            walk.read += 1;
            let line = self.line_of(&record);
            let taken = if record.len() == self.header.len() {
                take(&record, line)
            } else if record.len() < self.header.len()
                && !ends_in_newline
                && reader.position().byte() >= self.bytes.len() as u64
            {
                return Err(Error::CutOff { file: self.file.clone(), line });
            } else {
                Err(format!("has {} fields instead of {}", record.len(), self.header.len()))
            };
            if let Err(reason) = taken {
                walk.rejections.push(Rejection { file: self.file.clone(), line, reason });
            }
        }
        Ok(walk)
    }

    fn reader(&self) -> csv::Reader<&[u8]> {
        csv::ReaderBuilder::new().delimiter(self.delimiter).flexible(true).from_reader(self.bytes.as_slice())
    }

    /// The reader counts a row from the blank lines before it; people count from the row's own first line.
    fn line_of(&self, record: &StringRecord) -> u64 {
        let Some(position) = record.position() else { return 0 };
        let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
        let rest = self.bytes.get(start..).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        position.line() + blank.filter(|byte| **byte == b'\n').count() as u64
    }

    fn csv_error(&self, source: csv::Error) -> Error {
        Error::Csv { file: self.file.clone(), source }
    }
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })
}

/// The name by which rejections call the file; its folder would only repeat what the caller asked for.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn check_utf8(file: &str, bytes: &[u8]) -> Result<(), Error> {
    let Err(error) = std::str::from_utf8(bytes) else { return Ok(()) };
    let offset = error.valid_up_to();
    Err(Error::NotUtf8 { file: file.to_owned(), line: line_at(bytes, offset), offset })
}

fn line_at(bytes: &[u8], offset: usize) -> u64 {
    1 + bytes[..offset].iter().filter(|byte| **byte == b'\n').count() as u64
}

/// Where the quotes open that are still open at the end of the file. The csv reader itself takes the rest of such a
/// file for one long field.
fn line_of_open_quote(bytes: &[u8], delimiter: u8) -> Option<u64> {
    enum At {
        FieldStart,
        Unquoted,
        Quoted,
        /// After a quote within quotes, which either closes them or is the first of a doubled one.
        Quote,
    }
    let mut at = At::FieldStart;
    let mut opened = 0;
    for (index, byte) in bytes.iter().enumerate() {
        let ends_field = *byte == delimiter || matches!(byte, b'\n' | b'\r');
        at = match at {
            At::FieldStart if *byte == b'"' => {
                opened = index;
                At::Quoted
            }
            At::Quoted => {
                if *byte == b'"' {
                    At::Quote
                } else {
                    At::Quoted
                }
            }
            At::Quote if *byte == b'"' => At::Quoted,
            _ if ends_field => At::FieldStart,
            _ => At::Unquoted,
        };
    }
    matches!(at, At::Quoted).then(|| line_at(bytes, opened))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<CsvTable, Error> {
        CsvTable::parse("films.csv", text.as_bytes().to_vec(), b';')
    }

    fn lines(text: &str) -> Result<Vec<(u64, String)>, Error> {
        let walk = parse(text)?.walk(|_, _| Err("no".to_owned()))?;
        Ok(walk.rejections.into_iter().map(|rejection| (rejection.line, rejection.reason)).collect())
    }

    #[test]
    fn rows_are_numbered_as_an_editor_does() {
        let text = "a;b\n1;2\n\n\n\"x\ny\";2\r\n3;4\n5\n";
        let numbers: Vec<u64> = lines(text).unwrap().into_iter().map(|(line, _)| line).collect();
        assert_eq!(numbers, [2, 5, 7, 8]);
        assert_eq!(lines(text).unwrap()[3].1, "has 1 fields instead of 2");
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_header() {
        assert_eq!(parse("\u{feff}a;b\n").unwrap().find_column("a"), Some(0));
    }

    #[test]
    fn wrong_bytes_are_located() {
        let error = CsvTable::parse("films.csv", b"a;b\n1;caf\xe9\n".to_vec(), b';').err().unwrap();
        assert_eq!(error.to_string(), "films.csv is not UTF-8 text: line 2, byte 9 of the file");
    }

    #[test]
    fn a_cut_file_is_refused() {
        for text in ["a;b\n1;\"cut", "a;b\n1;\"cut\n2;3\n", "a;b\n1;\"cut \"\" here"] {
            let Err(Error::UnterminatedQuote { line, .. }) = parse(text) else { panic!("{text:?} was read") };
            assert_eq!(line, 2, "{text:?}");
        }
        assert!(matches!(lines("a;b\n1;2\n3"), Err(Error::CutOff { line: 3, .. })));
        assert!(matches!(parse(" \n\n"), Err(Error::Empty { .. })));
    }

    #[test]
    fn quotes_within_a_field_are_text() {
        for text in ["a;b\n1;5\" nail\n", "a;b\n5\"\"6;\"\"\n", "a;b\n\"x\"\"y\";\"\"\n", "a;b\n\"\"\"\";2\n"]
        {
            assert_eq!(lines(text).unwrap().len(), 1, "{text:?}");
        }
    }
}

use std::collections::HashMap;
use std::path::Path;

use super::links::Links;
use super::{film, parse_id};
use crate::csv_table::{Walk, file_name, read};
use crate::parsed::UniqueFilms;
use crate::{Error, Parsed, Rejection};

/// `movies.dat` of MovieLens 1M: `MovieID::Title::Genres`, Latin-1, no header, no links.
pub(super) fn load(path: &Path) -> Result<Parsed, Error> {
    let file = file_name(path);
    let bytes = read(path)?;
    let text = encoding_rs::mem::decode_latin1(&bytes);
    if text.trim().is_empty() {
        return Err(Error::Empty { file });
    }

    let mut unique = UniqueFilms::default();
    let mut read = 0;
    let mut rejections = Vec::new();
    let line_count = text.lines().count() as u64;
    for (line, row) in (1_u64..).zip(text.lines()) {
        if row.is_empty() {
            continue;
        }
        read += 1;
        let fields: Vec<_> = row.split("::").collect();
        let taken = match fields.as_slice() {
            [id, title, genres] => parse_id(id)
                .and_then(|id| film(id, title, genres, &Links::default(), &HashMap::new()))
                .map(|film| unique.add(film, line)),
            _ if line == line_count && !text.ends_with('\n') => return Err(Error::CutOff { file, line }),
            _ => Err(format!("has {} fields instead of 3", fields.len())),
        };
        if let Err(reason) = taken {
            rejections.push(Rejection { file: file.clone(), line, reason });
        }
    }
    Ok(unique.into_parsed(&file, Walk { read, rejections }))
}

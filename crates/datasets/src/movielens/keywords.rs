use std::collections::{HashMap, HashSet};
use std::path::Path;

use filmlens_domain::{Keyword, MovieLensId};

use super::{open_if_there, parse_id};
use crate::{Error, Rejection, fields};

/// Beyond these, a popular film's tags are jokes and opinions.
const MAX_KEYWORDS: usize = 20;
/// How many people have to have given a tag where a film has many.
const MAX_TAGS: usize = 10;

/// What films are about: curated keywords first, then the tags that most people gave.
pub(super) fn read(
    folder: &Path,
    rejections: &mut Vec<Rejection>,
) -> Result<HashMap<MovieLensId, Vec<Keyword>>, Error> {
    let mut keywords = curated(folder, rejections)?;
    for (movie, counts) in tags(folder, rejections)? {
        let mut tags: Vec<_> = counts.into_iter().collect();
        tags.sort_by(|(tag, count), (other, others)| others.cmp(count).then_with(|| tag.cmp(other)));
        let of_film: &mut Vec<Keyword> = keywords.entry(movie).or_default();
        let known: HashSet<Keyword> = of_film.iter().cloned().collect();
        let new = tags.into_iter().map(|(tag, _)| tag).filter(|tag| !known.contains(tag)).take(MAX_TAGS);
        of_film.extend(new);
    }
    for of_film in keywords.values_mut() {
        of_film.truncate(MAX_KEYWORDS);
    }
    Ok(keywords)
}

fn curated(
    folder: &Path,
    rejections: &mut Vec<Rejection>,
) -> Result<HashMap<MovieLensId, Vec<Keyword>>, Error> {
    let mut keywords = HashMap::new();
    let Some(table) = open_if_there(&folder.join("keywords.csv"))? else { return Ok(keywords) };
    let (movie, list) = (table.column("movieId")?, table.column("keywords")?);
    let walk = table.walk(|record, _| {
        keywords.insert(parse_id(&record[movie])?, fields::list("keywords", record[list].split('|'))?);
        Ok(())
    })?;
    rejections.extend(walk.rejections);
    Ok(keywords)
}

fn tags(
    folder: &Path,
    rejections: &mut Vec<Rejection>,
) -> Result<HashMap<MovieLensId, HashMap<Keyword, usize>>, Error> {
    let mut counts: HashMap<MovieLensId, HashMap<Keyword, usize>> = HashMap::new();
    let Some(table) = open_if_there(&folder.join("tags.csv"))? else { return Ok(counts) };
    let (movie, tag) = (table.column("movieId")?, table.column("tag")?);
    let walk = table.walk(|record, _| {
        let movie = parse_id(&record[movie])?;
        // People paste whole reviews into tags; what is too long for a keyword is none.
        if let Ok(tag) = Keyword::parse(record[tag].to_lowercase()) {
            *counts.entry(movie).or_default().entry(tag).or_default() += 1;
        }
        Ok(())
    })?;
    rejections.extend(walk.rejections);
    Ok(counts)
}

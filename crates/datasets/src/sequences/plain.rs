use std::path::Path;

use super::files::{self, FileHash, parse_items, parse_number};
use super::statistics::Statistics;
use super::stray_item::refuse_stray_item;
use super::{Interactions, Problems};
use crate::Error;

pub(super) const SEQUENCES: &str = "sequences.txt";
pub(super) const VALIDATION_USERS: &str = "validation_users.txt";

pub(super) struct Plain {
    pub(super) interactions: Interactions,
    pub(super) validation_users: Option<Vec<u32>>,
    pub(super) files: Vec<FileHash>,
}

/// `sequences.txt`: a line for each user, of item numbers with blanks between them. `validation_users.txt`, which may be
/// absent: the line numbers of the users to validate on. `dataset_stats.json`, which may be absent: how many users, items
/// and interactions there are.
pub(super) fn read(folder: &Path) -> Result<Plain, Error> {
    let mut problems = Problems::default();
    let mut lines = files::open(folder, SEQUENCES)?;
    let file = lines.file().to_owned();
    let mut interactions = Interactions::empty();
    let mut items = Vec::new();
    while let Some(line) = lines.next()? {
        match parse_items(&line, &mut items) {
            Ok(()) if items.is_empty() => problems.add(&file, line.number, "is an empty history"),
            Ok(()) => items.iter().for_each(|item| interactions.push(*item)),
            Err(reason) => problems.add(&file, line.number, reason),
        }
        interactions.finish_user();
    }
    if interactions.user_count() == 0 {
        return Err(Error::Empty { file });
    }
    interactions.shrink();
    let mut files = vec![FileHash::of(lines)];

    let mut validation_users = None;
    if folder.join(VALIDATION_USERS).is_file() {
        let (users, file) = read_validation_users(folder, interactions.user_count(), &mut problems)?;
        validation_users = Some(users);
        files.push(file);
    }
    problems.into_result()?;

    let interactions = match Statistics::find(folder, &mut files)? {
        Some(statistics) => statistics.check(interactions)?,
        None => refuse_stray_item(interactions, |_| SEQUENCES)?,
    };
    Ok(Plain { interactions, validation_users, files })
}

/// The users, numbered from 0.
fn read_validation_users(
    folder: &Path,
    user_count: usize,
    problems: &mut Problems,
) -> Result<(Vec<u32>, FileHash), Error> {
    let max = u32::try_from(user_count).unwrap_or(u32::MAX);
    let mut named_on = vec![0; user_count];
    let mut users = Vec::new();
    let mut lines = files::open(folder, VALIDATION_USERS)?;
    while let Some(line) = lines.next()? {
        let number = line.number;
        let user = line.whole_text().and_then(|text| parse_number(text.trim(), "user", max));
        let user = user.and_then(|user| {
            let earlier = std::mem::replace(&mut named_on[user as usize - 1], number);
            if earlier == 0 { Ok(user) } else { Err(format!("has user {user}, as line {earlier} has")) }
        });
        match user {
            Ok(user) => users.push(user - 1),
            Err(reason) => problems.add(VALIDATION_USERS, number, reason),
        }
    }
    let file = FileHash::of(lines);
    if users.is_empty() && problems.total() == 0 {
        return Err(Error::Empty { file: file.name });
    }
    Ok((users, file))
}

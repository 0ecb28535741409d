use std::collections::HashMap;
use std::fmt::Write as _;

use crate::Error;

use super::Interactions;

const FORMAT: &str = "filmlens-vocabulary 1";

/// Which film an item number stands for. Numbers run from 1; ids are those of MovieLens, or the numbers themselves
/// where the data has no ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary(Ids);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Ids {
    Identity(u32),
    Listed { ids: Vec<i64>, items: HashMap<i64, u32> },
}

impl Vocabulary {
    /// Every number is its own id.
    pub fn identity(item_count: u32) -> Self {
        Self(Ids::Identity(item_count))
    }

    /// The id of item 1, that of item 2, and so on.
    pub fn from_ids(ids: Vec<i64>) -> Result<Self, Error> {
        let count = u32::try_from(ids.len()).ok().filter(|count| *count <= Interactions::MAX_ITEMS);
        let Some(count) = count else {
            return Err(Error::LengthMismatch {
                what: "ids",
                given: ids.len(),
                of: "item numbers at most",
                needed: Interactions::MAX_ITEMS as usize,
            });
        };
        let mut items = HashMap::with_capacity(ids.len());
        for (item, id) in (1..).zip(&ids) {
            if *id <= 0 {
                return Err(Error::InvalidId { item: item as usize, id: *id });
            }
            if let Some(first) = items.insert(*id, item) {
                return Err(Error::RepeatedId { first, second: item, id: *id });
            }
        }
        if ids.iter().copied().eq(1..=i64::from(count)) {
            return Ok(Self::identity(count));
        }
        Ok(Self(Ids::Listed { ids, items }))
    }

    pub fn item_count(&self) -> u32 {
        match &self.0 {
            Ids::Identity(count) => *count,
            Ids::Listed { ids, .. } => ids.len() as u32,
        }
    }

    /// Whether the numbers are their own ids.
    pub fn is_identity(&self) -> bool {
        matches!(self.0, Ids::Identity(_))
    }

    pub fn find_id(&self, item: u32) -> Option<i64> {
        if item == 0 || item > self.item_count() {
            return None;
        }
        Some(match &self.0 {
            Ids::Identity(_) => item.into(),
            Ids::Listed { ids, .. } => ids[item as usize - 1],
        })
    }

    pub fn find_item(&self, id: i64) -> Option<u32> {
        match &self.0 {
            Ids::Identity(count) => u32::try_from(id).ok().filter(|item| (1..=*count).contains(item)),
            Ids::Listed { items, .. } => items.get(&id).copied(),
        }
    }

    /// The ids in the order of their items.
    pub fn ids(&self) -> impl Iterator<Item = i64> {
        (1..=self.item_count()).filter_map(|item| self.find_id(item))
    }

    /// Text of a name and a number of items, then one id a line unless the numbers are their own ids. Equal
    /// vocabularies give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let kind = if self.is_identity() { "identity" } else { "ids" };
        let mut text = format!("{FORMAT}\n{kind} {}\n", self.item_count());
        if let Ids::Listed { ids, .. } = &self.0 {
            for id in ids {
                writeln!(text, "{id}").expect("text is written to memory");
            }
        }
        text.into_bytes()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote, and nothing else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let wrong = |line: usize, reason: &str| Error::VocabularyText { line, reason: reason.to_owned() };
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            wrong(line, "is not UTF-8 text")
        })?;
        let mut lines = text.lines();
        if lines.next() != Some(FORMAT) {
            return Err(wrong(1, &format!("is not {FORMAT:?}")));
        }
        let counted = lines.next().and_then(|line| line.split_once(' '));
        let counted = counted.and_then(|(kind, count)| Some((kind, count.parse::<u32>().ok()?)));
        let vocabulary = match counted {
            Some(("identity", count)) if count <= Interactions::MAX_ITEMS => Self::identity(count),
            Some(("ids", count)) => {
                let parse = |(line, id): (usize, &str)| {
                    id.parse().map_err(|_| wrong(line, &format!("is not an id: {id:?}")))
                };
                let ids: Vec<i64> = (3..).zip(lines).map(parse).collect::<Result<_, Error>>()?;
                if ids.len() != count as usize {
                    let reason = format!("announces {count} ids, but {} follow", ids.len());
                    return Err(wrong(2, &reason));
                }
                Self::from_ids(ids)?
            }
            _ => return Err(wrong(2, "is neither \"identity\" nor \"ids\" with the number of items")),
        };
        let canonical = vocabulary.to_bytes();
        if canonical != bytes {
            let same = canonical.iter().zip(bytes).take_while(|(own, given)| own == given);
            let line = 1 + same.filter(|(own, _)| **own == b'\n').count();
            return Err(wrong(line, "is not written as it would be today"));
        }
        Ok(vocabulary)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn items_and_ids_find_each_other() {
        let vocabulary = Vocabulary::from_ids(vec![31, 1029, 7]).unwrap();
        assert_eq!((vocabulary.find_id(2), vocabulary.find_item(1029)), (Some(1029), Some(2)));
        assert_eq!(
            (vocabulary.find_id(0), vocabulary.find_id(4), vocabulary.find_item(1)),
            (None, None, None)
        );
        let identity = Vocabulary::identity(3);
        assert_eq!((identity.find_id(3), identity.find_item(3)), (Some(3), Some(3)));
        assert_eq!((identity.find_id(0), identity.find_item(4), identity.find_item(-1)), (None, None, None));
        assert_eq!(Vocabulary::from_ids(vec![1, 2, 3]).unwrap(), identity);
    }

    #[test]
    fn two_items_never_share_an_id() {
        let error = Vocabulary::from_ids(vec![5, 9, 5]).unwrap_err();
        assert_eq!(error.to_string(), "items 1 and 3 have the same id, 5");
        assert!(matches!(Vocabulary::from_ids(vec![5, 0]), Err(Error::InvalidId { item: 2, id: 0 })));
        assert!(matches!(
            Vocabulary::from_bytes(b"filmlens-vocabulary 1\nids 2\n5\n5\n"),
            Err(Error::RepeatedId { .. })
        ));
    }

    #[test]
    fn only_the_canonical_text_is_read() {
        for (text, line) in [
            ("", 1),
            ("filmlens-vocabulary 2\nidentity 3\n", 1),
            ("filmlens-vocabulary 1\n", 2),
            ("filmlens-vocabulary 1\nidentity 4000000000\n", 2),
            ("filmlens-vocabulary 1\nidentity 3", 2),
            ("filmlens-vocabulary 1\nidentity 03\n", 2),
            ("filmlens-vocabulary 1\nidentity 3\n\n", 3),
            ("filmlens-vocabulary 1\nids 3\n4\n7\n", 2),
            ("filmlens-vocabulary 1\nids 2\n4\nseven\n", 4),
            ("filmlens-vocabulary 1\nids 2\n4\n+7\n", 4),
            ("filmlens-vocabulary 1\nids 2\n4\n7", 4),
            ("filmlens-vocabulary 1\nids 2\r\n4\n7\n", 2),
            ("filmlens-vocabulary 1\nids 2\n1\n2\n", 2),
        ] {
            match Vocabulary::from_bytes(text.as_bytes()) {
                Err(Error::VocabularyText { line: found, .. }) => assert_eq!(found, line, "{text:?}"),
                other => panic!("{text:?} gave {other:?}"),
            }
        }
    }

    proptest! {
        #[test]
        fn a_vocabulary_survives_its_bytes(ids in prop::collection::hash_set(1_i64..5_000_000_000, 0..60)) {
            let vocabulary = Vocabulary::from_ids(ids.into_iter().collect()).unwrap();
            let read = Vocabulary::from_bytes(&vocabulary.to_bytes()).unwrap();
            prop_assert_eq!(&read, &vocabulary);
            for (item, id) in (1..).zip(vocabulary.ids()) {
                prop_assert_eq!(read.find_item(id), Some(item));
            }
        }

        #[test]
        fn any_bytes_are_refused_or_canonical(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(vocabulary) = Vocabulary::from_bytes(&bytes) {
                prop_assert_eq!(vocabulary.to_bytes(), bytes);
            }
        }
    }
}

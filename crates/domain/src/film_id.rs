use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::Invalid;

/// An IMDb title id, always written "tt" and at least seven digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ImdbId(String);

impl ImdbId {
    /// Accepts "tt0111161", and the bare number that data sets carry ("111161"), which is padded as IMDb does.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let raw = raw.trim();
        let digits = raw.strip_prefix("tt").unwrap_or(raw);
        let is_number = (1..=10).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || digits.bytes().all(|byte| byte == b'0') {
            return Err(Invalid::ImdbId);
        }
        Ok(Self(format!("tt{digits:0>7}")))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A TMDB film number. Kept as a number; the catalogue's tables and JSON write it as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TmdbId(u32);

impl TmdbId {
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        parse_positive(raw.trim()).map(Self).ok_or(Invalid::TmdbId)
    }
}

/// A MovieLens `movieId`, the number by which the recommendation models know a film.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct MovieLensId(i32);

impl MovieLensId {
    pub fn new(number: i64) -> Result<Self, Invalid> {
        match i32::try_from(number) {
            Ok(id) if id > 0 => Ok(Self(id)),
            _ => Err(Invalid::OutOfRange { min: 1.0, max: i32::MAX.into() }),
        }
    }

    pub fn get(self) -> i32 {
        self.0
    }
}

/// The ids under which a film is known: at least one of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FilmIds {
    imdb: Option<ImdbId>,
    tmdb: Option<TmdbId>,
    movielens: Option<MovieLensId>,
}

impl FilmIds {
    pub fn new(
        imdb: Option<ImdbId>,
        tmdb: Option<TmdbId>,
        movielens: Option<MovieLensId>,
    ) -> Result<Self, Invalid> {
        if imdb.is_none() && tmdb.is_none() && movielens.is_none() {
            return Err(Invalid::NoId);
        }
        Ok(Self { imdb, tmdb, movielens })
    }

    pub fn imdb(&self) -> Option<&ImdbId> {
        self.imdb.as_ref()
    }

    pub fn tmdb(&self) -> Option<TmdbId> {
        self.tmdb
    }

    pub fn movielens(&self) -> Option<MovieLensId> {
        self.movielens
    }
}

/// How a client names a film in a path: "tt0111161" (IMDb), "278" (TMDB) or "ml318" (MovieLens).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilmRef {
    Imdb(ImdbId),
    Tmdb(TmdbId),
    MovieLens(MovieLensId),
}

impl FromStr for FilmRef {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        if let Some(number) = raw.strip_prefix("ml") {
            let number = parse_positive(number).ok_or(Invalid::FilmRef)?;
            return MovieLensId::new(number.into()).map(Self::MovieLens).map_err(|_| Invalid::FilmRef);
        }
        let parsed = if raw.starts_with("tt") {
            ImdbId::parse(raw).map(Self::Imdb)
        } else {
            TmdbId::parse(raw).map(Self::Tmdb)
        };
        parsed.map_err(|_| Invalid::FilmRef)
    }
}

impl From<&FilmIds> for FilmRef {
    /// The id that the catalogue prefers in addresses: IMDb, then TMDB, then MovieLens.
    fn from(ids: &FilmIds) -> Self {
        match (&ids.imdb, ids.tmdb, ids.movielens) {
            (Some(imdb), _, _) => Self::Imdb(imdb.clone()),
            (None, Some(tmdb), _) => Self::Tmdb(tmdb),
            (None, None, Some(movielens)) => Self::MovieLens(movielens),
            (None, None, None) => unreachable!("FilmIds::new refuses a film without an id"),
        }
    }
}

impl fmt::Display for ImdbId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for TmdbId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Display for FilmRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Imdb(id) => id.fmt(formatter),
            Self::Tmdb(id) => id.fmt(formatter),
            Self::MovieLens(id) => write!(formatter, "ml{}", id.get()),
        }
    }
}

fn parse_positive(raw: &str) -> Option<u32> {
    let is_number = !raw.is_empty() && raw.bytes().all(|byte| byte.is_ascii_digit());
    let number: u32 = if is_number { raw.parse().ok()? } else { return None };
    (number > 0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imdb_ids_take_the_prefix_and_padding_that_imdb_uses() {
        assert_eq!(ImdbId::parse("114709").unwrap().as_str(), "tt0114709");
        assert_eq!(ImdbId::parse("tt0114709").unwrap().as_str(), "tt0114709");
        assert_eq!(ImdbId::parse("tt10872600").unwrap().as_str(), "tt10872600");
        for wrong in ["", "tt", "ttabc", "tt0000000", "tt12345678901", "nm0000001"] {
            assert_eq!(ImdbId::parse(wrong), Err(Invalid::ImdbId), "{wrong}");
        }
    }

    #[test]
    fn a_reference_names_its_id_space() {
        for text in ["tt0111161", "278", "ml318"] {
            assert_eq!(text.parse::<FilmRef>().unwrap().to_string(), text);
        }
        for wrong in ["", "0", "-1", "ml0", "ml-1", "mlx", "+5", "99999999999", "abc"] {
            assert_eq!(wrong.parse::<FilmRef>(), Err(Invalid::FilmRef), "{wrong}");
        }
    }

    #[test]
    fn a_film_needs_an_id() {
        assert_eq!(FilmIds::new(None, None, None), Err(Invalid::NoId));
    }
}

use filmlens_domain::Category;

use crate::case::{PAIRS, pair};

/// What one number of a judge's row says of a film. Places are those of readers and counts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Number {
    Certificate(Certificate),
    Year,
    YearByCertificate,
    Reader(usize),
    /// Under a strict certificate, the text may mean more.
    ReaderByCertificate(usize),
    Keywords(usize),
    KeywordsByCertificate(usize),
    NoKeywords,
    Genre(String),
    GenreByCertificate(String),
    NoGenres,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Certificate {
    Strictness,
    Unknown,
    AtLeast(f64),
}

/// Films of these genres differ most from one certificate to the next.
const TOLD_APART_BY_CERTIFICATE: [&str; 5] = ["action", "comedy", "drama", "romance", "thriller"];

/// The numbers of a judge's row, in their order, for films of these genres.
pub(crate) fn numbers(genres: &[String]) -> Vec<Number> {
    let mut numbers = vec![
        Number::Certificate(Certificate::Strictness),
        Number::Certificate(Certificate::Unknown),
        Number::Certificate(Certificate::AtLeast(2.0)),
        Number::Certificate(Certificate::AtLeast(3.0)),
        Number::Year,
        Number::YearByCertificate,
        Number::NoKeywords,
        Number::NoGenres,
    ];
    numbers.extend((0..PAIRS).map(Number::Reader));
    numbers.extend((0..PAIRS).map(Number::ReaderByCertificate));
    numbers.extend((0..PAIRS).map(Number::Keywords));
    numbers.extend((0..PAIRS).map(Number::KeywordsByCertificate));
    numbers.extend(genres.iter().cloned().map(Number::Genre));
    let by_certificate = genres.iter().filter(|genre| TOLD_APART_BY_CERTIFICATE.contains(&genre.as_str()));
    numbers.extend(by_certificate.cloned().map(Number::GenreByCertificate));
    numbers
}

impl Number {
    /// How much the number may count in the judge of a category before films have been seen.
    pub(crate) fn trust(&self, own: Category) -> f64 {
        let is_own = |place: &usize| pair(*place).0 == own;
        match self {
            Self::Certificate(_) => 1.0,
            Self::Year | Self::YearByCertificate | Self::Genre(_) | Self::GenreByCertificate(_) => 0.5,
            Self::Reader(place) | Self::Keywords(place) => {
                if is_own(place) {
                    1.0
                } else {
                    0.3
                }
            }
            Self::ReaderByCertificate(place) | Self::KeywordsByCertificate(place) => {
                if is_own(place) {
                    0.5
                } else {
                    0.0
                }
            }
            Self::NoKeywords | Self::NoGenres => 0.3,
        }
    }
}

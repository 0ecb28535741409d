use filmlens_domain::FilmEvidence;

/// A film as it may come: judges learn from each film several times, with less and less known of it, so that they
/// know what to make of what is not there.
pub(crate) fn versions(film: &FilmEvidence) -> [FilmEvidence; VERSIONS] {
    let without = |keywords: bool, certificate: bool| {
        let mut film = film.clone();
        if keywords {
            film.keywords.clear();
        }
        if certificate {
            film.certificate = None;
        }
        film
    };
    let text = FilmEvidence { genres: Vec::new(), year: None, ..without(true, true) };
    [without(false, false), without(true, false), without(false, true), without(true, true), text]
}

pub(crate) const VERSIONS: usize = WEIGHTS.len();

/// How much each version counts: together one film.
pub(crate) const WEIGHTS: [f64; 5] = [1.0 / TOTAL, 0.15 / TOTAL, 0.15 / TOTAL, 0.1 / TOTAL, 0.1 / TOTAL];
const TOTAL: f64 = 1.5;

/// Readers learn from each film as it is and with its text alone.
pub(crate) const READER_WEIGHTS: [f64; 2] = [0.75, 0.25];

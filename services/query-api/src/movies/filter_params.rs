use filmlens_api_types::{CertificateSchema, GenreSchema};
use filmlens_domain::{
    Certificate, FieldErrors, FilmFilter, Genre, Invalid, Range, Rating, Runtime, Text, Year,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which films are meant. All conditions hold together; an absent one excludes nothing.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FilterParams {
    /// Part of the title or the description, accents and capitals aside. Where no film holds it, titles like it.
    #[param(max_length = 200, pattern = "^[^\\u0000]*$", example = "godfather")]
    q: Option<String>,
    /// Repeat it for several: a film with any of them passes.
    #[serde(default)]
    #[param(value_type = Vec<GenreSchema>, inline, max_items = 50, example = json!(["Drama"]))]
    genres: Vec<String>,
    /// Repeat it for several: a film with any of them passes.
    #[serde(default)]
    #[param(value_type = Vec<CertificateSchema>, inline, max_items = 50)]
    certificates: Vec<String>,
    #[param(minimum = 1800, maximum = 2100)]
    year_from: Option<i64>,
    #[param(minimum = 1800, maximum = 2100)]
    year_to: Option<i64>,
    /// Minutes; 0 is no limit.
    #[param(minimum = 0, maximum = 500)]
    runtime_min: Option<i64>,
    /// Minutes; 0 is no limit.
    #[param(minimum = 0, maximum = 500)]
    runtime_max: Option<i64>,
    /// 0 is no limit.
    #[param(minimum = 0, maximum = 10)]
    rating_min: Option<f64>,
    /// 0 is no limit.
    #[param(minimum = 0, maximum = 10)]
    rating_max: Option<f64>,
}

const MAX_VALUES: usize = 50;

impl FilterParams {
    pub(crate) fn parse(self, errors: &mut FieldErrors) -> FilmFilter {
        for (field, values) in [("genres", &self.genres), ("certificates", &self.certificates)] {
            if values.len() > MAX_VALUES {
                errors.add(field, Invalid::TooMany { max: MAX_VALUES });
            }
        }
        // An empty field of a search form is no condition.
        let typed = self.q.filter(|text| !text.trim().is_empty());
        let text = errors.check_some("q", typed, Text::parse);
        let genres = errors.check_each("genres", self.genres, Genre::parse);
        let certificates = errors.check_each("certificates", self.certificates, Certificate::parse);

        let year_from = errors.check_some("year_from", self.year_from, Year::new);
        let year_to = errors.check_some("year_to", self.year_to, Year::new);
        let runtime_min = parse_minutes("runtime_min", self.runtime_min, errors);
        let runtime_max = parse_minutes("runtime_max", self.runtime_max, errors);
        let rating_min = parse_rating("rating_min", self.rating_min, errors);
        let rating_max = parse_rating("rating_max", self.rating_max, errors);

        let years = errors.check("year_from", Range::new(year_from, year_to, "year_to"));
        let runtimes = errors.check("runtime_min", Range::new(runtime_min, runtime_max, "runtime_max"));
        let ratings = errors.check("rating_min", Range::new(rating_min, rating_max, "rating_max"));
        FilmFilter {
            text,
            genres,
            certificates,
            years: years.unwrap_or_default(),
            runtimes: runtimes.unwrap_or_default(),
            ratings: ratings.unwrap_or_default(),
        }
    }
}

/// The interface allows 0 and 500, which no film has: 0 is no limit, 500 as the upper end is none either, and as the
/// lower end leaves the longest films.
fn parse_minutes(field: &str, minutes: Option<i64>, errors: &mut FieldErrors) -> Option<Runtime> {
    const MAX: i64 = 500;
    match minutes {
        None | Some(0) => None,
        Some(MAX) if field == "runtime_max" => None,
        Some(MAX) => Runtime::from_minutes(MAX - 1).ok(),
        Some(minutes) => {
            let parsed = Runtime::from_minutes(minutes);
            errors.check(field, parsed.map_err(|_| Invalid::OutOfRange { min: 0.0, max: MAX as f64 }))
        }
    }
}

fn parse_rating(field: &str, rating: Option<f64>, errors: &mut FieldErrors) -> Option<Rating> {
    errors.check_some(field, rating.filter(|rating| *rating != 0.0), Rating::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(params: FilterParams) -> Result<FilmFilter, FieldErrors> {
        let mut errors = FieldErrors::default();
        let filter = params.parse(&mut errors);
        errors.into_result().map(|()| filter)
    }

    #[test]
    fn empty_and_zero_conditions_exclude_nothing() {
        let params = FilterParams {
            q: Some("  ".into()),
            runtime_min: Some(0),
            runtime_max: Some(500),
            rating_min: Some(0.0),
            ..FilterParams::default()
        };
        assert_eq!(parse(params), Ok(FilmFilter::default()));
    }

    #[test]
    fn contradictory_ranges_are_refused_by_name() {
        let params = FilterParams { year_from: Some(2000), year_to: Some(1990), ..FilterParams::default() };
        assert_eq!(parse(params).unwrap_err().to_string(), "year_from must not be above year_to");
    }
}

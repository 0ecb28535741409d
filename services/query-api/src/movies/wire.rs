use filmlens_api_types::{Movie, NumberRange};
use filmlens_catalog_store::{FilmRow, FilterOptions};

use crate::etag::ETag;

pub(super) fn movie(row: FilmRow) -> Movie {
    Movie {
        imdb_id: row.imdb_id,
        tmdb_id: row.tmdb_id,
        movielens_id: row.movielens_id,
        movie_name: row.movie_name,
        year: row.year,
        runtime: row.runtime,
        genre: row.genre,
        rating: row.rating,
        description: row.description,
        director: row.director,
        star: row.star,
        votes: row.votes,
        certificate: row.certificate,
        keywords: row.keywords,
        updated_at: row.updated_at,
    }
}

pub(super) fn etag(row: &FilmRow) -> ETag {
    ETag::new(row.id, row.version())
}

/// An empty catalogue has the ranges that the first FilmLens gave.
pub(super) fn filter_options(options: &FilterOptions) -> filmlens_api_types::FilterOptions {
    let years = (options.year_min.map(f32::from), options.year_max.map(f32::from));
    let runtimes = (options.runtime_min.map(f32::from), options.runtime_max.map(f32::from));
    filmlens_api_types::FilterOptions {
        genres: options.genres.clone(),
        certificates: options.certificates.clone(),
        year_range: range(years, 1920.0, 2025.0),
        rating_range: range((options.rating_min, options.rating_max), 0.0, 10.0),
        runtime_range: range(runtimes, 0.0, 300.0),
    }
}

fn range((min, max): (Option<f32>, Option<f32>), default_min: f32, default_max: f32) -> NumberRange {
    NumberRange { min: min.unwrap_or(default_min), max: max.unwrap_or(default_max) }
}

use filmlens_api_types::{Movie, NumberRange, WholeRange};
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
    filmlens_api_types::FilterOptions {
        genres: options.genres.clone(),
        certificates: options.certificates.clone(),
        year_range: WholeRange {
            min: options.year_min.unwrap_or(1920),
            max: options.year_max.unwrap_or(2025),
        },
        rating_range: NumberRange {
            min: options.rating_min.unwrap_or(0.0),
            max: options.rating_max.unwrap_or(10.0),
        },
        runtime_range: WholeRange {
            min: options.runtime_min.unwrap_or(0),
            max: options.runtime_max.unwrap_or(300),
        },
    }
}

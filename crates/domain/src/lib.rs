//! What FilmLens talks about: films, their ids, severities and families. Plain values, no I/O, fit for WebAssembly.
//!
//! Values are parsed once at the edge; whoever holds a [`Year`] or an [`ImdbId`] need not check it again.

mod assessment;
mod family;
mod film;
mod film_id;
mod filter;
mod invalid;
mod numbers;
mod severity;
mod text;

pub use assessment::{Assessment, CategoryAssessment, Contribution, Explanation, FilmEvidence, Source};
pub use family::{FamilyLimits, FamilyProfile, SuitabilityBand, family_score};
pub use film::{Film, Genre};
pub use film_id::{FilmIds, FilmRef, ImdbId, MovieLensId, TmdbId};
pub use filter::{FilmFilter, Order, Range, SortBy};
pub use invalid::{FieldError, FieldErrors, Invalid};
pub use numbers::{Rating, Runtime, Year};
pub use severity::{Category, Level, PerCategory, Reading};
pub use text::{Certificate, Description, Keyword, Name, Text, Title};

//! The JSON that services, dashboard and clients exchange. Shapes only: what they mean is in `filmlens-domain`.

mod families;
mod films_to_predict;
mod movies;
mod pages;
mod predictions;
mod schemas;
mod sensitivity;
mod triggers;
mod whole_number;

pub use families::{FamilyLimitsInput, FamilyProfile, FamilyProfileInput, Limits};
pub use films_to_predict::{FamilyInput, FilmToPredict, ParsedFilm};
pub use movies::{
    FacetCount, Facets, FilterOptions, Movie, MovieInput, NumberRange, Suggestion, Suggestions, WholeRange,
};
pub use pages::{MoviePage, Page};
pub use predictions::Prediction;
pub use schemas::{CertificateSchema, GenreSchema, KeywordSchema, NameSchema, TextSchema};
pub use sensitivity::{
    CategoryPrediction, ContributionSource, Decision, DetectedTrigger, NotSaved, ScoreContribution,
    ScoreExplanation, SensitivityPrediction, Suitability, TriggerPrediction, Verdict, VerdictReason,
};
pub use triggers::{LevelName, LevelProbabilities, Trigger, TriggerInput, TriggerLevelInput};

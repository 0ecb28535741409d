//! What a film's text and facts are to a classifier: one sparse row of numbers, made alike in training and in serving.
//!
//! Text is cut into words (English and Spanish), these into TF-IDF of word and character sequences; genres,
//! certificate and year follow as facts. Every number can be traced back to the words and facts it came from.

mod certificate;
mod error;
mod facts;
mod fold;
mod genre;
mod passage;
mod row;
mod settings;
mod space;
mod stop_words;
mod stored;
mod vocabulary;
mod words;

pub use certificate::CertificateClass;
pub use error::Error;
pub use fold::folded;
pub use genre::genre_name;
pub use passage::{Passage, Word};
pub use row::SparseRow;
pub use settings::{FactSettings, SequenceSettings, SpaceSettings};
pub use space::{Feature, FeatureSpace, SeenFilm};
pub use words::{WordSpan, words_of};

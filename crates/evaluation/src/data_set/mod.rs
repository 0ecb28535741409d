//! What a set of ratings looks like: how many, how sparse, how unequal, and what is liked.
//!
//! A [`Survey`] takes the ratings in one pass and keeps a few bytes of each user and item. All figures are about all
//! users and items that it was told of, those without ratings included.

mod charts;
mod counts;
mod long_tail;
mod popularity;
mod report;
mod sections;
mod settings;
mod survey;
mod tally;
mod titles;

pub use counts::{Cold, CountSummary, HISTOGRAM_BOUNDS};
pub use long_tail::{LongTail, TopShare};
pub use popularity::PopularityAndStars;
pub use report::{DataSetReport, MostActive, StarCount, YearCount};
pub use settings::SurveySettings;
pub use survey::{RatingEvent, Survey};
pub use titles::{RatedTitle, Titles};

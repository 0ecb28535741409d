mod facets;
mod filter_sql;
mod query;
mod remembered;
mod row;
mod search;
mod write;

pub use facets::{Facet, FacetCount, Facets, FilterOptions};
pub use query::{FilmPage, FilmQuery, Slice};
pub(crate) use remembered::Remembered;
pub use row::FilmRow;
pub(crate) use row::names;

pub(crate) mod autocomplete;
pub(crate) mod facets;
pub(crate) mod filter_params;
pub(crate) mod maintenance;
pub(crate) mod predictions;
pub(crate) mod read;
pub(crate) mod search;
mod wire;

use filmlens_catalog_store::FilmRow;
use filmlens_domain::FilmRef;

use crate::error::Error;
use crate::state::AppState;

/// The film of a path. What is not an id at all is the id of no film.
async fn get_film(state: &AppState, id: &str) -> Result<FilmRow, Error> {
    let not_found = || Error::MovieNotFound { id: id.to_owned() };
    let reference: FilmRef = id.parse().map_err(|_| not_found())?;
    state.store.find_film(&reference).await?.ok_or_else(not_found)
}

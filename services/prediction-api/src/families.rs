use axum::http::HeaderMap;
use filmlens_api_types::FamilyInput;
use filmlens_domain::{FamilyLimits, FieldErrors, Invalid};
use uuid::Uuid;

use crate::auth;
use crate::error::Error;
use crate::state::AppState;

/// What a family accepts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Family {
    pub(crate) limits: FamilyLimits,
    pub(crate) blocked_genres: Vec<String>,
}

/// The family that a request is for: described in it, or kept by query-api as a profile of the client's.
pub(crate) async fn find(
    state: &AppState,
    headers: &HeaderMap,
    described: Option<FamilyInput>,
    profile_id: Option<String>,
) -> Result<Option<Family>, Error> {
    match (described, profile_id) {
        (None, None) => Ok(None),
        (Some(described), None) => {
            let (limits, blocked_genres) = described.parse()?;
            Ok(Some(Family { limits, blocked_genres }))
        }
        (None, Some(id)) => read(state, headers, id).await.map(Some),
        (Some(_), Some(_)) => {
            let mut errors = FieldErrors::default();
            errors.add("profile_id", Invalid::Other("must not be sent beside profile"));
            Err(errors.into())
        }
    }
}

async fn read(state: &AppState, headers: &HeaderMap, id: String) -> Result<Family, Error> {
    let store = state.store.as_ref().ok_or(Error::NoDatabase)?;
    let owner = auth::owner(store, headers).await?;
    let row = match id.parse::<Uuid>() {
        Ok(id) => store.find_profile(owner, id).await?,
        Err(_) => None,
    };
    let row = row.ok_or(Error::ProfileNotFound { id })?;
    Ok(Family { limits: row.limits, blocked_genres: row.blocked_genres })
}

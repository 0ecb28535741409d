use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use filmlens_catalog_store::{CatalogStore, ProfileOwner, Role};

use crate::error::Error;

/// Whose profiles the client of a request sees.
pub(crate) async fn owner(store: &CatalogStore, headers: &HeaderMap) -> Result<ProfileOwner, Error> {
    let key = presented_key(headers).ok_or(Error::Unauthenticated)?;
    let key = store.find_api_key(key).await?.ok_or(Error::Unauthenticated)?;
    Ok(if key.role == Role::Admin { ProfileOwner::Anyone } else { ProfileOwner::Client(key.id) })
}

fn presented_key(headers: &HeaderMap) -> Option<&str> {
    if let Some(key) = headers.get("x-api-key") {
        return key.to_str().ok();
    }
    let authorization = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

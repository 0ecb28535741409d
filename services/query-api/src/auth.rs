use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use filmlens_catalog_store::{ApiKey, ProfileOwner, Role};

use crate::error::Error;
use crate::state::AppState;

/// A client with any valid key.
pub struct Client(ApiKey);

/// A client that may change the catalogue.
pub struct Editor;

impl Client {
    pub fn id(&self) -> uuid::Uuid {
        self.0.id
    }

    /// Whose profiles the client sees.
    pub fn profiles(&self) -> ProfileOwner {
        if self.0.role == Role::Admin { ProfileOwner::Anyone } else { ProfileOwner::Client(self.0.id) }
    }
}

impl FromRequestParts<AppState> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let key = presented_key(&parts.headers).ok_or(Error::Unauthenticated)?;
        let found = state.store.find_api_key(key).await?;
        found.map(Self).ok_or(Error::Unauthenticated)
    }
}

impl FromRequestParts<AppState> for Editor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let Client(key) = Client::from_request_parts(parts, state).await?;
        if key.role < Role::Editor {
            return Err(Error::Forbidden { needed: Role::Editor.as_str() });
        }
        Ok(Self)
    }
}

fn presented_key(headers: &HeaderMap) -> Option<&str> {
    if let Some(key) = headers.get("x-api-key") {
        return key.to_str().ok();
    }
    let authorization = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

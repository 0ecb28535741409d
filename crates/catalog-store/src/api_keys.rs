use chrono::{DateTime, Utc};
use rand::RngExt as _;
use sha2::{Digest, Sha256};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{CatalogStore, Error};

/// What a key may do. Each role may all that those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Keeps family profiles of its own.
    Reader,
    /// Changes the catalogue and the triggers.
    Editor,
    /// Sees the family profiles of every client.
    Admin,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    pub fn parse(raw: &str) -> Option<Self> {
        [Self::Reader, Self::Editor, Self::Admin].into_iter().find(|role| role.as_str() == raw)
    }
}

#[derive(Debug, Clone)]
pub struct ApiKey {
    pub id: Uuid,
    pub name: String,
    pub role: Role,
    pub created_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A key at the one moment when it can be read: only its hash is stored.
#[derive(Debug)]
pub struct NewApiKey {
    pub id: Uuid,
    pub key: String,
}

#[derive(FromRow)]
struct ApiKeyRow {
    id: Uuid,
    name: String,
    role: String,
    created_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
}

impl From<ApiKeyRow> for ApiKey {
    fn from(row: ApiKeyRow) -> Self {
        // The table's CHECK allows nothing else; should it ever, the least role is the safe one.
        let role = Role::parse(&row.role).unwrap_or(Role::Reader);
        Self { id: row.id, name: row.name, role, created_at: row.created_at, revoked_at: row.revoked_at }
    }
}

impl CatalogStore {
    pub async fn create_api_key(&self, name: &str, role: Role) -> Result<NewApiKey, Error> {
        let key = new_key();
        let id = Uuid::now_v7();
        let mut connection = self.connection().await?;
        sqlx::query("INSERT INTO api_keys (id, name, role, key_hash) VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(name)
            .bind(role.as_str())
            .bind(hash(&key))
            .execute(&mut *connection)
            .await
            .map_err(|error| self.failed(error))?;
        Ok(NewApiKey { id, key })
    }

    /// Gives the client of that name another key, so that the old one ends and what belongs to the client stays;
    /// `None` when there is no such client, or its key was revoked.
    pub async fn replace_api_key(&self, name: &str) -> Result<Option<NewApiKey>, Error> {
        let key = new_key();
        let mut connection = self.connection().await?;
        let id: Option<Uuid> = sqlx::query_scalar(
            "UPDATE api_keys SET key_hash = $2 WHERE name = $1 AND revoked_at IS NULL RETURNING id",
        )
        .bind(name)
        .bind(hash(&key))
        .fetch_optional(&mut *connection)
        .await
        .map_err(|error| self.failed(error))?;
        Ok(id.map(|id| NewApiKey { id, key }))
    }

    /// The key's owner, unless it is unknown or revoked.
    pub async fn find_api_key(&self, key: &str) -> Result<Option<ApiKey>, Error> {
        let mut connection = self.connection().await?;
        let row: Option<ApiKeyRow> = sqlx::query_as(
            "SELECT id, name, role, created_at, revoked_at FROM api_keys WHERE key_hash = $1 AND revoked_at IS NULL",
        )
        .bind(hash(key))
        .fetch_optional(&mut *connection)
        .await
        .map_err(|error| self.failed(error))?;
        Ok(row.map(ApiKey::from))
    }

    pub async fn list_api_keys(&self) -> Result<Vec<ApiKey>, Error> {
        let mut connection = self.connection().await?;
        let rows: Vec<ApiKeyRow> = sqlx::query_as(
            "SELECT id, name, role, created_at, revoked_at FROM api_keys ORDER BY created_at, id",
        )
        .fetch_all(&mut *connection)
        .await
        .map_err(|error| self.failed(error))?;
        Ok(rows.into_iter().map(ApiKey::from).collect())
    }

    /// Returns whether there was such a key, not yet revoked. Its family profiles stay.
    pub async fn revoke_api_key(&self, name: &str) -> Result<bool, Error> {
        let mut connection = self.connection().await?;
        let done =
            sqlx::query("UPDATE api_keys SET revoked_at = now() WHERE name = $1 AND revoked_at IS NULL")
                .bind(name)
                .execute(&mut *connection)
                .await
                .map_err(|error| self.failed(error))?;
        Ok(done.rows_affected() > 0)
    }
}

fn new_key() -> String {
    let secret: [u8; 32] = rand::rng().random();
    format!("flk_{}", hex::encode(secret))
}

fn hash(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}

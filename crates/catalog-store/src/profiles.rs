use chrono::{DateTime, Utc};
use filmlens_domain::{Category, FamilyLimits, FamilyProfile, Level};
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Postgres, QueryBuilder, Row};
use uuid::Uuid;

use crate::{CatalogStore, Error, Version};

/// Whose profiles are meant. There is no way to ask without saying so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileOwner {
    Client(Uuid),
    /// Every client's, for administration.
    Anyone,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ProfileRow {
    pub id: Uuid,
    pub user_id: Option<String>,
    pub name: String,
    pub age: i16,
    pub limits: FamilyLimits,
    pub blocked_genres: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    version: i32,
}

impl ProfileRow {
    pub fn version(&self) -> Version {
        Version(self.version)
    }
}

impl FromRow<'_, PgRow> for ProfileRow {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let limit = |category: Category| -> Result<Level, sqlx::Error> {
            let level: String = row.try_get(format!("max_{category}").as_str())?;
            level.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
        };
        Ok(Self {
            id: row.try_get("id")?,
            user_id: row.try_get("user_id")?,
            name: row.try_get("name")?,
            age: row.try_get("age")?,
            limits: FamilyLimits {
                violencia: limit(Category::Violencia)?,
                sexualidad: limit(Category::Sexualidad)?,
                drogas: limit(Category::Drogas)?,
                lenguaje_fuerte: limit(Category::LenguajeFuerte)?,
                suicidio: limit(Category::Suicidio)?,
            },
            blocked_genres: row.try_get("blocked_genres")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}

impl CatalogStore {
    pub async fn create_profile(
        &self,
        client: Uuid,
        user_id: Option<&str>,
        profile: &FamilyProfile,
    ) -> Result<ProfileRow, Error> {
        let mut sql = QueryBuilder::new(
            "INSERT INTO user_preferences (id, api_key_id, user_id, name, age, max_violencia, max_sexualidad, \
             max_drogas, max_lenguaje_fuerte, max_suicidio, blocked_genres) VALUES (",
        );
        sql.push_bind(Uuid::now_v7()).push(", ").push_bind(client).push(", ");
        push_values(&mut sql, user_id, profile);
        sql.push(") RETURNING *");
        let mut connection = self.connection().await?;
        sql.build_query_as().fetch_one(&mut *connection).await.map_err(|error| self.failed(error))
    }

    pub async fn find_profile(&self, owner: ProfileOwner, id: Uuid) -> Result<Option<ProfileRow>, Error> {
        let mut sql = QueryBuilder::new("SELECT * FROM user_preferences WHERE id = ");
        sql.push_bind(id);
        push_owner(&mut sql, owner);
        let mut connection = self.connection().await?;
        sql.build_query_as().fetch_optional(&mut *connection).await.map_err(|error| self.failed(error))
    }

    /// A page of profiles, the oldest first, and how many there are in all.
    pub async fn list_profiles(
        &self,
        owner: ProfileOwner,
        user_id: Option<&str>,
        page: u32,
        limit: u32,
    ) -> Result<(Vec<ProfileRow>, u64), Error> {
        let select = |what: &str| {
            let mut sql = QueryBuilder::new(format!("SELECT {what} FROM user_preferences WHERE true"));
            push_owner(&mut sql, owner);
            if let Some(user_id) = user_id {
                sql.push(" AND user_id = ").push_bind(user_id.to_owned());
            }
            sql
        };
        let mut rows = select("*");
        rows.push(" ORDER BY created_at, id LIMIT ").push_bind(i64::from(limit));
        rows.push(" OFFSET ").push_bind(i64::from(page.saturating_sub(1)) * i64::from(limit));

        let mut connection = self.connection().await?;
        let total: i64 = select("count(*)")
            .build_query_scalar()
            .fetch_one(&mut *connection)
            .await
            .map_err(|error| self.failed(error))?;
        let rows =
            rows.build_query_as().fetch_all(&mut *connection).await.map_err(|error| self.failed(error))?;
        Ok((rows, total.unsigned_abs()))
    }

    /// Replaces a profile; `None` when it is gone, another's, or no longer at that version.
    pub async fn replace_profile(
        &self,
        owner: ProfileOwner,
        id: Uuid,
        version: Version,
        user_id: Option<&str>,
        profile: &FamilyProfile,
    ) -> Result<Option<ProfileRow>, Error> {
        let mut sql = QueryBuilder::new(
            "UPDATE user_preferences SET (user_id, name, age, max_violencia, max_sexualidad, max_drogas, \
             max_lenguaje_fuerte, max_suicidio, blocked_genres) = (",
        );
        push_values(&mut sql, user_id, profile);
        sql.push(") WHERE id = ").push_bind(id).push(" AND version = ").push_bind(version.0);
        push_owner(&mut sql, owner);
        sql.push(" RETURNING *");
        let mut connection = self.connection().await?;
        sql.build_query_as().fetch_optional(&mut *connection).await.map_err(|error| self.failed(error))
    }

    /// Returns whether the profile was there, the owner's, at that version.
    pub async fn delete_profile(
        &self,
        owner: ProfileOwner,
        id: Uuid,
        version: Version,
    ) -> Result<bool, Error> {
        let mut sql = QueryBuilder::new("DELETE FROM user_preferences WHERE id = ");
        sql.push_bind(id).push(" AND version = ").push_bind(version.0);
        push_owner(&mut sql, owner);
        let mut connection = self.connection().await?;
        let done = sql.build().execute(&mut *connection).await.map_err(|error| self.failed(error))?;
        Ok(done.rows_affected() > 0)
    }
}

fn push_owner(sql: &mut QueryBuilder<Postgres>, owner: ProfileOwner) {
    if let ProfileOwner::Client(client) = owner {
        sql.push(" AND api_key_id = ").push_bind(client);
    }
}

/// user_id, name, age, the five limits and the blocked genres, in this order.
fn push_values(sql: &mut QueryBuilder<Postgres>, user_id: Option<&str>, profile: &FamilyProfile) {
    let blocked: Vec<String> = profile.blocked_genres.iter().map(ToString::to_string).collect();
    let mut values = sql.separated(", ");
    values
        .push_bind(user_id.map(str::to_owned))
        .push_bind(profile.name.to_string())
        .push_bind(i16::from(profile.age));
    for (_, limit) in profile.limits.iter() {
        values.push_bind(limit.as_str());
    }
    values.push_bind(blocked);
}

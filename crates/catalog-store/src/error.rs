use sqlx::postgres::PgDatabaseError;

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the catalogue's database is down")]
    Unavailable(#[source] Option<sqlx::Error>),
    #[error("no database connection became free in time")]
    Busy(#[source] sqlx::Error),
    #[error("the database gave the statement up, it took too long")]
    TimedOut(#[source] sqlx::Error),
    #[error("another row has this {field} already")]
    Duplicate { field: &'static str },
    #[error("the cursor does not belong to this search")]
    ForeignCursor,
    #[error("the database cannot be connected to by this address")]
    Address(#[source] sqlx::Error),
    #[error("the schema cannot be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("the titles could not be put in order")]
    Titles(#[source] tokio::task::JoinError),
    #[error("the database refused a statement")]
    Statement(#[source] sqlx::Error),
}

impl Error {
    /// Whether the values themselves are at fault, so that sending them again would fail again.
    pub fn is_of_the_values(&self) -> bool {
        let Self::Statement(sqlx::Error::Database(database)) = self else { return false };
        // Data exceptions, and violated constraints.
        database.code().is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy(error),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed => Self::Unavailable(Some(error)),
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                if let Some(field) = duplicated_field(database.as_ref()) {
                    return Self::Duplicate { field };
                }
                match code.as_ref() {
                    // The server is starting, stopping, or out of connections.
                    "57P01" | "57P02" | "57P03" | "53300" => Self::Unavailable(Some(error)),
                    code if code.starts_with("08") => Self::Unavailable(Some(error)),
                    "57014" => Self::TimedOut(error),
                    _ => Self::Statement(error),
                }
            }
            _ => Self::Statement(error),
        }
    }
}

fn duplicated_field(error: &(dyn sqlx::error::DatabaseError + 'static)) -> Option<&'static str> {
    let error = error.try_downcast_ref::<PgDatabaseError>()?;
    if error.code() != "23505" {
        return None;
    }
    match error.constraint()? {
        "movies_catalog_imdb_id" => Some("imdb_id"),
        "movies_catalog_tmdb_id" => Some("tmdb_id"),
        "movies_catalog_movielens_id" => Some("movielens_id"),
        "movie_triggers_movie_id_key" => Some("movie_id"),
        "api_keys_name_key" => Some("name"),
        _ => None,
    }
}

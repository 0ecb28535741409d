use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, FromRow};

use super::copy_rows::COLUMNS;
use super::{Applied, Mode, RejectedFilm};
use crate::films::names;

/// The statements that merge the table `incoming` into the catalogue and name its columns. They are the same for
/// every batch.
pub(super) struct Merge {
    find_changes: String,
    insert: String,
    update: String,
}

/// The demo catalogue numbers its films itself, from here on. Such a number gives way to one of MovieLens's own, and
/// never replaces one.
const FIRST_DEMO_NUMBER: i32 = 900_001;

const FIND_MATCHES: &str = "\
    INSERT INTO matched (place, id, films) \
    SELECT place, min(id), count(*) FROM ( \
        SELECT place, id FROM incoming JOIN movies_catalog USING (tmdb_id) \
        UNION SELECT place, id FROM incoming JOIN movies_catalog USING (imdb_id) \
        UNION SELECT place, id FROM incoming JOIN movies_catalog USING (movielens_id) \
    ) AS found GROUP BY place";

/// Takes out what matches more than one film, and what matches a film that an earlier row of the batch matches.
const REJECT: &str = "\
    WITH ranked AS ( \
        SELECT place, films, row_number() OVER (PARTITION BY id, films = 1 ORDER BY place) AS turn FROM matched \
    ), refused AS ( \
        DELETE FROM incoming USING ranked \
        WHERE incoming.place = ranked.place AND (ranked.films > 1 OR ranked.turn > 1) \
        RETURNING incoming.place, films, imdb_id, tmdb_id, movielens_id \
    ) \
    SELECT place, films, imdb_id, tmdb_id, movielens_id FROM refused ORDER BY place";

#[derive(FromRow)]
struct Refused {
    place: i32,
    films: i64,
    imdb_id: Option<String>,
    tmdb_id: Option<String>,
    movielens_id: Option<i32>,
}

/// The tables in which a load keeps a batch until it is merged.
pub(super) fn temporary_tables() -> String {
    let incoming: Vec<String> = COLUMNS.iter().map(|(name, kind)| format!("{name} {kind}")).collect();
    format!(
        "CREATE TEMP TABLE incoming ({}) ON COMMIT DELETE ROWS; \
         CREATE TEMP TABLE matched (place integer, id integer, films bigint) ON COMMIT DELETE ROWS; \
         CREATE TEMP TABLE changed ON COMMIT DELETE ROWS AS SELECT id, {} FROM movies_catalog LIMIT 0",
        incoming.join(", "),
        film_columns().join(", "),
    )
}

/// All columns but the place in the batch.
fn film_columns() -> Vec<&'static str> {
    COLUMNS.iter().skip(1).map(|(name, _)| *name).collect()
}

impl Merge {
    pub(super) fn new() -> Self {
        let film_columns = film_columns();
        let columns = film_columns.join(", ");
        let merged: Vec<String> = COLUMNS.iter().skip(1).map(|(name, kind)| merged(name, kind)).collect();
        let list = |prefix: &str| {
            film_columns.iter().map(|name| format!("{prefix}.{name}")).collect::<Vec<_>>().join(", ")
        };

        let find_changes = format!(
            "INSERT INTO changed SELECT * FROM ( \
                 SELECT stored.id, {} FROM incoming JOIN matched USING (place) \
                 JOIN movies_catalog AS stored ON stored.id = matched.id \
             ) AS merged ({}) \
             WHERE NOT EXISTS (SELECT FROM movies_catalog AS stored WHERE stored.id = merged.id \
                 AND ({}) IS NOT DISTINCT FROM ({}))",
            merged.join(", "),
            format_args!("id, {columns}"),
            list("stored"),
            list("merged"),
        );
        let insert = format!(
            "INSERT INTO movies_catalog ({columns}) SELECT {columns} FROM incoming \
             WHERE place NOT IN (SELECT place FROM matched) ORDER BY place"
        );
        let update = format!(
            "UPDATE movies_catalog AS stored SET ({columns}) = ({}) FROM changed WHERE stored.id = changed.id",
            list("changed")
        );
        Self { find_changes, insert, update }
    }

    pub(super) async fn run(
        &self,
        connection: &mut PgConnection,
        mode: Mode,
    ) -> Result<Applied, sqlx::Error> {
        // A new temporary table has no statistics, and the guess makes Postgres scan the catalogue.
        sqlx::query("ANALYZE incoming (place, imdb_id, tmdb_id, movielens_id)")
            .execute(&mut *connection)
            .await?;
        sqlx::query(FIND_MATCHES).execute(&mut *connection).await?;
        let refused: Vec<Refused> = sqlx::query_as(REJECT).fetch_all(&mut *connection).await?;
        let changed = execute(connection, &self.find_changes).await?;
        let (remaining, known): (i64, i64) = sqlx::query_as(
            "SELECT count(*), count(matched.place) FROM incoming LEFT JOIN matched USING (place)",
        )
        .fetch_one(&mut *connection)
        .await?;
        let (new, known) = ((remaining - known).unsigned_abs(), known.unsigned_abs());

        if mode == Mode::Write {
            // A statement that changes nothing would still tell the services that the catalogue has changed.
            if changed > 0 {
                execute(connection, &self.update).await?;
            }
            if new > 0 {
                execute(connection, &self.insert).await?;
            }
        }
        let rejected = refused.into_iter().map(Refused::into_rejected).collect();
        Ok(Applied { inserted: new, updated: changed, unchanged: known - changed, rejected })
    }
}

async fn execute(connection: &mut PgConnection, sql: &str) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(AssertSqlSafe(sql)).execute(connection).await?.rows_affected())
}

/// What a column becomes: what is not known of the film now keeps what was known.
fn merged(name: &str, kind: &str) -> String {
    match name {
        "movielens_id" => format!(
            "CASE WHEN incoming.{name} >= {FIRST_DEMO_NUMBER} THEN coalesce(stored.{name}, incoming.{name}) \
             ELSE coalesce(incoming.{name}, stored.{name}) END"
        ),
        _ if kind.ends_with("[]") => {
            format!("CASE WHEN cardinality(incoming.{name}) > 0 THEN incoming.{name} ELSE stored.{name} END")
        }
        _ => format!("coalesce(incoming.{name}, stored.{name})"),
    }
}

impl Refused {
    fn into_rejected(self) -> RejectedFilm {
        let ids = names(self.imdb_id, self.tmdb_id, self.movielens_id).join(", ");
        let reason = if self.films > 1 {
            format!("its ids ({ids}) belong to different films of the catalogue")
        } else {
            format!("an earlier row is the same film of the catalogue ({ids})")
        };
        RejectedFilm { index: self.place.unsigned_abs() as usize, reason }
    }
}

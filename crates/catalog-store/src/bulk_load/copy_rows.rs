//! Films in Postgres's binary COPY format, which needs no escaping.

use filmlens_domain::{Film, ImdbId, Text};
use sqlx::postgres::PgConnection;

const STATEMENT: &str = "COPY incoming FROM STDIN (FORMAT binary)";
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TRAILER: [u8; 2] = (-1_i16).to_be_bytes();
const TEXT_OID: i32 = 25;
const CHUNK: usize = 1 << 20;

/// What a film is written as, in this order. The table `incoming` has these columns.
pub(super) const COLUMNS: [(&str, &str); 15] = [
    ("place", "integer NOT NULL"),
    ("imdb_id", "text"),
    ("tmdb_id", "text"),
    ("movielens_id", "integer"),
    ("movie_name", "text"),
    ("year", "smallint"),
    ("runtime", "smallint"),
    ("genre", "text[]"),
    ("director", "text[]"),
    ("star", "text[]"),
    ("rating", "real"),
    ("votes", "integer"),
    ("certificate", "text"),
    ("keywords", "text[]"),
    ("description", "text"),
];

/// Sends the films, each with its place in the batch, to the table `incoming`.
pub(super) async fn copy(connection: &mut PgConnection, films: &[Film]) -> Result<(), sqlx::Error> {
    let mut sink = connection.copy_in_raw(STATEMENT).await?;
    let mut buffer = HEADER.to_vec();
    for (place, film) in (0_i32..).zip(films) {
        write_film(&mut buffer, place, film);
        if buffer.len() >= CHUNK {
            sink.send(std::mem::take(&mut buffer)).await?;
        }
    }
    buffer.extend(TRAILER);
    sink.send(buffer).await?;
    sink.finish().await?;
    Ok(())
}

fn write_film(row: &mut Vec<u8>, place: i32, film: &Film) {
    row.extend((COLUMNS.len() as i16).to_be_bytes());
    write(row, Some(place.to_be_bytes()));
    write(row, film.ids.imdb().map(ImdbId::as_str));
    write(row, film.ids.tmdb().map(|id| id.to_string()));
    write(row, film.ids.movielens().map(|id| id.get().to_be_bytes()));
    write(row, Some(film.title.as_str()));
    write(row, film.year.map(|year| year.get().to_be_bytes()));
    write(row, film.runtime.map(|runtime| runtime.minutes().to_be_bytes()));
    write_list(row, &film.genres);
    write_list(row, &film.directors);
    write_list(row, &film.stars);
    write(row, film.rating.map(|rating| rating.get().to_be_bytes()));
    write(row, film.votes.map(i32::to_be_bytes));
    write(row, film.certificate.as_ref().map(Text::as_str));
    write_list(row, &film.keywords);
    write(row, film.description.as_ref().map(Text::as_str));
}

fn write(row: &mut Vec<u8>, value: Option<impl AsRef<[u8]>>) {
    let Some(value) = value else {
        row.extend((-1_i32).to_be_bytes());
        return;
    };
    let value = value.as_ref();
    row.extend(length(value.len()));
    row.extend(value);
}

fn write_list<const MAX: usize>(row: &mut Vec<u8>, texts: &[Text<MAX>]) {
    let mut list = Vec::new();
    let dimensions = i32::from(!texts.is_empty());
    for number in [dimensions, 0, TEXT_OID] {
        list.extend(number.to_be_bytes());
    }
    if !texts.is_empty() {
        list.extend(length(texts.len()));
        // Lists of SQL count from one.
        list.extend(1_i32.to_be_bytes());
    }
    for text in texts {
        write(&mut list, Some(text.as_str()));
    }
    write(row, Some(list));
}

fn length(length: usize) -> [u8; 4] {
    i32::try_from(length).expect("fields are bounded by the domain's types").to_be_bytes()
}

#![expect(clippy::unwrap_used, reason = "tests")]

mod made;
mod movielens;
mod rankings;
mod stars;

//! The catalogue in Portuguese: twenty films, five users, and what each of these gave to each film.

use serde::Deserialize;

use crate::ratings::{Rating, Ratings};
use crate::sequences::Vocabulary;

const TEXT: &str = include_str!("../demo/filmes.toml");

#[derive(Debug, Clone, PartialEq)]
pub struct DemoFilmes {
    /// By id.
    pub filmes: Vec<Filme>,
    /// By id.
    pub usuarios: Vec<Usuario>,
    /// User after user, each in the order of the films.
    pub avaliacoes: Vec<Avaliacao>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filme {
    pub id: i64,
    pub titulo: String,
    pub genero: String,
    pub diretor: String,
    pub atores: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usuario {
    pub id: i64,
    pub nome: String,
    pub email: String,
}

/// Nobody rated the same film twice; 0 is a rating.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Avaliacao {
    pub usuario_id: i64,
    pub filme_id: i64,
    pub avaliacao: f32,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("demo/filmes.toml is not the TOML that it should be")]
    Toml(#[source] Box<toml::de::Error>),
    #[error("demo/filmes.toml: the ids of {what} do not rise")]
    Ids { what: &'static str },
    #[error("demo/filmes.toml: {nome} has {ratings} ratings for {films} films")]
    Ratings { nome: String, ratings: usize, films: usize },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    filme: Vec<Filme>,
    usuario: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: i64,
    nome: String,
    email: String,
    avaliacoes: Vec<f32>,
}

impl DemoFilmes {
    /// The item number of each film.
    pub fn vocabulary(&self) -> Result<Vocabulary, crate::Error> {
        Vocabulary::from_ids(self.filmes.iter().map(|film| film.id).collect())
    }

    /// The ratings with users numbered from 0 and films from 1, in the order of their ids. There are no times.
    pub fn ratings(&self) -> Ratings {
        let numbered = self.avaliacoes.iter().map(|rating| {
            let user = self.usuarios.partition_point(|user| user.id < rating.usuario_id) as u32;
            let place = self.filmes.partition_point(|film| film.id < rating.filme_id) as u32;
            Rating { user, item: place + 1, stars: rating.avaliacao, time: place.into() }
        });
        Ratings::new(self.usuarios.len() as u32, self.filmes.len() as u32, numbered)
    }
}

/// The whole demo data.
pub fn load() -> Result<DemoFilmes, Error> {
    parse(TEXT)
}

fn parse(text: &str) -> Result<DemoFilmes, Error> {
    let File { filme: filmes, usuario: entries } =
        toml::from_str(text).map_err(|source| Error::Toml(source.into()))?;
    if !filmes.is_sorted_by(|one, next| one.id < next.id) {
        return Err(Error::Ids { what: "films" });
    }
    if !entries.is_sorted_by(|one, next| one.id < next.id) {
        return Err(Error::Ids { what: "users" });
    }
    let (mut usuarios, mut avaliacoes) = (Vec::new(), Vec::new());
    for Entry { id, nome, email, avaliacoes: stars } in entries {
        if stars.len() != filmes.len() {
            return Err(Error::Ratings { nome, ratings: stars.len(), films: filmes.len() });
        }
        let of_user = filmes.iter().zip(stars);
        avaliacoes.extend(of_user.map(|(filme, stars)| Avaliacao {
            usuario_id: id,
            filme_id: filme.id,
            avaliacao: stars,
        }));
        usuarios.push(Usuario { id, nome, email });
    }
    Ok(DemoFilmes { filmes, usuarios, avaliacoes })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn five_users_have_rated_all_of_twenty_films() {
        let demo = load().unwrap();
        assert_eq!(demo.filmes.iter().map(|film| film.id).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
        let names: Vec<&str> = demo.usuarios.iter().map(|user| user.nome.as_str()).collect();
        assert_eq!(names, ["Alice", "Bob", "Charlie", "Diana", "Eve"]);
        assert!(
            demo.usuarios
                .iter()
                .all(|user| user.email == format!("{}@example.com", user.nome.to_lowercase()))
        );
        assert_eq!(demo.avaliacoes.len(), 100);
        assert!(demo.avaliacoes.iter().all(|rating| (0.0..=5.0).contains(&rating.avaliacao)));
        assert_eq!(demo.avaliacoes[0], Avaliacao { usuario_id: 1, filme_id: 1, avaliacao: 0.0 });
        assert_eq!(demo.avaliacoes[57], Avaliacao { usuario_id: 3, filme_id: 18, avaliacao: 2.0 });
    }

    #[test]
    fn ratings_are_numbered_in_the_order_of_the_ids() {
        let demo = load().unwrap();
        let (ratings, vocabulary) = (demo.ratings(), demo.vocabulary().unwrap());
        assert_eq!((ratings.user_count(), ratings.item_count(), ratings.len()), (5, 20, 100));
        for (rating, given) in ratings.iter().zip(&demo.avaliacoes) {
            assert_eq!(demo.usuarios[rating.user as usize].id, given.usuario_id);
            assert_eq!(vocabulary.find_id(rating.item), Some(given.filme_id));
            assert_eq!(rating.stars, given.avaliacao);
        }
    }

    #[test]
    fn films_are_spread_over_five_genres_and_name_their_people() {
        let demo = load().unwrap();
        let mut genres: BTreeMap<&str, u32> = BTreeMap::new();
        for film in &demo.filmes {
            *genres.entry(&film.genero).or_default() += 1;
            assert!(!film.titulo.is_empty() && !film.diretor.is_empty() && film.atores.len() == 3);
        }
        let expected = [("ação", 4), ("comédia", 5), ("drama", 5), ("ficção científica", 3), ("romance", 3)];
        assert_eq!(genres, BTreeMap::from(expected));
    }

    #[test]
    fn a_file_that_contradicts_itself_is_refused() {
        let refusal = |from: &str, to: &str| parse(&TEXT.replacen(from, to, 1)).unwrap_err().to_string();
        assert_eq!(refusal("[0, 0,", "[0,"), "demo/filmes.toml: Alice has 19 ratings for 20 films");
        assert_eq!(refusal("id = 2", "id = 1"), "demo/filmes.toml: the ids of films do not rise");
        assert_eq!(refusal("titulo", "title"), "demo/filmes.toml is not the TOML that it should be");
    }
}

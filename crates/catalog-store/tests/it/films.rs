use filmlens_catalog_store::Error;
use filmlens_domain::{FilmIds, FilmRef, ImdbId, TmdbId};

use crate::{described, film, store};

#[tokio::test]
async fn a_film_is_found_by_each_of_its_ids() {
    let store = store().await;
    let mut godfather = described(858, "The Godfather", 1972, &["Crime", "Drama"]);
    godfather.ids = FilmIds::new(
        Some(ImdbId::parse("tt0068646").unwrap()),
        Some(TmdbId::parse("238").unwrap()),
        godfather.ids.movielens(),
    )
    .unwrap();
    let created = store.create_film(&godfather).await.unwrap();
    for reference in ["tt0068646", "238", "ml858"] {
        let found = store.find_film(&reference.parse::<FilmRef>().unwrap()).await.unwrap();
        assert_eq!(found.as_ref(), Some(&created), "{reference}");
    }
    assert_eq!(store.find_film(&"tt0000001".parse().unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn an_id_belongs_to_one_film() {
    let store = store().await;
    store.create_film(&film(1, "First")).await.unwrap();
    let second = store.create_film(&film(1, "Second")).await;
    assert!(matches!(second, Err(Error::Duplicate { field: "movielens_id" })), "{second:?}");
}

#[tokio::test]
async fn a_film_that_somebody_else_changed_is_not_overwritten() {
    let store = store().await;
    let first = store.create_film(&film(1, "First")).await.unwrap();
    let second = store.replace_film(first.id, first.version(), &film(1, "Second")).await.unwrap().unwrap();
    assert_ne!(first.version(), second.version());

    assert_eq!(store.replace_film(first.id, first.version(), &film(1, "Third")).await.unwrap(), None);
    assert!(!store.delete_film(first.id, first.version()).await.unwrap());
    let kept = store.find_film(&"ml1".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(kept.movie_name, "Second");
    assert!(store.delete_film(first.id, second.version()).await.unwrap());
}

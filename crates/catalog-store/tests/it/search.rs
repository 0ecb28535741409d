use filmlens_catalog_store::{Error, Facet, FilmPage, FilmQuery, Slice};
use filmlens_domain::{Description, Film, FilmFilter, Order, Range, SortBy, Text, Year};

use crate::{described, film, store};

fn query(filter: FilmFilter) -> FilmQuery {
    FilmQuery { filter, sort_by: SortBy::Year, order: Order::Desc, slice: Slice::Page(1), limit: 20 }
}

fn text(text: &str) -> FilmFilter {
    FilmFilter { text: Some(Text::parse(text).unwrap()), ..FilmFilter::default() }
}

fn titles(page: &FilmPage) -> Vec<&str> {
    page.films.iter().map(|film| film.movie_name.as_str()).collect()
}

#[tokio::test]
async fn text_is_found_in_title_and_description_whatever_the_accents() {
    let store = store().await;
    let told = Film {
        description: Some(Description::parse("Una niña en el París de posguerra").unwrap()),
        ..described(2, "Otra historia", 1990, &[])
    };
    store.create_film(&described(1, "Amélie", 2001, &["Comedy"])).await.unwrap();
    store.create_film(&told).await.unwrap();

    let find = async |typed: &str| {
        let page = store.search_films(&query(text(typed))).await.unwrap();
        titles(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(find("AMELIE").await, ["Amélie"]);
    assert_eq!(find("méli").await, ["Amélie"]);
    assert_eq!(find("nina en el paris").await, ["Otra historia"]);
}

#[tokio::test]
async fn wildcards_and_quotes_in_a_text_stand_for_themselves() {
    let store = store().await;
    store.create_film(&film(1, "100% Wolf")).await.unwrap();
    store.create_film(&film(2, "1000 Wolves")).await.unwrap();
    store.create_film(&film(3, "O'Horten")).await.unwrap();

    assert_eq!(titles(&store.search_films(&query(text("100%"))).await.unwrap()), ["100% Wolf"]);
    // Folding makes a plain sign of a full-width one; it must not become a wildcard by that.
    for full_width in ["％", "1＿0", "％ w"] {
        let page = store.search_films(&query(text(full_width))).await.unwrap();
        assert!(page.is_approximate || page.total <= 1, "{full_width}: {:?}", titles(&page));
    }
    assert_eq!(titles(&store.search_films(&query(text("o'h"))).await.unwrap()), ["O'Horten"]);
    let injected = store.search_films(&query(text("'; DROP TABLE movies_catalog; --"))).await.unwrap();
    assert_eq!(injected.total, 0);
}

#[tokio::test]
async fn a_mistyped_title_is_answered_with_what_is_like_it_and_says_so() {
    let store = store().await;
    store.create_film(&film(1, "The Godfather")).await.unwrap();
    store.create_film(&film(2, "Casablanca")).await.unwrap();

    let page = store.search_films(&query(text("godfahter"))).await.unwrap();
    assert_eq!((titles(&page), page.total, page.is_approximate), (vec!["The Godfather"], 1, true));
    let exact = store.search_films(&query(text("godfather"))).await.unwrap();
    assert!(!exact.is_approximate);
}

#[tokio::test]
async fn filters_hold_together() {
    let store = store().await;
    for (number, year, genres) in
        [(1, 1950, &["Drama"][..]), (2, 1990, &["Drama", "War"]), (3, 1995, &["Comedy"]), (4, 2020, &["War"])]
    {
        store.create_film(&described(number, &format!("Film {number}"), year, genres)).await.unwrap();
    }
    let filter = FilmFilter {
        genres: vec![Text::parse("Drama").unwrap(), Text::parse("War").unwrap()],
        years: Range { from: Some(Year::new(1960).unwrap()), to: Some(Year::new(2000).unwrap()) },
        ..FilmFilter::default()
    };
    let page = store.search_films(&query(filter.clone())).await.unwrap();
    assert_eq!(titles(&page), ["Film 2"]);

    let facets = store.count_facets(&filter).await.unwrap();
    let genres: Vec<_> = facets.of(Facet::Genre).map(|count| (count.value.as_str(), count.count)).collect();
    assert_eq!((facets.total, genres), (1, vec![("Drama", 1), ("War", 1)]));
    let decades: Vec<_> = facets.of(Facet::Decade).map(|count| count.value.as_str()).collect();
    assert_eq!(decades, ["1990"]);
}

#[tokio::test]
async fn following_cursors_shows_every_film_once_and_in_order() {
    let store = store().await;
    for number in 1..=23 {
        // Equal years and ratings, and unknown ones, are where a cursor could repeat or lose films.
        let mut film = described(number, &format!("Film {}", number % 7), 1990 + number % 3, &["Drama"]);
        if number % 5 == 0 {
            (film.year, film.rating, film.runtime) = (None, None, None);
        }
        store.create_film(&film).await.unwrap();
    }
    for sort_by in [SortBy::Year, SortBy::Rating, SortBy::Runtime, SortBy::MovieName, SortBy::Relevance] {
        for order in [Order::Asc, Order::Desc] {
            for filter in [FilmFilter::default(), text("film")] {
                let all = FilmQuery { sort_by, order, limit: 100, ..query(filter.clone()) };
                let expected: Vec<i32> =
                    store.search_films(&all).await.unwrap().films.iter().map(|film| film.id).collect();
                assert_eq!(expected.len(), 23);

                let mut seen = Vec::new();
                let mut slice = Slice::Page(1);
                loop {
                    let page = store
                        .search_films(&FilmQuery { sort_by, order, limit: 4, slice, ..query(filter.clone()) })
                        .await
                        .unwrap();
                    seen.extend(page.films.iter().map(|film| film.id));
                    let Some(next) = page.next else { break };
                    slice = Slice::After(next.to_string().parse().unwrap());
                }
                assert_eq!(seen, expected, "{sort_by:?} {order:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_does_not_repeat_films_when_others_are_added_before_it() {
    let store = store().await;
    for number in 1..=4 {
        store.create_film(&described(number, "Film", 1990 + number, &[])).await.unwrap();
    }
    let first = store.search_films(&FilmQuery { limit: 2, ..query(FilmFilter::default()) }).await.unwrap();
    store.create_film(&described(9, "Newer", 2020, &[])).await.unwrap();
    let slice = Slice::After(first.next.unwrap());
    let second =
        store.search_films(&FilmQuery { slice, limit: 2, ..query(FilmFilter::default()) }).await.unwrap();
    let years: Vec<_> = second.films.iter().map(|film| film.year).collect();
    assert_eq!(years, [Some(1992), Some(1991)]);
}

#[tokio::test]
async fn a_cursor_of_another_search_is_refused() {
    let store = store().await;
    for number in 1..=3 {
        store.create_film(&film(number, "Film")).await.unwrap();
    }
    let first = store.search_films(&FilmQuery { limit: 1, ..query(FilmFilter::default()) }).await.unwrap();
    let elsewhere = FilmQuery { slice: Slice::After(first.next.unwrap()), ..query(text("film")) };
    assert!(matches!(store.search_films(&elsewhere).await, Err(Error::ForeignCursor)));
}

#[tokio::test]
async fn a_page_far_beyond_the_end_is_empty() {
    let store = store().await;
    store.create_film(&film(1, "Film")).await.unwrap();
    let beyond = FilmQuery { slice: Slice::Page(u32::MAX), limit: 100, ..query(FilmFilter::default()) };
    let page = store.search_films(&beyond).await.unwrap();
    assert_eq!((page.films.len(), page.total), (0, 1));
}

#[tokio::test]
async fn what_is_written_is_found_at_once_though_the_search_was_remembered() {
    let store = store().await;
    assert_eq!(store.search_films(&query(text("alien"))).await.unwrap().total, 0);
    let row = store.create_film(&film(1, "Alien")).await.unwrap();
    assert_eq!(store.search_films(&query(text("alien"))).await.unwrap().total, 1);
    store.delete_film(row.id, row.version()).await.unwrap();
    assert_eq!(store.search_films(&query(text("alien"))).await.unwrap().total, 0);
}

#[tokio::test]
async fn relevance_puts_the_title_itself_first() {
    let store = store().await;
    for (number, title) in [(1, "An Alien Autopsy"), (2, "Aliens in the Attic"), (3, "Alien")] {
        store.create_film(&film(number, title)).await.unwrap();
    }
    let ranked = FilmQuery { sort_by: SortBy::Relevance, ..query(text("alien")) };
    let page = store.search_films(&ranked).await.unwrap();
    assert_eq!(titles(&page), ["Alien", "Aliens in the Attic", "An Alien Autopsy"]);
}

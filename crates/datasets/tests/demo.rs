//! What the demo catalogue promises, checked film by film.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashSet;

use filmlens_datasets::demo::{DemoFilm, films};
use filmlens_domain::Level;

const GENRES: [&str; 19] = [
    "Action",
    "Adventure",
    "Animation",
    "Children",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "IMAX",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
];

const CERTIFICATES: [&str; 12] =
    ["G", "PG", "PG-13", "R", "NC-17", "TV-G", "TV-PG", "TV-14", "TV-MA", "Approved", "Passed", "Not Rated"];

/// The twenty of the KMeans API's catalogue.
const KMEANS: [&str; 20] = [
    "Blade Runner",
    "Inception",
    "The Matrix",
    "Pride and Prejudice",
    "The Notebook",
    "La La Land",
    "Die Hard",
    "Mad Max",
    "John Wick",
    "Superbad",
    "Anchorman",
    "The Hangover",
    "The Shawshank Redemption",
    "Forrest Gump",
    "The Godfather",
    "Joker",
    "The Social Network",
    "The Big Lebowski",
    "Guardians of the Galaxy",
    "The Grand Budapest Hotel",
];

/// Named in LatentLens's examples.
const LATENTLENS: [&str; 19] = [
    "Planet Earth II",
    "Planet Earth",
    "The Shawshank Redemption",
    "Band of Brothers",
    "The Godfather",
    "The Usual Suspects",
    "The Godfather Part II",
    "Seven Samurai",
    "Schindler's List",
    "12 Angry Men",
    "Toy Story",
    "Back to the Future",
    "Jurassic Park",
    "Toy Story 2",
    "The Matrix",
    "Forrest Gump",
    "Pulp Fiction",
    "Episode IV A New Hope",
    "Episode V The Empire Strikes Back",
];

fn catalogue() -> Vec<DemoFilm> {
    films().unwrap()
}

/// Fails with all that is wrong at once, which is what the author of a catalogue wants to see.
fn assert_none(problems: Vec<String>) {
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn for_each(check: impl Fn(&DemoFilm) -> Option<String>) {
    let problems = catalogue()
        .iter()
        .filter_map(|film| Some(format!("{}: {}", film.film.title, check(film)?)))
        .collect();
    assert_none(problems);
}

fn repeated<T: std::hash::Hash + Eq + ToString>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut repeated = Vec::new();
    for value in values {
        let name = value.to_string();
        if !seen.insert(value) {
            repeated.push(format!("{name} is there twice"));
        }
    }
    repeated
}

fn plain(title: &str) -> String {
    let title = title.to_lowercase().replace('&', "and").replace(['.', ':', ',', '-', '–'], " ");
    title.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn there_are_at_least_three_hundred_films_of_every_decade() {
    let films = catalogue();
    assert!(films.len() >= 300, "there are {}", films.len());
    let decades: HashSet<i16> =
        films.iter().filter_map(|film| Some(film.film.year?.get() / 10 * 10)).collect();
    let missing = (1920..=2020).step_by(10).filter(|decade| !decades.contains(decade));
    assert_none(missing.map(|decade| format!("no film of the {decade}s")).collect());
}

#[test]
fn nothing_is_there_twice() {
    let films = catalogue();
    let mut problems = repeated(films.iter().filter_map(|film| Some(film.film.ids.movielens()?.get())));
    problems.extend(repeated(films.iter().filter_map(|film| film.film.ids.imdb())));
    problems.extend(repeated(
        films.iter().map(|film| format!("{} ({:?})", plain(film.film.title.as_str()), film.film.year)),
    ));
    problems.extend(repeated(films.iter().flat_map(sentences)));
    assert_none(problems);
}

fn sentences(film: &DemoFilm) -> Vec<String> {
    let description = film.film.description.as_ref().map_or("", |text| text.as_str());
    let sentences = description.split(['.', '!', '?']).map(|sentence| sentence.trim().to_lowercase());
    // Two words and fewer are the "Dr." of a name.
    sentences.filter(|sentence| sentence.split_whitespace().count() > 2).collect()
}

#[test]
fn the_films_of_the_replaced_systems_are_there() {
    let titles: Vec<String> = catalogue().iter().map(|film| plain(film.film.title.as_str())).collect();
    let missing = KMEANS.iter().chain(&LATENTLENS).filter(|wanted| {
        let wanted = plain(wanted);
        !titles.iter().any(|title| {
            *title == wanted
                || title.starts_with(&format!("{wanted} "))
                || title.ends_with(&format!(" {wanted}"))
        })
    });
    assert_none(missing.map(|title| format!("{title} is missing")).collect());
}

#[test]
fn ids_lie_beyond_those_of_movielens() {
    for_each(|film| {
        (film.film.ids.movielens()?.get() <= 900_000).then(|| "has an id of MovieLens's own".to_owned())
    });
}

#[test]
fn genres_and_certificates_are_of_the_known_vocabularies() {
    for_each(|film| {
        let genres = &film.film.genres;
        let unknown = genres.iter().find(|genre| !GENRES.contains(&genre.as_str()));
        if let Some(genre) = unknown {
            return Some(format!("{genre} is no genre"));
        }
        if genres.is_empty() || genres.len() > 5 {
            return Some(format!("has {} genres", genres.len()));
        }
        let certificate = film.film.certificate.as_ref()?.as_str();
        (!CERTIFICATES.contains(&certificate)).then(|| format!("{certificate} is no certificate"))
    });
    let used: HashSet<String> =
        catalogue().iter().flat_map(|film| film.film.genres.iter().map(ToString::to_string)).collect();
    let unused = GENRES.iter().filter(|genre| !used.contains(**genre) && **genre != "IMAX");
    assert_none(unused.map(|genre| format!("no film is {genre}")).collect());
}

#[test]
fn every_film_says_who_made_it_and_what_it_is_about() {
    for_each(|film| {
        let film = &film.film;
        let keywords = film.keywords.len();
        (film.directors.is_empty()
            || film.stars.is_empty() && !is_documentary(film)
            || !(4..=10).contains(&keywords))
        .then(|| {
            format!("{} directors, {} stars, {keywords} keywords", film.directors.len(), film.stars.len())
        })
    });
}

fn is_documentary(film: &filmlens_domain::Film) -> bool {
    film.genres.iter().any(|genre| genre.as_str() == "Documentary")
}

#[test]
fn descriptions_have_thirty_to_a_hundred_and_twenty_words() {
    for_each(|film| {
        let words = film.film.description.as_ref().map_or(0, |text| text.as_str().split_whitespace().count());
        (!(30..=120).contains(&words)).then(|| format!("{words} words"))
    });
}

#[test]
fn severities_agree_with_the_certificate() {
    for_each(|film| {
        let certificate = film.film.certificate.as_ref()?.as_str();
        let highest = film.levels.iter().map(|(_, level)| *level).max()?;
        let says_too_much = match certificate {
            "G" | "TV-G" => highest == Level::Alto,
            // An R names something that a careful parent would have seen, too.
            "R" | "NC-17" => highest == Level::SinContenido,
            _ => false,
        };
        says_too_much.then(|| format!("{certificate}, but {:?}", film.levels))
    });
}

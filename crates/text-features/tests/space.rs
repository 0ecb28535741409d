#![expect(clippy::unwrap_used, reason = "tests")]

use filmlens_domain::{FilmEvidence, Source};
use filmlens_text_features::{
    CertificateClass, Error, FactSettings, Feature, FeatureSpace, SequenceSettings, SpaceSettings,
};
use proptest::prelude::*;

const PLAIN: SequenceSettings = SequenceSettings {
    min_length: 1,
    max_length: 2,
    max_features: 1000,
    min_films: 2,
    max_share: 0.9,
    is_sublinear: true,
    weight: 1.0,
};
const PIECES: SequenceSettings = SequenceSettings { min_length: 3, max_length: 4, max_share: 1.0, ..PLAIN };
const NO_FACTS: FactSettings = FactSettings { genres: false, certificate: false, year: false };

fn film(description: &str) -> FilmEvidence {
    FilmEvidence { description: description.to_owned(), ..FilmEvidence::default() }
}

fn corpus() -> Vec<FilmEvidence> {
    let texts = ["blood fight blood war", "fight club", "love story fight", "love love war story blood"];
    texts.map(film).to_vec()
}

fn fit(settings: &SpaceSettings, films: &[FilmEvidence]) -> FeatureSpace {
    FeatureSpace::fit(settings, &films.iter().collect::<Vec<_>>()).unwrap()
}

fn named<'a>(space: &'a FeatureSpace, film: &FilmEvidence) -> Vec<(&'a str, f64)> {
    let row = space.transform(film);
    let name = |index| match space.find_feature(index).unwrap() {
        Feature::Words(text) | Feature::Characters(text) => text,
        other => panic!("{other:?} is no text"),
    };
    row.iter().map(|(index, value)| (name(index), value)).collect()
}

fn assert_near(found: &[(&str, f64)], expected: &[(&str, f64)]) {
    for (name, value) in expected {
        let near = found.iter().find(|(other, _)| other == name).unwrap_or_else(|| panic!("no {name:?}"));
        assert!((near.1 - value).abs() < 1e-7, "{name:?}: {} instead of {value}", near.1);
    }
}

// TfidfVectorizer(ngram_range=(1, 2), min_df=2, max_df=0.9, sublinear_tf=True) and TfidfVectorizer(analyzer="char_wb",
// ngram_range=(3, 4), min_df=2, sublinear_tf=True) of scikit-learn 1.x, fitted to the four texts; the row of the last.
#[test]
fn weights_are_those_of_scikit_learn() {
    let films = corpus();
    let words = fit(&SpaceSettings { words: Some(PLAIN), characters: None, facts: NO_FACTS }, &films);
    let row = named(&words, &films[3]);
    assert_eq!((words.len(), row.len()), (5, 4));
    let expected =
        [("blood", 0.412858572), ("love", 0.699030327), ("story", 0.412858572), ("war", 0.412858572)];
    assert_near(&row, &expected);

    let pieces = fit(&SpaceSettings { words: None, characters: Some(PIECES), facts: NO_FACTS }, &films);
    let row = named(&pieces, &films[3]);
    assert_eq!((pieces.len(), row.len()), (39, 30));
    let expected = [(" bl", 0.152379492), ("love", 0.258000908), ("ve ", 0.258000908), ("tory", 0.152379492)];
    assert_near(&row, &expected);
}

#[test]
fn facts_follow_the_text_whatever_their_spelling() {
    let fact = |genre: &str, certificate: &str| FilmEvidence {
        genres: vec![genre.to_owned()],
        certificate: Some(certificate.to_owned()),
        year: Some(2010),
        ..film("blood fight")
    };
    let films = [fact("Sci-Fi", "PG-13"), fact("Science Fiction", "12"), fact("Ciencia ficción", "pg13")];
    let space = fit(&SpaceSettings::default(), &films);
    let rows = [0, 1, 2].map(|index| space.transform(&films[index]));
    assert!(rows[0] == rows[1] && rows[1] == rows[2]);
    let facts: Vec<_> = (0..space.len()).filter_map(|index| space.find_feature(index)).collect();
    assert!(facts.contains(&Feature::Genre("science fiction")));
    assert!(facts.contains(&Feature::CertificateFrom(CertificateClass::Teens)));
    assert_eq!(facts.last(), Some(&Feature::Year));
    assert_eq!(rows[0].iter().last(), Some((space.len() - 1, f64::from(0.2f32))));
    assert_eq!(space.find_feature(space.len()), None);
}

#[test]
fn of_an_empty_film_all_that_is_known_is_that_it_has_no_certificate() {
    let space = fit(&SpaceSettings::default(), &corpus());
    let seen = space.see(&FilmEvidence::default());
    let features: Vec<usize> = seen.row.iter().map(|(feature, _)| feature).collect();
    let found: Vec<_> = features.iter().map(|feature| space.find_feature(*feature)).collect();
    assert_eq!((found, seen.known_words), (vec![Some(Feature::NoCertificate)], 0));
    let contributions = space.contributions(&seen, |_| 1.0);
    let sources: Vec<_> = contributions.into_iter().map(|of| of.source).collect();
    assert_eq!(sources, [Source::Other("sin certificado".to_owned())]);
}

#[test]
fn known_words_are_counted_once() {
    let space = fit(&SpaceSettings { words: Some(PLAIN), ..SpaceSettings::default() }, &corpus());
    assert_eq!(space.see(&film("Blood, blood and more blood in a war of hobbits")).known_words, 2);
}

#[test]
fn pieces_of_words_count_for_the_words_that_they_lie_in() {
    let space = fit(&SpaceSettings { words: None, characters: Some(PIECES), facts: NO_FACTS }, &corpus());
    let seen = space.see(&film("A Lovely, BLOODY thing; lovely."));
    let contributions = space.contributions(&seen, |_| 1.0);
    let words: Vec<&Source> = contributions.iter().map(|contribution| &contribution.source).collect();
    assert_eq!(words, [&Source::Word("BLOODY".to_owned()), &Source::Word("Lovely".to_owned())]);
}

#[test]
fn a_vocabulary_that_was_tampered_with_is_refused() {
    let text = fit(&SpaceSettings::default(), &corpus()).to_text();
    let told = |text: &str| FeatureSpace::from_text(text).unwrap_err().to_string();
    assert_eq!(told(""), "line 1 of the vocabulary is missing");
    assert_eq!(
        told(&text.replace("space 1", "space 2")),
        "line 1 of the vocabulary is not \"filmlens feature space 1\""
    );
    assert_eq!(
        told(&format!("{text}x\n")),
        format!("line {} of the vocabulary should not be there", text.lines().count() + 1)
    );
    assert!(told(&text.replace("films ", "movies ")).ends_with("is not the heading due here"));
    assert!(matches!(
        FeatureSpace::from_text(&text.replace("\"year\"", "\"age\"")),
        Err(Error::StoredSettings(_))
    ));
}

#[test]
fn settings_out_of_bounds_are_refused() {
    let films = corpus();
    let refused = |words: SequenceSettings| {
        let settings = SpaceSettings { words: Some(words), ..SpaceSettings::default() };
        FeatureSpace::fit(&settings, &films.iter().collect::<Vec<_>>()).is_err()
    };
    assert!(refused(SequenceSettings { min_length: 0, ..PLAIN }));
    assert!(refused(SequenceSettings { max_length: 0, ..PLAIN }));
    assert!(refused(SequenceSettings { max_features: 0, ..PLAIN }));
    assert!(refused(SequenceSettings { max_share: f64::NAN, ..PLAIN }));
    assert!(!refused(PLAIN));
    assert!(matches!(FeatureSpace::fit(&SpaceSettings::default(), &[]), Err(Error::NoFilms)));
}

fn any_film() -> impl Strategy<Value = FilmEvidence> {
    let word = prop_oneof!["[a-c]{3,4}", "blood|fight|war|story|Añejo|niño", "\\PC{0,6}"];
    let text = prop::collection::vec(word, 0..12).prop_map(|words| words.join(" "));
    let facts = (
        prop::collection::vec("Drama|Sci-Fi|Comedia|[a-z]{0,3}", 0..4),
        prop::option::of("R|PG|[A-Z]{0,3}"),
        prop::option::of(1800..2100i32),
    );
    (text.clone(), text, facts).prop_map(|(title, description, (genres, certificate, year))| FilmEvidence {
        title,
        description,
        genres,
        certificate,
        year,
        keywords: Vec::new(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_space_that_was_stored_sees_films_as_before(films in prop::collection::vec(any_film(), 4..20)) {
        let space = fit(&SpaceSettings { words: Some(PLAIN), ..SpaceSettings::default() }, &films);
        let reloaded = FeatureSpace::from_text(&space.to_text()).unwrap();
        prop_assert_eq!(&reloaded, &space);
        for film in &films {
            prop_assert_eq!(reloaded.transform(film), space.transform(film));
        }
    }

    #[test]
    fn contributions_are_all_of_the_product(films in prop::collection::vec(any_film(), 4..20), seed in 0..1000u32) {
        let space = fit(&SpaceSettings { words: Some(PLAIN), ..SpaceSettings::default() }, &films);
        let weights: Vec<f64> = (0..space.len()).map(|index| ((index as f64 + f64::from(seed)) * 0.7).sin()).collect();
        for film in &films {
            let seen = space.see(film);
            let total: f64 = space.contributions(&seen, |feature| weights[feature]).iter().map(|of| of.value).sum();
            prop_assert!((total - seen.row.dot(&weights)).abs() < 1e-9);
        }
    }
}

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use filmlens_artifacts::{Artifact, Manifest};
use tempfile::TempDir;

use crate::program::run_line;

/// A quick recipe: the tests are about the program, not about the model.
pub(crate) const QUICK: &str = "--set text.characters=null --set lightgbm.n_estimators=10 \
    --set readers.max_iterations=20 --set logistic_regression.max_iterations=20";

/// Films whose content follows from what their descriptions say.
pub(crate) const FILMS: usize = 120;

/// A folder with `films`: data of which people judged every other film.
pub(crate) fn workplace() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    write_films(&place.path().join("films"));
    place
}

fn write_films(folder: &Path) {
    fs::create_dir(folder).unwrap();
    let mut movies = "imdb_id,tmdb_id,title,year,runtime,genres,director,stars,certificate,rating,votes,popularity,keywords,description\n".to_owned();
    let mut severities =
        "imdb_id,title,year,sex_nudity,violence_gore,profanity,alcohol_drugs,intensity\n".to_owned();
    for film in 0..FILMS {
        let (violent, drunk) = (film % 2 == 0, film % 3 == 0);
        let story = if violent {
            "a killer hunts and murders with a bloody knife"
        } else {
            "two friends bake bread and sing"
        };
        let night = if drunk {
            "all night they drink whiskey and take cocaine"
        } else {
            "they walk home through the garden"
        };
        let (certificate, genre) = if violent { ("R", "Thriller") } else { ("PG", "Family") };
        let keywords = match (violent, drunk) {
            (true, true) => "murder|serial killer|drug abuse|profanity",
            (true, false) => "murder|serial killer|blood",
            (false, true) => "cocaine|alcoholism|friendship",
            (false, false) => "friendship|baking|garden",
        };
        let id = format!("tt{:07}", 1_000_000 + film);
        writeln!(movies, "{id},{},Film {film},{},100,{genre},,,{certificate},7.0,100,1.0,{keywords}|town|evening|walk,In town number {film} {story} while {night}.", film + 1, 1990 + film % 20).unwrap();
        if film % 4 < 2 {
            let level = |holds| {
                if holds { ["Moderate", "Severe"][film % 5 % 2] } else { ["None", "Mild"][film % 5 % 2] }
            };
            let (violence, drugs) = (level(violent), level(drunk));
            writeln!(
                severities,
                "{id},Film {film},1990,{},{violence},{violence},{drugs},Mild",
                level(violent != drunk)
            )
            .unwrap();
        }
    }
    fs::write(folder.join("movies.csv"), movies).unwrap();
    fs::write(folder.join("severities.csv"), severities).unwrap();
}

/// A workplace with a model of the films in `models/mine` that was trained once for all tests. Read only.
pub(crate) fn trained() -> &'static Path {
    static TRAINED: OnceLock<TempDir> = OnceLock::new();
    let place = TRAINED.get_or_init(|| {
        let place = workplace();
        run_line(place.path(), &format!("train --data films --out models/mine {QUICK}")).succeeded();
        place
    });
    place.path()
}

pub(crate) fn manifest(model: &Path) -> Manifest {
    Artifact::open(model).unwrap().manifest().clone()
}

/// The names in a folder, in their order.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

use filmlens_datasets::Error;
use filmlens_datasets::ratings::{RatedHistories, Rating, Ratings, RatingsData};
use tempfile::TempDir;

fn folder(ratings: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("ratings.csv"), format!("userId,movieId,rating,timestamp\n{ratings}"))
        .unwrap();
    folder
}

#[test]
fn users_and_items_are_numbered_in_the_order_of_their_ids() {
    let folder = folder("9,50,4.0,10\n9,7,3.5,11\n2,50,0.5,12\n");
    fs::write(
        folder.path().join("movies.csv"),
        "movieId,title,genres\n7,Alien (1979),Horror\n8,Unrated (1980),Drama\n",
    )
    .unwrap();
    let data = RatingsData::read(folder.path()).unwrap();
    assert_eq!(data.user_ids, [2, 9]);
    assert_eq!(data.vocabulary.ids().collect::<Vec<_>>(), [7, 50]);
    let rows: Vec<_> =
        data.ratings.iter().map(|rating| (rating.user, rating.item, rating.stars, rating.time)).collect();
    assert_eq!(rows, [(1, 2, 4.0, 10), (1, 1, 3.5, 11), (0, 2, 0.5, 12)]);
    let titles: Vec<_> =
        data.films.iter().map(|film| film.as_ref().map(|film| film.title.as_str().to_owned())).collect();
    assert_eq!(titles, [None, Some("Alien".to_owned()), None]);
}

#[test]
fn of_two_ratings_of_a_film_the_newer_counts() {
    let data = RatingsData::read(folder("1,5,4.0,30\n1,6,2.0,20\n1,5,1.0,10\n1,6,3.0,20\n").path()).unwrap();
    let rows: Vec<_> = data.ratings.iter().map(|rating| (rating.item, rating.stars)).collect();
    assert_eq!(rows, [(1, 4.0), (2, 3.0)]);
    assert_eq!(data.repeated, 2);
}

#[test]
fn bad_lines_refuse_the_file_and_are_named() {
    let error = RatingsData::read(folder("1,5,4.0,30\n1,6,7.0,20\n0,5,1.0,10\n").path()).unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("ratings.csv:3")
            && said.contains("ratings.csv:4")
            && said.contains("between 0.5 and 5"),
        "{said}"
    );
    assert!(matches!(RatingsData::read(folder("").path()), Err(Error::Empty { .. })));
    let nothing = TempDir::new().unwrap();
    assert!(matches!(RatingsData::read(nothing.path()), Err(Error::NoRatings { .. })));
    let cut_off = folder("1,5,4.0,30\n1,6,4.0,2");
    assert!(RatingsData::read(cut_off.path()).unwrap_err().to_string().contains("ratings.csv:3"));
}

#[test]
fn histories_are_in_the_order_of_time_with_their_stars() {
    let data = RatingsData::read(folder("3,50,4.0,30\n1,9,2.0,7\n3,7,3.5,11\n3,9,1.0,30\n").path()).unwrap();
    let histories = RatedHistories::new(&data.ratings, &data.user_ids);
    let interactions = histories.interactions();
    assert_eq!((interactions.history(0), histories.stars(0)), (&[2][..], &[2.0][..]));
    assert_eq!((interactions.history(1), histories.stars(1)), (&[1, 3, 2][..], &[3.5, 4.0, 1.0][..]));
    assert_eq!((interactions.user_id(1), interactions.times(1)), (3, Some(&[11, 30, 30][..])));
    let first_two = Ratings::from_histories(interactions, &[0, 2]);
    let expected = [(1, 11), (3, 30)].map(|(item, time)| Rating { user: 1, item, stars: 1.0, time });
    assert_eq!(first_two.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_small_movielens_is_read_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ml-latest-small");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    }
    let data = RatingsData::read(&folder).unwrap();
    let ratings = &data.ratings;
    assert_eq!((ratings.len(), ratings.user_count(), ratings.item_count()), (100_836, 610, 9_724));
    assert_eq!(data.films.iter().flatten().count(), 9_724);
    assert_eq!(data.repeated, 0);
}

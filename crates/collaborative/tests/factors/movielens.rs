use std::path::Path;

use filmlens_collaborative::{Als, AlsSettings, Biases, BiasesSettings, RatingMatrix, Svd, SvdSettings};
use filmlens_datasets::ratings::RatingsData;

use crate::made::{Rating, profile, root_mean_square};

/// A fifth of the ratings, chosen by their place in the file, is held back.
fn movielens() -> Option<(RatingMatrix, Vec<Rating>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ml-latest-small");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not there", folder.display());
        return None;
    }
    let ratings = RatingsData::read(&folder).unwrap().ratings;
    let is_held_back = |place: usize| (place * 7919) % 5 == 3;
    let known = ratings.triplets(|place| !is_held_back(place));
    let matrix = RatingMatrix::new(ratings.user_count(), ratings.item_count(), known);
    Some((matrix, ratings.triplets(is_held_back).collect()))
}

fn within(error: f64, expected: f64) -> bool {
    (error - expected).abs() < 0.015
}

#[test]
fn the_small_movielens_is_predicted_as_well_as_elsewhere() {
    let Some((matrix, held_back)) = movielens() else { return };
    let biases = Biases::fit(&matrix, &BiasesSettings::default()).unwrap();
    let error = root_mean_square(&held_back, |user, item| biases.predict(user, item));
    assert!(within(error, 0.8726), "biases: {error}");

    let svd = Svd::fit(&matrix, &SvdSettings::default(), &mut ()).unwrap();
    let error = root_mean_square(&held_back, |user, item| svd.predict(user, item));
    assert!(within(error, 0.8732), "svd: {error}");

    let places: Vec<_> = (0..matrix.user_count()).map(|user| svd.predictor(profile(&matrix, user))).collect();
    let folded_in = root_mean_square(&held_back, |user, item| places[user as usize](item));
    assert!((folded_in - error).abs() < 0.015, "svd: {folded_in} from profiles, {error} trained");

    let als = Als::fit(&matrix, &AlsSettings { factors: 20, ..AlsSettings::default() }, &mut ()).unwrap();
    let als = root_mean_square(&held_back, |user, item| als.predict(user, item));
    assert!(als < error, "als: {als}");
}

use std::collections::HashMap;
use std::path::Path;

use filmlens_collaborative::{Als, AlsSettings, Biases, BiasesSettings, RatingMatrix, Svd, SvdSettings};

use crate::made::{Rating, profile, root_mean_square};

/// A fifth of the ratings, chosen by their place in the file, is held back.
fn movielens() -> Option<(RatingMatrix, Vec<Rating>)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ml-latest-small/ratings.csv");
    if !file.is_file() {
        eprintln!("skipped: {} is not there", file.display());
        return None;
    }
    let text = std::fs::read_to_string(file).unwrap();
    let mut numbers = HashMap::new();
    let (mut known, mut held_back) = (Vec::new(), Vec::new());
    for (place, line) in text.lines().skip(1).enumerate() {
        let fields: Vec<&str> = line.split(',').collect();
        let next = numbers.len() as u32 + 1;
        let item = *numbers.entry(fields[1]).or_insert(next);
        let rating = (fields[0].parse::<u32>().unwrap() - 1, item, fields[2].parse().unwrap());
        if (place * 7919) % 5 == 3 { held_back.push(rating) } else { known.push(rating) }
    }
    Some((RatingMatrix::new(610, numbers.len() as u32, known.into_iter()), held_back))
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

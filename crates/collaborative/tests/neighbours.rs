#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use filmlens_collaborative::{
    ItemKnn, ItemKnnSettings, KnnBasic, KnnBasicSettings, RatingMatrix, ResidualKnn, ResidualKnnSettings,
    ResidualUserKnn, ResidualUserKnnSettings, SimilarItems, predict_users,
};
use filmlens_datasets::ratings::{RatingsData, folds};

fn movielens_small() -> Option<RatingsData> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ml-latest-small");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(RatingsData::read(&folder).unwrap())
}

/// The root mean square error of predictions, cut to the scale, on the first of five folds.
fn error_on_a_fold(data: &RatingsData, predict: impl Fn(&RatingMatrix, &[(u32, u32)]) -> Vec<f32>) -> f64 {
    let ratings = &data.ratings;
    let fold_of = folds(ratings.len(), 5, 42);
    let train = ratings.triplets(|place| fold_of[place] != 0);
    let train = RatingMatrix::new(ratings.user_count(), ratings.item_count(), train);
    let test: Vec<(u32, u32, f32)> = ratings.triplets(|place| fold_of[place] == 0).collect();
    let pairs: Vec<(u32, u32)> = test.iter().map(|(user, item, _)| (*user, *item)).collect();
    let predicted = predict(&train, &pairs);
    let square = |(predicted, (_, _, stars)): (&f32, &(u32, u32, f32))| {
        f64::from(predicted.clamp(0.5, 5.0) - stars).powi(2)
    };
    (predicted.iter().zip(&test).map(square).sum::<f64>() / test.len() as f64).sqrt()
}

/// The MovieLens ids of the five films most like one.
fn neighbours_of(data: &RatingsData, model: &ItemKnn, id: i64) -> Vec<i64> {
    let ids: Vec<i64> = data.vocabulary.ids().collect();
    let title = |item: u32| data.films[item as usize].as_ref().map(|film| film.title.to_string());
    let item = data.vocabulary.find_item(id).unwrap();
    let similar = model.similar(item, 5);
    println!("like {:?}:", title(item));
    for (item, similarity) in &similar {
        println!("  {similarity:.3} {:?}", title(*item));
    }
    similar.iter().map(|(item, _)| ids[*item as usize - 1]).collect()
}

#[test]
fn the_godfather_and_goodfellas_have_the_neighbours_that_one_expects() {
    const THE_GODFATHER: i64 = 858;
    const THE_GODFATHER_PART_II: i64 = 1221;
    const GOODFELLAS: i64 = 1213;
    const PULP_FICTION: i64 = 296;
    let Some(data) = movielens_small() else { return };
    let ratings = &data.ratings;
    let matrix = RatingMatrix::new(ratings.user_count(), ratings.item_count(), ratings.triplets(|_| true));
    let model = ItemKnn::fit(&matrix, &ItemKnnSettings::default(), &mut ()).unwrap();
    let like_the_godfather = neighbours_of(&data, &model, THE_GODFATHER);
    assert_eq!(like_the_godfather[..2], [THE_GODFATHER_PART_II, GOODFELLAS]);
    let like_goodfellas = neighbours_of(&data, &model, GOODFELLAS);
    let expected = [THE_GODFATHER, THE_GODFATHER_PART_II, PULP_FICTION];
    assert!(expected.iter().all(|id| like_goodfellas.contains(id)));
}

#[test]
fn basic_neighbours_are_as_far_off_as_those_of_surprise() {
    let Some(data) = movielens_small() else { return };
    let error = error_on_a_fold(&data, |train, pairs| {
        KnnBasic::new(train, &KnnBasicSettings::default()).unwrap().predict_all(pairs, &mut ()).unwrap()
    });
    println!("item based: {error:.4}");
    assert!((error - 0.977).abs() < 0.01, "{error}");
}

#[test]
fn neighbours_of_residuals_are_as_close_as_promised() {
    let Some(data) = movielens_small() else { return };
    let of_items = error_on_a_fold(&data, |train, pairs| {
        let model = ResidualKnn::fit(train, &ResidualKnnSettings::default(), &mut ()).unwrap();
        predict_users(&model, train, pairs, &mut ()).unwrap()
    });
    let of_users = error_on_a_fold(&data, |train, pairs| {
        ResidualUserKnn::fit(train, &ResidualUserKnnSettings::default())
            .unwrap()
            .predict_all(pairs, &mut ())
            .unwrap()
    });
    println!("of items {of_items:.4}, of users {of_users:.4}");
    assert!(of_items < 0.845 && of_users < 0.860, "{of_items} {of_users}");
}

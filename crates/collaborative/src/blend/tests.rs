use std::path::Path;

use filmlens_datasets::ratings::RatingsData;

use super::*;
use crate::{Als, ResidualKnn, SvdPp, predict_users};

/// People of two kinds, who like every second item or the others.
fn two_tastes() -> RatingMatrix {
    let rated = (0..40_u32).flat_map(|user| {
        let likes = move |item: u32| if (user + item).is_multiple_of(2) { 5.0 } else { 1.0 };
        (1..=20_u32)
            .filter(move |item| !(user * 7 + item * 3).is_multiple_of(5))
            .map(move |item| (user, item, likes(item)))
    });
    RatingMatrix::new(40, 20, rated)
}

fn quick() -> BlendSettings {
    let mut settings = BlendSettings::default();
    (settings.svd_pp.factors, settings.svd_pp.epochs) = (4, 5);
    settings.item_knn.shrinkage = 1.0;
    settings
}

#[test]
fn tastes_are_learned_and_the_same_again_for_the_same_seed() {
    let blend = Blend::fit(&two_tastes(), &quick(), &mut ()).unwrap();
    let predicted = predict_users(&blend, &two_tastes(), &[(0, 10), (3, 15), (0, 15)], &mut ()).unwrap();
    assert!(predicted[0] > 4.5 && predicted[1] > 4.5 && predicted[2] < 1.5, "{predicted:?}");
    assert_eq!(Blend::fit(&two_tastes(), &quick(), &mut ()).unwrap(), blend);
}

#[test]
fn somebody_the_training_never_saw_is_told_apart_by_the_profile() {
    let blend = Blend::fit(&two_tastes(), &quick(), &mut ()).unwrap();
    let profile = Profile { items: &[2, 3, 4, 6], stars: &[5.0, 1.0, 5.0, 5.0] };
    assert!(blend.predict_for(profile, 10) > 3.5 && blend.predict_for(profile, 15) < 2.5);
    for item in [0, 99] {
        let nobody = Profile { items: &[], stars: &[] };
        assert!(blend.predict_for(profile, item).is_finite() && blend.predict_for(nobody, item).is_finite());
    }
}

#[test]
fn the_only_rating_is_not_held_back() {
    let matrix = RatingMatrix::new(1, 1, [(0, 1, 4.0)].into_iter());
    let blend = Blend::fit(&matrix, &quick(), &mut ()).unwrap();
    assert_eq!(blend.predict_for(Profile { items: &[1], stars: &[4.0] }, 1), 4.0);
    let nothing = RatingMatrix::new(1, 1, std::iter::empty());
    assert!(matches!(Blend::fit(&nothing, &quick(), &mut ()), Err(Error::NoRatings)));
}

#[test]
fn a_share_that_is_none_is_refused_and_a_watch_can_stop_it() {
    for held_back in [0.0, 1.0, f32::NAN] {
        let settings = BlendSettings { held_back, ..quick() };
        assert!(matches!(Blend::fit(&two_tastes(), &settings, &mut ()), Err(Error::Setting { .. })));
    }
    let mut seen = Vec::new();
    let mut watch = |done: usize, of: usize, _: Option<f64>| {
        seen.push((done, of));
        done < 250
    };
    assert!(matches!(Blend::fit(&two_tastes(), &quick(), &mut watch), Err(Error::Interrupted)));
    assert!(seen.is_sorted() && seen.iter().all(|(done, of)| done <= of), "{seen:?}");
}

#[test]
fn on_movielens_the_blend_comes_nearer_than_each_of_its_members() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ml-latest-small");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    }
    let ratings = RatingsData::read(&folder).unwrap().ratings;
    let is_held_out = |place: usize| (place * 7919).is_multiple_of(5);
    let training = ratings.triplets(|place| !is_held_out(place));
    let matrix = RatingMatrix::new(ratings.user_count(), ratings.item_count(), training);
    let held_out: Vec<_> = ratings.triplets(is_held_out).collect();
    let pairs: Vec<(u32, u32)> = held_out.iter().map(|(user, item, _)| (*user, *item)).collect();
    let error_of = |model: &dyn RatingPredictor| {
        let stars = predict_users(model, &matrix, &pairs, &mut ()).unwrap();
        let squares = stars.iter().zip(&held_out).map(|(stars, (_, _, truth))| (stars - truth).powi(2));
        (squares.map(f64::from).sum::<f64>() / held_out.len() as f64).sqrt()
    };
    let settings = BlendSettings::default();
    let members = [
        error_of(&ResidualKnn::fit(&matrix, &settings.item_knn, &mut ()).unwrap()),
        error_of(&Als::fit(&matrix, &settings.als, &mut ()).unwrap()),
        error_of(&SvdPp::fit(&matrix, &settings.svd_pp, &mut ()).unwrap()),
    ];
    let blended = error_of(&Blend::fit(&matrix, &settings, &mut ()).unwrap());
    eprintln!("item KNN, ALS, SVD++ {members:?}, blend {blended}");
    assert!(members.iter().all(|member| blended < member - 0.004), "{blended} {members:?}");
    assert!(blended < 0.828, "{blended}");
}

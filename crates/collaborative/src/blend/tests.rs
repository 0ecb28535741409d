use std::fs;
use std::path::Path;

use super::*;
use crate::{ResidualKnn, ResidualUserKnn, SvdPp};

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
    let (liked, not_liked) = (blend.predict(0, 10), blend.predict(0, 15));
    assert!(liked > 4.5 && not_liked < 1.5, "{liked} {not_liked}");
    assert_eq!(Blend::fit(&two_tastes(), &quick(), &mut ()).unwrap(), blend);
    assert_eq!(blend.predict_all(&[(0, 15), (0, 10)]), [not_liked, liked]);
}

#[test]
fn somebody_the_training_never_saw_is_told_apart_by_the_profile() {
    let blend = Blend::fit(&two_tastes(), &quick(), &mut ()).unwrap();
    let profile = Profile { items: &[2, 3, 4, 6], stars: &[5.0, 1.0, 5.0, 5.0] };
    assert!(blend.predict_for(profile, 10) > 3.5 && blend.predict_for(profile, 15) < 2.5);
    for item in [0, 99] {
        assert!(blend.predict_for(profile, item).is_finite() && blend.predict(77, item).is_finite());
    }
}

#[test]
fn the_only_rating_is_not_held_back() {
    let matrix = RatingMatrix::new(1, 1, [(0, 1, 4.0)].into_iter());
    let blend = Blend::fit(&matrix, &quick(), &mut ()).unwrap();
    assert_eq!(blend.predict(0, 1), 4.0);
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
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ml-latest-small/ratings.csv");
    let Ok(text) = fs::read_to_string(&file) else {
        eprintln!("skipped: {} is not there", file.display());
        return;
    };
    let (mut films, mut ratings) = (std::collections::HashMap::new(), Vec::new());
    for line in text.lines().skip(1) {
        let fields: Vec<f64> = line.split(',').map(|field| field.parse().unwrap()).collect();
        let next = films.len() as u32 + 1;
        let item = *films.entry(fields[1] as u32).or_insert(next);
        ratings.push((fields[0] as u32 - 1, item, fields[2] as f32));
    }
    let is_held_out = |place: usize| (place * 7919).is_multiple_of(5);
    let part = |wanted: bool| {
        let places = (0..ratings.len()).filter(move |place| is_held_out(*place) == wanted);
        places.map(|place| ratings[place]).collect::<Vec<_>>()
    };
    let users = ratings.last().unwrap().0 + 1;
    let matrix = RatingMatrix::new(users, films.len() as u32, part(false).into_iter());
    let held_out = part(true);
    let settings = BlendSettings::default();
    let pairs: Vec<(u32, u32)> = held_out.iter().map(|(user, item, _)| (*user, *item)).collect();
    let error_of = |stars: &[f32]| {
        let squares = stars.iter().zip(&held_out).map(|(stars, (_, _, truth))| (stars - truth).powi(2));
        (squares.map(f64::from).sum::<f64>() / held_out.len() as f64).sqrt()
    };
    let each = |predict: &dyn Fn(u32, u32) -> f32| {
        error_of(&pairs.iter().map(|(user, item)| predict(*user, *item)).collect::<Vec<_>>())
    };
    let item_knn = ResidualKnn::fit(&matrix, &settings.item_knn, &mut ()).unwrap();
    let user_knn = ResidualUserKnn::fit(&matrix, &settings.user_knn).unwrap();
    let svd_pp = SvdPp::fit(&matrix, &settings.svd_pp, &mut ()).unwrap();
    let members = [
        each(&|user, item| item_knn.predict(user, item)),
        error_of(&user_knn.predict_all(&pairs)),
        each(&|user, item| svd_pp.predict(user, item)),
    ];
    let blend = Blend::fit(&matrix, &settings, &mut ()).unwrap();
    let blended = error_of(&blend.predict_all(&pairs));
    eprintln!("item KNN, user KNN, SVD++ {members:?}, blend {blended}");
    assert!(members.iter().all(|member| blended < member - 0.004), "{blended} {members:?}");
    assert!(blended < 0.825, "{blended}");
}

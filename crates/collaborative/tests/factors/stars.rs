use filmlens_collaborative::{
    Als, AlsSettings, Biases, BiasesSettings, Error, Profile, RatingMatrix, RatingPredictor, Recommender,
    SimilarItems, Svd, SvdPp, SvdPpSettings, SvdSettings,
};
use proptest::prelude::*;

use crate::made::{profile, root_mean_square, tastes, with_threads};

fn svd() -> SvdSettings {
    SvdSettings { factors: 8, epochs: 60, learning_rate: 0.02, ..SvdSettings::default() }
}

fn svd_pp() -> SvdPpSettings {
    SvdPpSettings { factors: 8, epochs: 60, learning_rate: 0.02, ..SvdPpSettings::default() }
}

fn als() -> AlsSettings {
    AlsSettings { factors: 8, regularization: 0.1, regularization_exponent: 1.0, ..AlsSettings::default() }
}

#[test]
fn every_model_sees_the_tastes_that_biases_cannot() {
    let (matrix, held_back) = tastes();
    let biases = Biases::fit(&matrix, &BiasesSettings::default()).unwrap();
    assert!(root_mean_square(&held_back, |user, item| biases.predict(user, item)) > 1.4);

    let svd = Svd::fit(&matrix, &svd(), &mut ()).unwrap();
    let svd_pp = SvdPp::fit(&matrix, &svd_pp(), &mut ()).unwrap();
    let als = Als::fit(&matrix, &als(), &mut ()).unwrap();
    let trained: [&dyn Fn(u32, u32) -> f32; 3] =
        [&|user, item| svd.predict(user, item), &|user, item| svd_pp.predict(user, item), &|user, item| {
            als.predict(user, item)
        }];
    let errors = trained.map(|predict| root_mean_square(&held_back, predict));
    assert!(errors.iter().all(|error| *error < 0.6), "{errors:?}");

    let models: [&dyn RatingPredictor; 3] = [&svd, &svd_pp, &als];
    let errors = models.map(|model| {
        root_mean_square(&held_back, |user, item| model.predict_for(profile(&matrix, user), item))
    });
    assert!(errors.iter().all(|error| *error < 0.6), "{errors:?}");
}

#[test]
fn a_user_of_the_last_half_step_folds_in_to_the_same_place() {
    let (matrix, _) = tastes();
    let als = Als::fit(&matrix, &AlsSettings { iterations: 60, ..als() }, &mut ()).unwrap();
    for user in 0..60 {
        let predict = als.predictor(profile(&matrix, user));
        for item in 1..=40 {
            assert!((predict(item) - als.predict(user, item)).abs() < 0.02);
        }
    }
}

#[test]
fn users_and_items_without_ratings_get_what_the_offsets_say() {
    let (matrix, _) = tastes();
    let mean = matrix.mean() as f32;
    let svd = Svd::fit(&matrix, &svd(), &mut ()).unwrap();
    let svd_pp = SvdPp::fit(&matrix, &svd_pp(), &mut ()).unwrap();
    let als = Als::fit(&matrix, &als(), &mut ()).unwrap();
    let nobody = Profile { items: &[], stars: &[] };
    let check = |predict: &dyn Fn(u32, u32) -> f32, model: &dyn RatingPredictor| {
        assert_eq!([predict(60, 41), predict(60, 0), predict(99, 99)], [mean; 3]);
        assert_eq!(model.predict_for(nobody, 41), mean);
        assert_eq!(model.predict_for(nobody, 1), predict(60, 1));
        assert_eq!(model.predict_for(Profile { items: &[500], stars: &[1.0] }, 500), mean);
    };
    check(&|user, item| svd.predict(user, item), &svd);
    check(&|user, item| svd_pp.predict(user, item), &svd_pp);
    check(&|user, item| als.predict(user, item), &als);
}

#[test]
fn the_same_seed_gives_the_same_bits_whatever_the_number_of_threads() {
    let (matrix, _) = tastes();
    let fit = || {
        let biases = Biases::fit(&matrix, &BiasesSettings::default()).unwrap();
        let svd = Svd::fit(&matrix, &svd(), &mut ()).unwrap();
        let svd_pp = SvdPp::fit(&matrix, &svd_pp(), &mut ()).unwrap();
        let mut losses = Vec::new();
        let mut watch = |_: usize, _: usize, loss: Option<f64>| {
            losses.push(loss.unwrap().to_bits());
            true
        };
        let als = Als::fit(&matrix, &als(), &mut watch).unwrap();
        (biases, svd, svd_pp, als, losses)
    };
    assert!(with_threads(1, fit) == with_threads(3, fit));
    let other = Svd::fit(&matrix, &SvdSettings { seed: 1, ..svd() }, &mut ()).unwrap();
    assert!(other != Svd::fit(&matrix, &svd(), &mut ()).unwrap());
}

#[test]
fn items_of_ones_taste_come_first_and_are_similar() {
    let (matrix, _) = tastes();
    let svd = Svd::fit(&matrix, &svd(), &mut ()).unwrap();
    let als = Als::fit(&matrix, &als(), &mut ()).unwrap();
    let even = Profile { items: &[2, 4, 1, 3], stars: &[5.0, 5.0, 1.0, 1.0] };
    let recommenders: [&dyn Recommender; 2] = [&svd, &als];
    for model in recommenders {
        let mut scores = vec![0.0; model.item_count() as usize + 1];
        model.score(even, &mut scores);
        assert!((10..=40).step_by(2).all(|item| scores[item] > scores[item - 1]));
        assert_eq!((scores[0], scores[41]), (f32::NEG_INFINITY, f32::NEG_INFINITY));
    }
    for similar in [svd.similar(6, 10), als.similar(6, 10)] {
        assert!(similar.len() == 10 && similar.iter().all(|(item, _)| item % 2 == 0 && *item != 6));
    }
    assert!(svd.similar(41, 3).is_empty());
}

#[test]
fn settings_that_make_no_sense_and_ratings_that_are_none_are_refused() {
    let (matrix, _) = tastes();
    let refused = |result: Result<(), Error>| assert!(matches!(result, Err(Error::Setting { .. })));
    for settings in [
        SvdSettings { factors: 0, ..svd() },
        SvdSettings { epochs: 0, ..svd() },
        SvdSettings { learning_rate: f32::NAN, ..svd() },
        SvdSettings { regularization: -0.1, ..svd() },
    ] {
        refused(Svd::fit(&matrix, &settings, &mut ()).map(drop));
    }
    refused(SvdPp::fit(&matrix, &SvdPpSettings { factors: 0, ..svd_pp() }, &mut ()).map(drop));
    refused(Als::fit(&matrix, &AlsSettings { regularization: 0.0, ..als() }, &mut ()).map(drop));
    refused(
        Als::fit(&matrix, &AlsSettings { offset_regularization: f32::INFINITY, ..als() }, &mut ()).map(drop),
    );
    let nothing = RatingMatrix::new(2, 2, std::iter::empty());
    assert!(matches!(Svd::fit(&nothing, &svd(), &mut ()), Err(Error::NoRatings)));
    assert!(matches!(SvdPp::fit(&nothing, &svd_pp(), &mut ()), Err(Error::NoRatings)));
    assert!(matches!(Als::fit(&nothing, &als(), &mut ()), Err(Error::NoRatings)));
}

#[test]
fn a_training_stops_when_it_is_told_to_or_leaves_all_bounds() {
    let (matrix, _) = tastes();
    let mut steps = Vec::new();
    let mut stop_at_third = |done: usize, of: usize, _: Option<f64>| {
        steps.push((done, of));
        done < 3
    };
    assert!(matches!(Svd::fit(&matrix, &svd(), &mut stop_at_third), Err(Error::Interrupted)));
    assert_eq!(steps, [(1, 60), (2, 60), (3, 60)]);
    let mut stop = |_: usize, _: usize, _: Option<f64>| false;
    assert!(matches!(SvdPp::fit(&matrix, &svd_pp(), &mut stop), Err(Error::Interrupted)));
    assert!(matches!(Als::fit(&matrix, &als(), &mut stop), Err(Error::Interrupted)));

    let wild = SvdSettings { learning_rate: 50.0, ..svd() };
    assert!(matches!(Svd::fit(&matrix, &wild, &mut ()), Err(Error::Diverged { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn alternating_least_squares_never_increase_their_loss(
        ratings in prop::collection::vec((0_u32..12, 1_u32..10, 0.5_f32..5.0), 1..80),
        factors in 1_usize..6,
        regularization in 0.01_f32..3.0,
        regularization_exponent in 0.0_f32..1.0,
        offset_regularization in 0.01_f32..8.0,
    ) {
        let matrix = RatingMatrix::new(12, 9, ratings.into_iter());
        let settings = AlsSettings {
            factors, regularization, regularization_exponent, offset_regularization, ..AlsSettings::default()
        };
        let mut losses = Vec::new();
        let mut watch = |_: usize, _: usize, loss: Option<f64>| { losses.push(loss.unwrap()); true };
        Als::fit(&matrix, &settings, &mut watch).unwrap();
        prop_assert_eq!(losses.len(), 30);
        // Single precision leaves the sixth digit open.
        prop_assert!(losses.is_sorted_by(|before, after| *after <= before * (1.0 + 1e-5)), "{:?}", losses);
    }
}

use filmlens_collaborative::{
    Error, Ials, IalsSettings, Profile, PureSvd, PureSvdSettings, RatingMatrix, Recommender, SimilarItems,
    Values,
};
use proptest::prelude::*;

use crate::made::{choices, profile, with_threads};

fn ials() -> IalsSettings {
    IalsSettings { factors: 3, regularization: 0.05, ..IalsSettings::default() }
}

fn pure_svd() -> PureSvdSettings {
    PureSvdSettings { factors: 3, ..PureSvdSettings::default() }
}

#[test]
fn items_of_ones_kind_come_first_and_are_similar() {
    let matrix = choices();
    let ials = Ials::fit(&matrix, &ials(), &mut ()).unwrap();
    let svd = PureSvd::fit(&matrix, &pure_svd(), &mut ()).unwrap();
    let some = Profile { items: &[3, 9, 15, 900], stars: &[5.0, 4.0, 3.0, 5.0] };
    let recommenders: [&dyn Recommender; 2] = [&ials, &svd];
    for model in recommenders {
        let mut scores = vec![0.0; model.item_count() as usize + 1];
        model.score(some, &mut scores);
        let mut best: Vec<usize> = (1..=30).collect();
        best.sort_by(|one, other| scores[*other].total_cmp(&scores[*one]));
        assert!(best[..10].iter().all(|item| item % 3 == 0), "{best:?}");
        assert_eq!((scores[0], scores[31]), (f32::NEG_INFINITY, f32::NEG_INFINITY));

        model.score(Profile { items: &[], stars: &[] }, &mut scores);
        assert!(scores[1..=30].iter().all(|score| *score == 0.0));
    }
    for similar in [ials.similar(7, 9), svd.similar(7, 9)] {
        assert!(similar.iter().all(|(item, _)| item % 3 == 1 && *item != 7), "{similar:?}");
    }
    assert!(ials.similar(31, 3).is_empty() && svd.similar(31, 3).is_empty());
}

#[test]
fn the_same_seed_gives_the_same_bits_whatever_the_number_of_threads() {
    let matrix = choices();
    let fit = || {
        let mut losses = Vec::new();
        let mut watch = |_: usize, _: usize, loss: Option<f64>| {
            losses.push(loss.unwrap().to_bits());
            true
        };
        let ials = Ials::fit(&matrix, &ials(), &mut watch).unwrap();
        let svd = PureSvd::fit(&matrix, &pure_svd(), &mut watch).unwrap();
        (ials, svd, losses)
    };
    assert!(with_threads(1, fit) == with_threads(3, fit));
}

#[test]
fn singular_values_of_blocks_of_ones_are_the_roots_of_their_areas() {
    // Users 0..8 chose items 1..5, users 8..12 chose items 5..8: nothing is left after two directions.
    let first = (0..8).flat_map(|user| (1..5).map(move |item| (user, item, 1.0)));
    let second = (8..12).flat_map(|user| (5..8).map(move |item| (user, item, 1.0)));
    let matrix = RatingMatrix::new(12, 8, first.chain(second));
    let svd = PureSvd::fit(&matrix, &PureSvdSettings::default(), &mut ()).unwrap();
    let values = svd.singular_values();
    assert_eq!(values.len(), 2);
    assert!((values[0] - 32_f32.sqrt()).abs() < 1e-4 && (values[1] - 12_f32.sqrt()).abs() < 1e-4);

    // Half of the first block is taken for half of the whole.
    let mut scores = vec![0.0; 9];
    svd.score(Profile { items: &[1, 2], stars: &[5.0, 5.0] }, &mut scores);
    assert!(scores[1..5].iter().all(|score| (score - 0.5).abs() < 1e-5));
    assert!(scores[5..8].iter().all(|score| score.abs() < 1e-5));
}

#[test]
fn stars_count_where_they_are_asked_for() {
    let matrix = RatingMatrix::new(2, 2, [(0, 1, 3.0), (0, 2, 4.0)].into_iter());
    let settings = PureSvdSettings { values: Values::Stars, ..PureSvdSettings::default() };
    let svd = PureSvd::fit(&matrix, &settings, &mut ()).unwrap();
    assert!((svd.singular_values()[0] - 5.0).abs() < 1e-4);
    let mut scores = vec![0.0; 3];
    svd.score(profile(&matrix, 0), &mut scores);
    assert!((scores[1] - 3.0).abs() < 1e-4 && (scores[2] - 4.0).abs() < 1e-4);

    let settings = IalsSettings { values: Values::Stars, ..ials() };
    let ials = Ials::fit(&choices(), &settings, &mut ()).unwrap();
    let mut liked = vec![0.0; 32];
    ials.score(Profile { items: &[3], stars: &[5.0] }, &mut liked);
    let mut disliked = vec![0.0; 32];
    ials.score(Profile { items: &[3], stars: &[0.5] }, &mut disliked);
    assert!(liked[6] > disliked[6]);
}

#[test]
fn settings_that_make_no_sense_and_ratings_that_are_none_are_refused() {
    let matrix = choices();
    for settings in [
        IalsSettings { factors: 0, ..ials() },
        IalsSettings { iterations: 0, ..ials() },
        IalsSettings { alpha: 0.0, ..ials() },
        IalsSettings { regularization: f32::NAN, ..ials() },
        IalsSettings { regularization_exponent: -1.0, ..ials() },
    ] {
        assert!(matches!(Ials::fit(&matrix, &settings, &mut ()), Err(Error::Setting { .. })));
    }
    let settings = PureSvdSettings { factors: 0, ..pure_svd() };
    assert!(matches!(PureSvd::fit(&matrix, &settings, &mut ()), Err(Error::Setting { .. })));
    let nothing = RatingMatrix::new(2, 2, std::iter::empty());
    assert!(matches!(Ials::fit(&nothing, &ials(), &mut ()), Err(Error::NoRatings)));
    assert!(matches!(PureSvd::fit(&nothing, &pure_svd(), &mut ()), Err(Error::NoRatings)));
    let mut stop = |_: usize, _: usize, _: Option<f64>| false;
    assert!(matches!(Ials::fit(&matrix, &ials(), &mut stop), Err(Error::Interrupted)));
    assert!(matches!(PureSvd::fit(&matrix, &pure_svd(), &mut stop), Err(Error::Interrupted)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn alternating_least_squares_never_increase_their_loss(
        choices in prop::collection::vec((0_u32..12, 1_u32..10, 0.5_f32..5.0), 1..80),
        factors in 1_usize..6,
        alpha in 0.1_f32..40.0,
        values in prop::sample::select(vec![Values::One, Values::Stars]),
        regularization in 0.001_f32..1.0,
        regularization_exponent in 0.0_f32..1.0,
    ) {
        let matrix = RatingMatrix::new(12, 9, choices.into_iter());
        let settings = IalsSettings {
            factors, alpha, values, regularization, regularization_exponent, ..IalsSettings::default()
        };
        let mut losses = Vec::new();
        let mut watch = |_: usize, _: usize, loss: Option<f64>| { losses.push(loss.unwrap()); true };
        Ials::fit(&matrix, &settings, &mut watch).unwrap();
        prop_assert_eq!(losses.len(), 24);
        // Single precision leaves the fifth digit open.
        prop_assert!(losses.is_sorted_by(|before, after| *after <= before * (1.0 + 1e-4)), "{:?}", losses);
    }
}

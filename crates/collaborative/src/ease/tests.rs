use proptest::prelude::*;

use super::*;

const USERS: u32 = 12;
const ITEMS: u32 = 9;

fn matrices() -> impl Strategy<Value = RatingMatrix> {
    prop::collection::vec((0..USERS, 1..=ITEMS, 1_u8..=10), 1..80).prop_map(|ratings| {
        let halves: Vec<_> =
            ratings.iter().map(|(user, item, halves)| (*user, *item, f32::from(*halves) / 2.0)).collect();
        RatingMatrix::new(USERS, ITEMS, halves.into_iter())
    })
}

/// Inverts by Gauss and Jordan, with rows exchanged.
fn inverse(mut matrix: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let size = matrix.len();
    for (row, values) in matrix.iter_mut().enumerate() {
        values.extend((0..size).map(|column| f64::from(u8::from(row == column))));
    }
    for step in 0..size {
        let largest =
            (step..size).max_by(|one, two| matrix[*one][step].abs().total_cmp(&matrix[*two][step].abs()));
        matrix.swap(step, largest.unwrap());
        let pivot = matrix[step][step];
        matrix[step].iter_mut().for_each(|value| *value /= pivot);
        let pivot_row = matrix[step].clone();
        for (_, values) in matrix.iter_mut().enumerate().filter(|(row, _)| *row != step) {
            let factor = values[step];
            values.iter_mut().zip(&pivot_row).for_each(|(value, pivot)| *value -= factor * pivot);
        }
    }
    matrix.into_iter().map(|row| row[size..].to_vec()).collect()
}

/// The closed form over all items, number 0 included: with nothing rated, it speaks for nothing.
fn closed_form(matrix: &RatingMatrix, settings: &EaseSettings) -> Vec<Vec<f64>> {
    let size = ITEMS as usize + 1;
    let mut gram = vec![vec![0.0; size]; size];
    for (item, row) in gram.iter_mut().enumerate() {
        row[item] = f64::from(settings.regularization);
    }
    for rated in matrix.users().iter() {
        for (one, one_stars) in rated.iter() {
            for (two, two_stars) in rated.iter() {
                let weight = |stars| f64::from(settings.weight.of(stars, matrix.mean() as f32));
                gram[one as usize][two as usize] += weight(one_stars) * weight(two_stars);
            }
        }
    }
    let p = inverse(gram);
    let weight =
        |row: usize, column: usize| if row == column { 0.0 } else { -p[row][column] / p[column][column] };
    (0..size).map(|row| (0..size).map(|column| weight(row, column)).collect()).collect()
}

fn scores(model: &Ease, items: &[u32], stars: &[f32]) -> Vec<f32> {
    let mut scores = vec![0.0; model.item_count() as usize + 1];
    model.score(Profile { items, stars }, &mut scores);
    scores
}

proptest! {
    #[test]
    fn weights_are_those_of_the_closed_form(
        matrix in matrices(),
        regularization in 0.5_f32..50.0,
        weight in prop::sample::select(vec![RatingWeight::One, RatingWeight::Stars, RatingWeight::StarsLessMean]),
    ) {
        let settings = EaseSettings { regularization, weight, ..EaseSettings::default() };
        let model = Ease::fit(&matrix, &settings, &mut ()).unwrap();
        let expected = closed_form(&matrix, &settings);
        for item in &model.items {
            let counts = weight.of(4.0, model.mean);
            let scores = scores(&model, &[*item], &[4.0]);
            prop_assert_eq!(scores[*item as usize], 0.0);
            for other in 1..=ITEMS {
                let score = scores[other as usize];
                if model.items.contains(&other) {
                    let expected = f64::from(counts) * expected[*item as usize][other as usize];
                    prop_assert!((f64::from(score) - expected).abs() < 1e-4, "{} {}", score, expected);
                } else {
                    prop_assert_eq!(score, f32::NEG_INFINITY);
                }
            }
        }
    }

    #[test]
    fn thinned_weights_are_the_largest_of_each_item(matrix in matrices(), keep in 1_usize..4) {
        let settings = EaseSettings { regularization: 5.0, ..EaseSettings::default() };
        let whole = Ease::fit(&matrix, &settings, &mut ()).unwrap();
        let thinned = Ease::fit(&matrix, &EaseSettings { keep: Some(keep), ..settings }, &mut ()).unwrap();
        for item in &whole.items {
            let weights = |model| -> Vec<f32> {
                whole.items.iter().map(|rated| scores(model, &[*rated], &[1.0])[*item as usize]).collect()
            };
            let (whole, thinned) = (weights(&whole), weights(&thinned));
            let kept: Vec<f32> = thinned.iter().copied().filter(|weight| *weight != 0.0).collect();
            let most = if keep < whole.len() { keep } else { whole.len() - 1 };
            prop_assert!(kept.len() <= most);
            let smallest = kept.iter().fold(f32::INFINITY, |smallest, weight| smallest.min(weight.abs()));
            for (whole, thinned) in whole.iter().zip(&thinned) {
                prop_assert!(whole == thinned || (*thinned == 0.0 && whole.abs() <= smallest));
            }
        }
    }
}

#[test]
fn only_the_most_rated_items_take_part() {
    let ratings = [(0, 1, 4.0), (0, 2, 4.0), (1, 2, 4.0), (1, 4, 4.0), (2, 4, 4.0), (2, 3, 4.0)];
    let matrix = RatingMatrix::new(3, 5, ratings.into_iter());
    let model =
        Ease::fit(&matrix, &EaseSettings { max_items: 3, ..EaseSettings::default() }, &mut ()).unwrap();
    assert_eq!(model.items, [1, 2, 4]);
    let of_known = scores(&model, &[3, 2, 77], &[4.0, 4.0, 4.0]);
    let is_scored: Vec<bool> = of_known.iter().map(|score| score.is_finite()).collect();
    assert_eq!(is_scored, [false, true, true, false, true, false]);
    assert!(scores(&model, &[3], &[4.0]).iter().all(|score| *score == f32::NEG_INFINITY));
}

#[test]
fn weights_are_the_same_bits_whatever_the_threads() {
    let ratings = (0..400_u32).flat_map(|user| {
        (0..30_u32).map(move |place| (user, 1 + (user * 31 + place * place * 7 + user * place) % 300, 4.0))
    });
    let matrix = RatingMatrix::new(400, 300, ratings);
    let with_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Ease::fit(&matrix, &EaseSettings::default(), &mut ()).unwrap())
    };
    assert_eq!(with_threads(1), with_threads(5));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let matrix = RatingMatrix::new(1, 1, [(0, 1, 3.0)].into_iter());
    for settings in [
        EaseSettings { regularization: 0.0, ..EaseSettings::default() },
        EaseSettings { max_items: 0, ..EaseSettings::default() },
        EaseSettings { keep: Some(0), ..EaseSettings::default() },
    ] {
        assert!(matches!(Ease::fit(&matrix, &settings, &mut ()), Err(Error::Setting { .. })));
    }
    let stopped = Ease::fit(&matrix, &EaseSettings::default(), &mut |_, _, _| false);
    assert!(matches!(stopped, Err(Error::Interrupted)));
}

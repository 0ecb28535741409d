use proptest::prelude::*;

use super::*;

const USERS: u32 = 9;
const ITEMS: u32 = 12;

fn matrices() -> impl Strategy<Value = RatingMatrix> {
    prop::collection::vec((0..USERS, 1..=ITEMS, 1_u8..=10), 0..90).prop_map(|ratings| {
        let halves = ratings.into_iter().map(|(user, item, halves)| (user, item, f32::from(halves) / 2.0));
        RatingMatrix::new(USERS, ITEMS, halves.collect::<Vec<_>>().into_iter())
    })
}

fn comparisons() -> impl Strategy<Value = Comparison> {
    let measures =
        [Similarity::Cosine, Similarity::CoRatedCosine, Similarity::AdjustedCosine, Similarity::Pearson];
    (prop::sample::select(measures.to_vec()), 0_u32..4, prop::sample::select(vec![0.0_f32, 1.0, 100.0]))
        .prop_map(|(similarity, minimum_support, shrinkage)| Comparison {
            similarity,
            minimum_support,
            shrinkage,
        })
}

/// The definitions, for two full rows with nothing where there is no rating.
fn brute_force(one: &[Option<f64>], two: &[Option<f64>], comparison: &Comparison) -> Option<f64> {
    let mut common: Vec<(f64, f64)> = one.iter().zip(two).filter_map(|(one, two)| one.zip(*two)).collect();
    let support = common.len();
    if support == 0 || support < comparison.minimum_support as usize {
        return None;
    }
    let (mut one_square, mut two_square): (f64, f64) =
        (one.iter().flatten().map(|x| x * x).sum(), two.iter().flatten().map(|x| x * x).sum());
    if comparison.similarity == Similarity::Pearson {
        let one_mean = common.iter().map(|(one, _)| one).sum::<f64>() / support as f64;
        let two_mean = common.iter().map(|(_, two)| two).sum::<f64>() / support as f64;
        common.iter_mut().for_each(|(one, two)| (*one, *two) = (*one - one_mean, *two - two_mean));
    }
    if comparison.similarity != Similarity::Cosine {
        one_square = common.iter().map(|(one, _)| one * one).sum();
        two_square = common.iter().map(|(_, two)| two * two).sum();
    }
    let product: f64 = common.iter().map(|(one, two)| one * two).sum();
    let scale = (one_square * two_square).sqrt();
    let measured = if scale > 1e-9 { product / scale } else { 0.0 };
    Some(measured * support as f64 / (support as f64 + f64::from(comparison.shrinkage)))
}

fn full_rows(rows: &Rows, columns: &Rows, comparison: &Comparison) -> Vec<Vec<Option<f64>>> {
    let centre = |column: u32| match comparison.similarity {
        Similarity::AdjustedCosine => {
            let column = columns.row(column);
            column.values.iter().map(|value| f64::from(*value)).sum::<f64>() / column.len() as f64
        }
        _ => 0.0,
    };
    rows.iter()
        .map(|row| {
            let mut full = vec![None; columns.len()];
            for (column, value) in row.iter() {
                full[column as usize] = Some(f64::from(value) - centre(column));
            }
            full
        })
        .collect()
}

proptest! {
    #[test]
    fn all_similarities_are_those_of_brute_force(
        matrix in matrices(),
        comparison in comparisons(),
        is_of_users: bool,
    ) {
        let compared = if is_of_users {
            Similarities::of_users(&matrix, comparison)
        } else {
            Similarities::of_items(&matrix, comparison)
        };
        let full = full_rows(compared.rows, compared.columns, &comparison);
        let mut sums = Sums::default();
        for (row, full_row) in full.iter().enumerate() {
            let mut found = vec![None; full.len()];
            compared.compare(compared.rows.row(row as u32), &mut sums, |other, similarity| {
                found[other as usize] = Some(similarity);
            });
            for (other, full_other) in full.iter().enumerate() {
                match (found[other], brute_force(full_row, full_other, &comparison)) {
                    (Some(found), Some(expected)) => {
                        // Centred values that should cancel out leave rounding errors behind.
                        let is_degenerate = comparison.similarity == Similarity::AdjustedCosine && expected == 0.0;
                        prop_assert!(is_degenerate || (f64::from(found) - expected).abs() < 1e-5);
                    }
                    (found, expected) => prop_assert_eq!(found.is_some(), expected.is_some()),
                }
            }
        }
    }

    #[test]
    fn neighbours_are_the_largest_similarities_whatever_the_block(
        matrix in matrices(),
        comparison in comparisons(),
        k in 0_usize..15,
        block in 1_usize..20,
    ) {
        let compared = Similarities::of_items(&matrix, comparison);
        let neighbours = compared.nearest_in_blocks(block, |alike| keep_best(alike, k), &mut ()).unwrap();
        prop_assert_eq!(&neighbours, &compared.nearest(k, &mut ()).unwrap());
        prop_assert_eq!(neighbours.len(), ITEMS as usize + 1);
        for item in 0..=ITEMS {
            let mut all = Vec::new();
            compared.compare(matrix.items().row(item), &mut Sums::default(), |other, similarity| {
                all.push((other, similarity));
            });
            all.retain(|(other, similarity)| *other != item && *similarity > 0.0);
            all.sort_by(|one, two| two.1.total_cmp(&one.1).then(one.0.cmp(&two.0)));
            all.truncate(k);
            prop_assert_eq!(neighbours.of(item).iter().collect::<Vec<_>>(), all);
        }
    }
}

#[test]
fn neighbours_are_the_same_bits_whatever_the_threads() {
    let ratings = (0..300_u32).flat_map(|user| {
        (0..20_u32).map(move |place| {
            (user, 1 + (user * 7 + place * place * 3) % 97, ((user + place) % 10 + 1) as f32 / 2.0)
        })
    });
    let matrix = RatingMatrix::new(300, 97, ratings);
    let comparison =
        Comparison { similarity: Similarity::AdjustedCosine, minimum_support: 1, shrinkage: 0.0 };
    let with_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            Similarities::of_items(&matrix, comparison)
                .nearest_in_blocks(16, |alike| keep_best(alike, 10), &mut ())
                .unwrap()
        })
    };
    assert_eq!(with_threads(1), with_threads(5));
}

#[test]
fn a_watch_stops_the_comparison() {
    let matrix = RatingMatrix::new(1, 2, [(0, 1, 1.0), (0, 2, 1.0)].into_iter());
    let comparison = Comparison { similarity: Similarity::Cosine, minimum_support: 1, shrinkage: 0.0 };
    let stopped = Similarities::of_items(&matrix, comparison).nearest(1, &mut |_, _, _| false);
    assert!(matches!(stopped, Err(Error::Interrupted)));
}

use std::collections::HashMap;
use std::path::PathBuf;

use filmlens_evaluation::data_set::{RatingEvent, Survey, SurveySettings};

/// The lines of a file of the small MovieLens set, but the first; none where it is not beside the repository.
fn lines(file: &str) -> Option<Vec<String>> {
    let folder: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "../../../shared/data/ml-latest-small"].iter().collect();
    let path = folder.join(file);
    if !path.is_file() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(std::fs::read_to_string(path).unwrap().lines().skip(1).map(str::to_owned).collect())
}

/// The expected figures come from counting the file with a few lines of Python.
#[test]
fn the_small_movielens_has_its_known_figures() {
    let Some(lines) = lines("ratings.csv") else { return };
    let fields: Vec<Vec<&str>> = lines.iter().map(|line| line.split(',').collect()).collect();
    let mut items: Vec<u32> = fields.iter().map(|fields| fields[1].parse().unwrap()).collect();
    items.sort_unstable();
    items.dedup();
    let numbers: HashMap<u32, u32> = items.iter().copied().zip(1..).collect();
    let mut survey = Survey::new(610, items.len() as u32);
    for fields in &fields {
        let user: u32 = fields[0].parse().unwrap();
        let item = numbers[&fields[1].parse().unwrap()];
        let (stars, time) = (fields[2].parse().unwrap(), fields[3].parse().unwrap());
        survey.add(RatingEvent { user: user - 1, item, stars, time }).unwrap();
    }
    let title = |item: u32| Some(format!("film {}", items[item as usize - 1]));
    let report = survey.finish("MovieLens latest-small", &SurveySettings::default(), title).unwrap();

    let close = |one: f64, other: f64| (one - other).abs() < 1e-9;
    assert_eq!((report.ratings, report.items), (100_836, 9_724));
    assert!(close(report.sparsity, 0.983_000_316_944_386_4));
    assert!(close(report.mean_stars, 3.501_556_983_616_962));
    assert!(close(report.ratings_per_user.mean, 165.304_918_032_786_87));
    assert_eq!((report.ratings_per_user.median, report.ratings_per_user.most), (70.5, 2_698));
    assert_eq!((report.ratings_per_item.median, report.ratings_per_item.most), (3.0, 329));
    let shares: Vec<f64> = report.long_tail.top.iter().map(|top| top.share).collect();
    let expected = [0.157_136_340_195_961_7, 0.600_222_142_885_477_4, 0.770_339_957_951_525_2];
    assert!(shares.iter().zip(expected).all(|(share, expected)| close(*share, expected)));
    assert!(close(report.long_tail.gini, 0.716_280_241_483_950_2));
    assert_eq!((report.most_active.users, report.most_active.ratings), (6, 11_796));
    assert!(close(report.most_active.mean_stars, 3.164_547_304_170_905_6));
    assert_eq!((report.cold_users.count, report.cold_items.count), (0, 6_074));
    let years: Vec<(i64, u64)> = report.years.iter().map(|count| (count.year, count.ratings)).collect();
    assert_eq!((years.len(), years[0], years[22]), (23, (1996, 6_040), (2018, 6_418)));
    // Forrest Gump and Shawshank.
    assert_eq!(report.titles.most_rated[0].title, "film 356");
    assert_eq!(report.titles.best_by_bayesian_mean[0].title, "film 318");
    assert_eq!(report.titles.vote_threshold, 47);
}

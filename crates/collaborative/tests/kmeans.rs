//! Groups of users: the five lists that the Portuguese demo data is known for, and clusters that were put there.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use filmlens_collaborative::{
    ClusterPicture, Error, KMeans, KMeansSettings, PictureWords, Profile, RatingMatrix, Recommender,
};
use filmlens_datasets::demo_filmes;
use filmlens_evaluation::top_k;
use proptest::prelude::*;

fn demo() -> RatingMatrix {
    let ratings = demo_filmes::load().unwrap().ratings();
    RatingMatrix::new(ratings.user_count(), ratings.item_count(), ratings.triplets(|_| true))
}

fn ranking(model: &KMeans, matrix: &RatingMatrix, user: u32) -> Vec<u32> {
    let row = matrix.users().row(user);
    let mut scores = vec![0.0; matrix.item_count() as usize + 1];
    model.score(Profile { items: row.indices, stars: row.values }, &mut scores);
    top_k(&scores, 5, &[])
}

#[test]
fn the_five_lists_of_the_demo_users_come_out_whatever_the_seed() {
    let matrix = demo();
    for seed in 0..20 {
        let settings = KMeansSettings { seed, ..KMeansSettings::default() };
        let model = KMeans::fit(&matrix, &settings, &mut ()).unwrap();
        let lists: Vec<Vec<u32>> = (0..5).map(|user| ranking(&model, &matrix, user)).collect();
        let expected = [
            [19, 18, 14, 11, 20],
            // Films 4 and 10 are level.
            [15, 12, 4, 10, 6],
            [7, 16, 2, 13, 3],
            [11, 20, 8, 14, 1],
            [5, 13, 10, 17, 3],
        ];
        assert_eq!(lists, expected, "seed {seed}");
        assert!(model.spread() < 1e-9);
    }
}

/// Sixty users in three groups, each of which loves ten films of its own.
fn grouped() -> RatingMatrix {
    let ratings = (0..60_u32).flat_map(|user| {
        (0..12_u32).map(move |place| {
            let (group, own) = (user % 3, place < 10);
            let item = if own { group * 10 + place + 1 } else { (user * 7 + place) % 30 + 1 };
            (user, item, if own { 4.0 + (user + place) as f32 % 3.0 / 2.0 } else { 1.0 })
        })
    });
    RatingMatrix::new(60, 30, ratings)
}

#[test]
fn groups_that_are_there_are_found_and_strangers_join_theirs() {
    let settings = KMeansSettings { clusters: 3, ..KMeansSettings::default() };
    let model = KMeans::fit(&grouped(), &settings, &mut ()).unwrap();
    let labels = model.labels();
    for user in 0..60 {
        assert_eq!(labels[user], labels[user % 3]);
        let row = grouped();
        let row = row.users().row(user as u32);
        assert_eq!(model.nearest(Profile { items: row.indices, stars: row.values }), labels[user]);
    }
    let stranger = Profile { items: &[12, 15, 99], stars: &[5.0, 4.5, 5.0] };
    assert_eq!(model.nearest(stranger), labels[1]);
    let mut scores = vec![0.0; 31];
    model.score(stranger, &mut scores);
    let mut best = top_k(&scores, 10, &[]);
    best.sort_unstable();
    assert_eq!(best, (11..=20).collect::<Vec<u32>>());
    assert_eq!(model.centre(labels[1]).len(), 31);
}

#[test]
fn there_are_no_more_clusters_than_users_who_differ() {
    let twice = |user: u32| [(user, user % 2 + 1, 4.0)];
    let matrix = RatingMatrix::new(6, 2, (0..6).flat_map(twice));
    let model = KMeans::fit(&matrix, &KMeansSettings::default(), &mut ()).unwrap();
    assert_eq!(model.cluster_count(), 2);
    assert_eq!(model.labels()[0], model.labels()[4]);
    assert_ne!(model.labels()[0], model.labels()[1]);
}

#[test]
fn nothing_is_said_of_films_without_ratings() {
    let matrix = RatingMatrix::new(2, 3, [(0, 1, 4.0), (1, 3, 2.0)].into_iter());
    let model = KMeans::fit(&matrix, &KMeansSettings::default(), &mut ()).unwrap();
    let mut scores = [0.0; 4];
    model.score(Profile { items: &[3], stars: &[2.0] }, &mut scores);
    assert_eq!(scores, [f32::NEG_INFINITY, -1.0, f32::NEG_INFINITY, 1.0]);
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() {
    let fit = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let settings = KMeansSettings { clusters: 7, starts: 3, ..KMeansSettings::default() };
        pool.install(|| KMeans::fit(&grouped(), &settings, &mut ()).unwrap())
    };
    let alone = fit(1);
    assert_eq!(fit(2), alone);
    assert_eq!(fit(5), alone);
}

#[test]
fn a_training_can_be_stopped_and_says_how_tight_the_clusters_are() {
    let mut heard = Vec::new();
    let mut watch = |done: usize, of: usize, loss: Option<f64>| {
        heard.push((done, of, loss.unwrap()));
        true
    };
    let settings = KMeansSettings { clusters: 4, starts: 2, tolerance: 0.0, ..KMeansSettings::default() };
    KMeans::fit(&grouped(), &settings, &mut watch).unwrap();
    assert!(heard.is_sorted_by(|one, next| one.0 < next.0));
    assert_eq!(heard.last().map(|(done, of, _)| (*done, *of)), Some((600, 600)));
    let first: Vec<f64> = heard.iter().filter(|(done, ..)| *done <= 300).map(|(.., loss)| *loss).collect();
    assert!(first.is_sorted_by(|one, next| one >= next), "{first:?}");

    let mut stop = |_: usize, _: usize, _: Option<f64>| false;
    assert!(matches!(KMeans::fit(&grouped(), &settings, &mut stop), Err(Error::Interrupted)));
}

#[test]
fn settings_without_sense_and_data_without_ratings_are_refused() {
    for settings in [
        KMeansSettings { clusters: 0, ..KMeansSettings::default() },
        KMeansSettings { starts: 0, ..KMeansSettings::default() },
        KMeansSettings { max_iterations: 0, ..KMeansSettings::default() },
        KMeansSettings { tolerance: f64::NAN, ..KMeansSettings::default() },
    ] {
        assert!(matches!(KMeans::fit(&demo(), &settings, &mut ()), Err(Error::Setting { .. })));
    }
    let empty = RatingMatrix::new(3, 3, std::iter::empty());
    let settings = KMeansSettings::default();
    assert!(matches!(KMeans::fit(&empty, &settings, &mut ()), Err(Error::NoRatings)));
}

/// Every user's stars with all the zeros, less the mean, over the deviation.
fn standardised(matrix: &RatingMatrix) -> Vec<Vec<f64>> {
    let count = f64::from(matrix.user_count());
    let mut table = vec![vec![0.0; matrix.item_count() as usize + 1]; matrix.user_count() as usize];
    for (user, item, stars) in matrix.iter() {
        table[user as usize][item as usize] = f64::from(stars);
    }
    for item in 0..=matrix.item_count() as usize {
        let mean = table.iter().map(|row| row[item]).sum::<f64>() / count;
        let variance = table.iter().map(|row| (row[item] - mean).powi(2)).sum::<f64>() / count;
        let deviation = if variance > 1e-12 { variance.sqrt() } else { 1.0 };
        table.iter_mut().for_each(|row| row[item] = (row[item] - mean) / deviation);
    }
    table
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn everybody_is_in_the_nearest_cluster(
        ratings in prop::collection::vec((0_u32..12, 1_u32..9, 1_u8..10), 1..60),
        clusters in 1_usize..8,
        seed in any::<u64>(),
    ) {
        let halves = |(user, item, half): &(u32, u32, u8)| (*user, *item, f32::from(*half) / 2.0);
        let matrix = RatingMatrix::new(12, 8, ratings.iter().map(halves));
        let settings = KMeansSettings { clusters, seed, starts: 2, ..KMeansSettings::default() };
        let model = KMeans::fit(&matrix, &settings, &mut ()).unwrap();
        prop_assert!(model.cluster_count() <= clusters);
        prop_assert_eq!(model.labels().len(), 12);
        let table = standardised(&matrix);
        let mut spread = 0.0;
        for (user, place) in table.iter().enumerate() {
            let to = |cluster: u32| -> f64 {
                let centre = model.centre(cluster).iter();
                centre.zip(place).map(|(centre, place)| (f64::from(*centre) - place).powi(2)).sum()
            };
            let row = matrix.users().row(user as u32);
            let nearest = model.nearest(Profile { items: row.indices, stars: row.values });
            let distance = to(model.labels()[user]);
            spread += distance;
            for cluster in 0..model.cluster_count() as u32 {
                prop_assert!(distance <= to(cluster) + 1e-4);
                prop_assert!(to(nearest) <= to(cluster) + 1e-4);
            }
        }
        prop_assert!((spread - model.spread()).abs() < 1e-3);
    }
}

#[test]
fn the_picture_shows_each_film_in_its_cluster() {
    let films = demo_filmes::load().unwrap().filmes;
    let name = |item: u32| films[item as usize - 1].titulo.clone();
    let settings = KMeansSettings::default();
    let picture = ClusterPicture::of_items(&demo(), &settings, 100, name, &mut ()).unwrap();
    assert_eq!(
        picture.points.iter().map(|point| point.item).collect::<Vec<_>>(),
        (1..=20).collect::<Vec<_>>()
    );
    assert_eq!(picture.points[14].label, "The Godfather");
    assert_eq!(picture.cluster_count, 5);
    let in_clusters: usize = (0..5).map(|cluster| picture.points_of(cluster).count()).sum();
    assert_eq!(in_clusters, 20);
    assert!(picture.explained[0] >= picture.explained[1] && picture.explained[1] > 0.1);

    let words = PictureWords {
        title: "Filmes por avaliações".to_owned(),
        cluster: "Grupo".to_owned(),
        component: "Componente".to_owned(),
    };
    let svg = picture.to_svg(&words).unwrap();
    assert!(svg.starts_with("<svg"));
    for text in ["Filmes por avaliações", "Grupo 5", "Componente 2"] {
        assert!(svg.contains(text), "{text}");
    }
    assert_eq!(svg, picture.to_svg(&words).unwrap());

    let few = ClusterPicture::of_items(&grouped(), &settings, 4, |item| item.to_string(), &mut ()).unwrap();
    assert_eq!(few.points.len(), 4);
}

use filmlens_evaluation::Error;
use filmlens_evaluation::data_set::{DataSetReport, RatingEvent, Survey, SurveySettings};
use proptest::prelude::*;

const USERS: u32 = 40;
const ITEMS: u32 = 60;
/// The first second of 1997.
const NEW_YEAR: i64 = 852_076_800;
const YEAR: i64 = 365 * 86_400;

fn survey(events: &[RatingEvent]) -> Survey {
    let mut survey = Survey::new(USERS, ITEMS);
    for event in events {
        survey.add(*event).unwrap();
    }
    survey
}

fn report(events: &[RatingEvent], settings: &SurveySettings) -> DataSetReport {
    survey(events).finish("<tiny>", settings, title).unwrap()
}

fn title(item: u32) -> Option<String> {
    (item != 3).then(|| format!("<b>Title\n{item}</b>"))
}

fn event(user: u32, item: u32, stars: f32) -> RatingEvent {
    RatingEvent { user, item, stars, time: NEW_YEAR + i64::from(user % 3) * YEAR }
}

/// User u has rated the items 1 to u, with fewer stars the more items.
fn staircase() -> Vec<RatingEvent> {
    let stars = |user: u32| 5.0 - (user / 10) as f32;
    (1..USERS).flat_map(|user| (1..=user).map(move |item| event(user, item, stars(user)))).collect()
}

#[test]
fn counts_and_shares_are_those_of_the_whole_table() {
    let report = report(&staircase(), &SurveySettings::default());
    assert_eq!((report.users, report.items, report.ratings), (40, 60, 780));
    assert!((report.sparsity - (1.0 - 780.0 / 2_400.0)).abs() < 1e-12);
    assert_eq!(report.ratings_per_user.mean, 19.5);
    assert_eq!((report.ratings_per_user.median, report.ratings_per_user.most), (19.5, 39));
    assert_eq!(report.ratings_per_user.without_ratings, 1);
    assert_eq!((report.ratings_per_item.without_ratings, report.ratings_per_item.most), (21, 39));
    assert_eq!((report.cold_users.count, report.cold_items.count), (5, 25));
    assert_eq!(report.cold_users.share, 5.0 / 40.0);
    let years: Vec<(i64, u64)> = report.years.iter().map(|count| (count.year, count.ratings)).collect();
    assert_eq!(years, [(1997, 273), (1998, 247), (1999, 260)]);
    assert_eq!(report.undated, 0);
}

#[test]
fn the_most_active_user_is_more_critical_here() {
    let report = report(&staircase(), &SurveySettings::default());
    assert_eq!((report.most_active.users, report.most_active.ratings), (1, 39));
    assert_eq!(report.most_active.mean_stars, 2.0);
    assert!(report.mean_stars > 2.0);
    assert_eq!(report.most_active.share, 39.0 / 780.0);
}

#[test]
fn stars_are_counted_by_half_stars_and_bad_times_apart() {
    let mut events: Vec<RatingEvent> = [0.5, 0.5, 4.0, 4.6].map(|stars| event(1, 1, stars)).to_vec();
    for (event, time) in events.iter_mut().zip([0, i64::MAX, i64::MIN]) {
        event.time = time;
    }
    let report = report(&events, &SurveySettings::default());
    let stars: Vec<(f64, u64)> = report.stars.iter().map(|count| (count.stars, count.ratings)).collect();
    assert_eq!(stars, [(0.5, 2), (4.0, 1), (4.5, 1)]);
    assert_eq!((report.undated, report.years.len()), (3, 1));
}

#[test]
fn a_few_high_ratings_make_a_best_title_by_the_plain_mean_only() {
    let mut events: Vec<RatingEvent> = (0..30).map(|user| event(user, 1, 4.5)).collect();
    events.extend((0..2).map(|user| event(user, 2, 5.0)));
    events.push(event(0, 3, 5.0));
    events.extend((0..35).map(|user| event(user, 4, 2.0)));
    let settings = SurveySettings { vote_threshold: Some(2), listed: 3, ..SurveySettings::default() };
    let titles = report(&events, &settings).titles;
    let items = |list: &[filmlens_evaluation::data_set::RatedTitle]| -> Vec<u32> {
        list.iter().map(|title| title.item).collect()
    };
    assert_eq!(items(&titles.most_rated), [4, 1, 2]);
    assert_eq!(items(&titles.best_by_mean), [2, 1, 4]);
    assert_eq!(items(&titles.best_by_bayesian_mean), [1, 2, 3]);

    let mean_of_all = (30.0 * 4.5 + 15.0 + 70.0) / 68.0;
    let expected = (2.0 * mean_of_all + 30.0 * 4.5) / 32.0;
    assert!((titles.best_by_bayesian_mean[0].bayesian_mean - expected).abs() < 1e-12);
    assert_eq!(titles.best_by_bayesian_mean[2].title, "item 3");
}

#[test]
fn without_a_threshold_one_in_twenty_items_has_enough_ratings() {
    let titles = report(&staircase(), &SurveySettings::default()).titles;
    // Of the 39 rated items the two most popular have 39 and 38.
    assert_eq!(titles.vote_threshold, 38);
    assert_eq!(titles.best_by_mean.len(), 2);
}

#[test]
fn what_no_data_set_has_is_refused() {
    let mut survey = Survey::new(USERS, ITEMS);
    assert!(matches!(survey.add(event(40, 1, 3.0)), Err(Error::UnknownUser { user: 40, user_count: 40 })));
    for item in [0, 61] {
        assert!(matches!(survey.add(event(0, item, 3.0)), Err(Error::UnknownItem { item_count: 60, .. })));
    }
    for stars in [f32::NAN, f32::INFINITY, -1_000.0] {
        assert!(matches!(survey.add(event(0, 1, stars)), Err(Error::Stars { .. })));
    }
    let settings = SurveySettings::default();
    assert!(matches!(survey.clone().finish("a", &settings, title), Err(Error::NoRatings)));
    let settings = SurveySettings { vote_threshold: Some(0), ..settings };
    let refused = survey.finish("a", &settings, title);
    assert!(matches!(refused, Err(Error::Setting { setting: "vote_threshold", .. })));
}

#[test]
fn text_keeps_every_title_on_its_line() {
    let text = report(&staircase(), &SurveySettings::default()).to_text();
    assert!(
        text.starts_with("780 ratings of 60 items by 40 users; 67.50% of the pairs are empty\n"),
        "{text}"
    );
    let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap();
    assert!(line("<b>Title 1</b>").contains("39"), "{text}");
    assert!(line("Mean stars of the most active 1% (1 users)").ends_with("2.0000"), "{text}");
    assert!(line("Ratings held by the top 10%").contains("6 items"), "{text}");
    assert!(line("1998").contains("247"), "{text}");
    assert!(text.lines().all(|line| line == line.trim_end()));
}

#[test]
fn the_page_escapes_titles_and_describes_every_plot() {
    let report = report(&staircase(), &SurveySettings::default());
    let html = report.to_html().unwrap();
    assert!(html.contains("&lt;b&gt;Title") && !html.contains("<b>Title"));
    assert!(html.contains("The ratings of &lt;tiny&gt;") && !html.contains("<tiny>"));
    let count = |text: &str| html.matches(text).count();
    assert_eq!((count("<svg "), count("role=\"img\""), count("<desc>")), (6, 6, 6));
    for reference in ["src=", "href=", "@import", "url("] {
        assert!(!html.contains(reference), "{reference}");
    }
    let svg = report.to_svg().unwrap();
    assert_eq!(svg.matches("<svg ").count(), 1);
    assert!(svg.contains("Gini coefficient is") && svg.contains("&lt;tiny&gt;"));
}

#[test]
fn json_has_stable_names() {
    let json = report(&staircase(), &SurveySettings::default()).to_json();
    assert_eq!(json["ratings"], 780);
    assert_eq!(json["ratings_per_user"]["median"], 19.5);
    assert_eq!(json["long_tail"]["top"][1]["percent"], 10);
    assert!(json["long_tail"]["gini"].is_f64() && json["sparsity"].is_f64());
    assert_eq!(json["years"][0]["year"], 1997);
    assert_eq!(json["titles"]["most_rated"][0]["item"], 1);
    assert!(json["popularity_and_stars"]["correlation"].is_f64());
}

#[test]
fn a_single_rating_is_a_data_set_too() {
    let report = report(&[RatingEvent { time: 0, ..event(0, 1, 4.0) }], &SurveySettings::default());
    assert_eq!(report.popularity_and_stars.correlation, None);
    assert!(report.years.is_empty());
    assert!(report.to_text().contains("none"));
    assert!(report.to_html().unwrap().contains("<svg"));
    assert!(report.to_svg().unwrap().contains("<svg"));
}

fn any_events() -> impl Strategy<Value = Vec<RatingEvent>> {
    let event = (0..USERS, 1..=ITEMS, 1..=10_u8, 0..30_i64).prop_map(|(user, item, half_stars, year)| {
        let stars = f32::from(half_stars) / 2.0;
        RatingEvent { user, item, stars, time: NEW_YEAR + year * YEAR }
    });
    prop::collection::btree_map((0..USERS, 1..=ITEMS), event, 1..200).prop_map(|events| {
        let placed = |((user, item), event)| RatingEvent { user, item, ..event };
        events.into_iter().map(placed).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_rating_is_counted_everywhere(events in any_events()) {
        let report = report(&events, &SurveySettings::default());
        let count = events.len() as u64;
        prop_assert_eq!(report.ratings, count);
        prop_assert_eq!(report.stars.iter().map(|stars| stars.ratings).sum::<u64>(), count);
        prop_assert_eq!(report.years.iter().map(|year| year.ratings).sum::<u64>(), count);
        prop_assert!((report.ratings_per_item.mean * f64::from(ITEMS) - count as f64).abs() < 1e-9);
        prop_assert!((0.0..1.0).contains(&report.sparsity));
        let mean = events.iter().map(|event| f64::from(event.stars)).sum::<f64>() / count as f64;
        prop_assert!((report.mean_stars - mean).abs() < 1e-12);
        for title in &report.titles.best_by_bayesian_mean {
            let (low, high) = (title.mean.min(mean), title.mean.max(mean));
            prop_assert!((low - 1e-9..=high + 1e-9).contains(&title.bayesian_mean));
        }
        prop_assert!(report.to_svg().is_ok());
    }

    #[test]
    fn the_order_of_the_ratings_changes_nothing(
        (events, shuffled) in any_events().prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle()))
    ) {
        let settings = SurveySettings::default();
        prop_assert_eq!(report(&events, &settings), report(&shuffled, &settings));
    }
}

use filmlens_charts::Picture;

use crate::data_set::{CountSummary, DataSetReport, RatedTitle, YearCount, charts};
use crate::table::{Row, Table};

/// Tables, and the plots that go with them.
pub(super) struct Section {
    pub tables: Vec<Table>,
    pub pictures: Vec<Picture>,
}

pub(super) fn summary(report: &DataSetReport) -> String {
    let DataSetReport { ratings, users, items, sparsity, .. } = report;
    format!(
        "{ratings} ratings of {items} items by {users} users; {} of the pairs are empty",
        percent(*sparsity)
    )
}

pub(super) fn of(report: &DataSetReport) -> Vec<Section> {
    let mut sections = vec![
        Section { tables: vec![overview(report)], pictures: Vec::new() },
        Section { tables: vec![counts(report)], pictures: vec![charts::counts(report)] },
        Section {
            tables: vec![long_tail(report)],
            pictures: vec![charts::long_tail(report), charts::lorenz(report)],
        },
        Section { tables: vec![stars(report)], pictures: vec![charts::stars(report)] },
    ];
    if !report.years.is_empty() {
        sections.push(Section { tables: vec![years(report)], pictures: vec![charts::years(report)] });
    }
    let pictures = vec![charts::popularity_and_stars(report)];
    sections.push(Section { tables: titles(report), pictures });
    sections
}

fn overview(report: &DataSetReport) -> Table {
    let (active, below) = (&report.most_active, report.cold_below);
    let correlation = report.popularity_and_stars.correlation;
    let rows = [
        ("Mean stars".to_owned(), format!("{:.4}", report.mean_stars)),
        (
            format!("Mean stars of the most active 1% ({} users)", active.users),
            format!("{:.4}", active.mean_stars),
        ),
        ("Ratings by the most active 1%".to_owned(), percent(active.share)),
        (
            format!("Users with fewer than {below} ratings"),
            counted(report.cold_users.count, report.cold_users.share),
        ),
        (
            format!("Items with fewer than {below} ratings"),
            counted(report.cold_items.count, report.cold_items.share),
        ),
        (
            "Correlation of popularity and mean stars".to_owned(),
            correlation.map_or_else(|| "none".to_owned(), |correlation| format!("{correlation:.3}")),
        ),
        ("Ratings without a date".to_owned(), report.undated.to_string()),
    ];
    let rows = rows.into_iter().map(|(name, cell)| Row { name, cells: vec![cell] }).collect();
    Table { heading: "Overview".to_owned(), columns: vec!["value".to_owned()], rows }
}

fn counts(report: &DataSetReport) -> Table {
    let row = |name: &str, summary: &CountSummary| Row {
        name: name.to_owned(),
        cells: vec![
            format!("{:.2}", summary.mean),
            summary.fewest.to_string(),
            rounded(summary.lower_quartile),
            rounded(summary.median),
            rounded(summary.upper_quartile),
            rounded(summary.percentile_90),
            rounded(summary.percentile_99),
            summary.most.to_string(),
            summary.without_ratings.to_string(),
        ],
    };
    table(
        "Ratings",
        &["mean", "fewest", "25%", "median", "75%", "90%", "99%", "most", "with none"],
        vec![row("per user", &report.ratings_per_user), row("per item", &report.ratings_per_item)],
    )
}

fn long_tail(report: &DataSetReport) -> Table {
    let top = report.long_tail.top.iter().map(|top| Row {
        name: format!("Ratings held by the top {}%", top.percent),
        cells: vec![percent(top.share), format!("{} items", top.items)],
    });
    let gini = Row {
        name: "Gini coefficient".to_owned(),
        cells: vec![format!("{:.4}", report.long_tail.gini), String::new()],
    };
    table("The long tail", &["share", "of"], top.chain([gini]).collect())
}

fn stars(report: &DataSetReport) -> Table {
    let rows = report.stars.iter().map(|count| Row {
        name: count.stars.to_string(),
        cells: vec![count.ratings.to_string(), percent(count.share)],
    });
    table("Stars", &["ratings", "share"], rows.collect())
}

fn years(report: &DataSetReport) -> Table {
    let row = |count: &YearCount| Row {
        name: count.year.to_string(),
        cells: vec![
            count.ratings.to_string(),
            count.mean_stars.map(|mean| format!("{mean:.3}")).unwrap_or_default(),
        ],
    };
    table("Years", &["ratings", "mean stars"], report.years.iter().map(row).collect())
}

fn titles(report: &DataSetReport) -> Vec<Table> {
    let titles = &report.titles;
    let threshold = titles.vote_threshold;
    let lists = [
        ("Most rated titles".to_owned(), &titles.most_rated),
        (format!("Best titles by the Bayesian mean, weight {threshold}"), &titles.best_by_bayesian_mean),
        (format!("Best titles by the mean, from {threshold} ratings on"), &titles.best_by_mean),
    ];
    let row = |title: &RatedTitle| Row {
        name: title.title.clone(),
        cells: vec![
            title.ratings.to_string(),
            format!("{:.4}", title.mean),
            format!("{:.4}", title.bayesian_mean),
        ],
    };
    let columns = ["ratings", "mean stars", "Bayesian mean"];
    let of_list = |(heading, list): (String, &Vec<RatedTitle>)| {
        table(&heading, &columns, list.iter().map(row).collect())
    };
    lists.into_iter().filter(|(_, list)| !list.is_empty()).map(of_list).collect()
}

fn table(heading: &str, columns: &[&str], rows: Vec<Row>) -> Table {
    let columns = columns.iter().map(|name| (*name).to_owned()).collect();
    Table { heading: heading.to_owned(), columns, rows }
}

/// With the digits that tell a sparse data set from an empty one.
pub(super) fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

fn counted(count: usize, share: f64) -> String {
    format!("{count} ({})", percent(share))
}

fn rounded(count: f64) -> String {
    if count.fract() == 0.0 { format!("{count}") } else { format!("{count:.1}") }
}

pub(super) fn explanations(report: &DataSetReport) -> Vec<(String, String)> {
    let threshold = report.titles.vote_threshold;
    let explanations = [
        ("Empty pairs", "the share of the pairs of a user and an item without a rating, also called sparsity".to_owned()),
        ("Gini coefficient", "0 where all items have equally many ratings, near 1 where one has them all".to_owned()),
        (
            "Lorenz curve",
            "the share of the ratings that the least rated items hold; the further below the diagonal, the less equal"
                .to_owned(),
        ),
        (
            "Mean stars of the most active 1%",
            "the mean of the ratings that these users gave, beside the mean of all ratings".to_owned(),
        ),
        (
            "Bayesian mean",
            format!(
                "the mean of a title's ratings and {threshold} more that are the mean of all ratings, so that a few high ratings do not make a best title"
            ),
        ),
        (
            "Correlation of popularity and mean stars",
            "Pearson's, of the logarithm of an item's number of ratings and their mean, over the items with ratings"
                .to_owned(),
        ),
    ];
    explanations.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
}

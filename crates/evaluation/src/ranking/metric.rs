use std::fmt;

use serde::{Serialize, Serializer};

/// A figure of ranked lists. The list lengths are part of the name: `recall_at_10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// The share of the list that is the target: recall divided by the length, as each case has one target.
    Precision { at: usize },
    /// Whether the target is in the list.
    Recall { at: usize },
    /// 1 / rank where the target is in the list, else 0: what average precision comes to with one target.
    MeanAveragePrecision { at: usize },
    /// 1 / log2(1 + rank) where the target is in the list, else 0; the ideal list has 1.
    Ndcg { at: usize },
    /// Mean reciprocal rank, over the whole catalogue.
    Mrr,
    /// The share of the catalogue that is in anyone's list.
    Coverage { at: usize },
    /// The mean of -log2 of the items' shares of the training data, with one added to each count.
    Novelty { at: usize },
    /// The mean over the pairs of a list of the Jaccard distance of their genres.
    GenreDiversity { at: usize },
    /// The mean release year of a list.
    ReleaseYear { at: usize },
    /// The median release year of a list.
    MedianReleaseYear { at: usize },
    /// How many years older a list is, on average, than the newest item of the catalogue.
    Age { at: usize },
}

impl Metric {
    /// The name for people.
    pub fn label(self) -> String {
        match self {
            Self::Precision { at } => format!("Precision@{at}"),
            Self::Recall { at } => format!("Recall@{at}"),
            Self::MeanAveragePrecision { at } => format!("MAP@{at}"),
            Self::Ndcg { at } => format!("nDCG@{at}"),
            Self::Mrr => "MRR".to_owned(),
            Self::Coverage { at } => format!("Coverage@{at}"),
            Self::Novelty { at } => format!("Novelty@{at}, bits"),
            Self::GenreDiversity { at } => format!("Genre diversity@{at}"),
            Self::ReleaseYear { at } => format!("Release year@{at}, mean"),
            Self::MedianReleaseYear { at } => format!("Release year@{at}, median"),
            Self::Age { at } => format!("Age@{at}, years"),
        }
    }

    /// What it says, in a sentence.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Precision { .. } => {
                "recall divided by the length of the list: each case has one target, so even a perfect list has no more than 1 / length"
            }
            Self::Recall { .. } => "the share of cases whose target is in the list",
            Self::MeanAveragePrecision { .. } => {
                "1 / rank if the target is in the list, else 0: average precision where each case has one target"
            }
            Self::Ndcg { .. } => "1 / log2(1 + rank) if the target is in the list, else 0",
            Self::Mrr => "1 / rank of the target in the whole catalogue",
            Self::Coverage { .. } => {
                "the share of the catalogue that is in anyone's list (no interval: resamples always cover less)"
            }
            Self::Novelty { .. } => {
                "-log2 of the items' shares of the training data, one added to each count"
            }
            Self::GenreDiversity { .. } => "the Jaccard distance of the genres of two items of a list",
            Self::ReleaseYear { .. } => "the mean release year of a list",
            Self::MedianReleaseYear { .. } => "the median release year of a list",
            Self::Age { .. } => {
                "the years between a list's mean release year and the newest of the catalogue"
            }
        }
    }

    /// Whether it says how well targets were found; such metrics lie between 0 and 1.
    pub fn is_accuracy(self) -> bool {
        matches!(
            self,
            Self::Precision { .. }
                | Self::Recall { .. }
                | Self::MeanAveragePrecision { .. }
                | Self::Ndcg { .. }
                | Self::Mrr
        )
    }
}

impl fmt::Display for Metric {
    /// The name in reports that machines read; the one for people is [`Metric::label`].
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Precision { at } => write!(formatter, "precision_at_{at}"),
            Self::Recall { at } => write!(formatter, "recall_at_{at}"),
            Self::MeanAveragePrecision { at } => write!(formatter, "map_at_{at}"),
            Self::Ndcg { at } => write!(formatter, "ndcg_at_{at}"),
            Self::Mrr => formatter.write_str("mrr"),
            Self::Coverage { at } => write!(formatter, "coverage_at_{at}"),
            Self::Novelty { at } => write!(formatter, "novelty_at_{at}"),
            Self::GenreDiversity { at } => write!(formatter, "genre_diversity_at_{at}"),
            Self::ReleaseYear { at } => write!(formatter, "release_year_at_{at}"),
            Self::MedianReleaseYear { at } => write!(formatter, "median_release_year_at_{at}"),
            Self::Age { at } => write!(formatter, "age_at_{at}"),
        }
    }
}

impl Serialize for Metric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

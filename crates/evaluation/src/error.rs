/// Why an evaluation or a report of it was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the setting {setting} is {value}; it must be {allowed}")]
    Setting { setting: &'static str, value: String, allowed: &'static str },
    #[error(
        "{given} training counts for {item_count} items; give one for each number from 0 to {item_count}"
    )]
    TrainingCounts { given: usize, item_count: u32 },
    #[error("there are more than {most} genres; keep the most common ones")]
    TooManyGenres { most: usize },
    #[error("user {user}: item {item} is not in the catalogue of items 1 to {item_count}")]
    UnknownItem { user: u32, item: u32, item_count: u32 },
    #[error("user {user}: item {item} is recommended twice in one list")]
    RepeatedItem { user: u32, item: u32 },
    #[error("user {user}: {found} items are recommended, but the metrics look at {needed}; recommend more")]
    ShortList { user: u32, found: usize, needed: usize },
    #[error(
        "user {user}: target {target} is said to have rank {rank}, which the list contradicts; rank and list must come from the same scores, without what the user had seen"
    )]
    Rank { user: u32, target: u32, rank: usize },
    #[error("there are no cases to evaluate")]
    NoCases,
    #[error("there are no models to compare")]
    NoModels,
    #[error("two models are called {name:?}; give each its own name")]
    SameName { name: String },
    #[error("no model is called {name:?}; the baseline must be one of those compared")]
    NoBaseline { name: String },
    #[error("{first:?} and {second:?} were not evaluated on the same cases with the same settings")]
    DifferentCases { first: String, second: String },
    #[error("user {user}: {prediction} is predicted for {truth} stars; both must be finite numbers")]
    NotFinite { user: u32, prediction: f32, truth: f32 },
    #[error("user {user}: {truth} stars are not on the scale from {lowest} to {highest}")]
    OffScale { user: u32, truth: f32, lowest: f32, highest: f32 },
    #[error("{model:?} has no folds; give each model at least one, which a fixed split is")]
    NoFolds { model: String },
    #[error("fold {fold} of {model:?} has no ratings")]
    EmptyFold { model: String, fold: usize },
    #[error("{first:?} and {second:?} were not tested on the same folds, in the same order")]
    DifferentFolds { first: String, second: String },
    #[error("user {user} is not among the {user_count} users, who are numbered from 0")]
    UnknownUser { user: u32, user_count: u32 },
    #[error("user {user}, item {item}: {stars} is not a number of stars; it must be between -100 and 100")]
    Stars { user: u32, item: u32, stars: f32 },
    #[error("the data set has no ratings to report about")]
    NoRatings,
    #[error("{table:?}: there are {found} {what} for {rows} rows; give one for each")]
    Rows { table: String, what: String, found: usize, rows: usize },
    #[error("{table:?}, row {row}: {model:?} gives a probability of {value}; it must lie between 0 and 1")]
    Probability { table: String, model: String, row: usize, value: f64 },
    #[error("{table:?}, row {row}: {model:?} gives a score that is not finite; leave the row out")]
    Score { table: String, model: String, row: usize },
    #[error("{table:?}, row {row}: there is no level {level}; there are {levels}, counted from 0")]
    Level { table: String, row: usize, level: usize, levels: usize },
    #[error("the evaluation cannot be drawn")]
    Chart(#[from] filmlens_charts::Error),
}

impl Error {
    pub(crate) fn setting(setting: &'static str, value: impl ToString, allowed: &'static str) -> Self {
        Self::Setting { setting, value: value.to_string(), allowed }
    }
}

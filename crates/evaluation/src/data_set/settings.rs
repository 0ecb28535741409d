use crate::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveySettings {
    /// The length of the lists of titles.
    pub listed: usize,
    /// How many ratings a title needs to be listed by its plain mean; also how many ratings of the mean of all titles
    /// the Bayesian mean adds to a title. Without it, the number that one in twenty of the rated items reaches.
    pub vote_threshold: Option<u32>,
    /// Users and items with fewer ratings are cold.
    pub cold_below: u32,
}

impl Default for SurveySettings {
    fn default() -> Self {
        Self { listed: 10, vote_threshold: None, cold_below: 5 }
    }
}

impl SurveySettings {
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.vote_threshold == Some(0) {
            return Err(Error::setting("vote_threshold", 0, "at least 1"));
        }
        Ok(())
    }
}

use anyhow::Context;
use filmlens_collaborative::Profile;

use super::films::{Library, STARS};

/// Whom to recommend to.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Who {
    /// A user of the ratings that the models were trained on.
    #[arg(long, value_name = "ID")]
    user: Option<i64>,
    /// A film and the stars that somebody gives it, 0.5 to 5, such as "Heat=4.5"; may be given several times.
    #[arg(long, value_name = "TITLE=STARS")]
    rated: Vec<String>,
}

impl Who {
    /// The items and the stars.
    pub(super) fn profile(&self, library: &Library) -> anyhow::Result<(Vec<u32>, Vec<f32>)> {
        if let Some(id) = self.user {
            let profiles = library.profiles.as_ref().context("the models were published without users")?;
            let user = profiles.find_user(id);
            let Profile { items, stars } =
                profiles.of(user.with_context(|| format!("the models know no user with the id {id}"))?);
            return Ok((items.to_vec(), stars.to_vec()));
        }
        let (lowest, highest) = STARS;
        let (mut items, mut stars) = (Vec::new(), Vec::new());
        for rated in &self.rated {
            let (title, given) = rated.rsplit_once('=').with_context(|| {
                format!("--rated {rated:?}: write the stars behind the title, as in \"Heat=4.5\"")
            })?;
            let given = given.trim().parse::<f32>().ok().filter(|given| (lowest..=highest).contains(given));
            let given = given.with_context(|| {
                format!("--rated {rated:?}: the stars must be a number from {lowest} to {highest}")
            })?;
            let item = library.find(title)?;
            if items.contains(&item) {
                anyhow::bail!("--rated {rated:?}: this film is rated twice");
            }
            items.push(item);
            stars.push(given);
        }
        Ok((items, stars))
    }
}

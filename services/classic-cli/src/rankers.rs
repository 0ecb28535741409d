use std::fmt;
use std::str::FromStr;

use filmlens_collaborative::{
    Ease, Error, Ials, ItemKnn, KMeans, Popularity, PopularityOrder, PopularitySettings, PureSvd,
    RatingMatrix, Recommender, Svd, Trending, UserKnn, Watch,
};
use filmlens_recommend::Method;

use crate::hyper_parameters::HyperParameters;

/// A way to rank that can be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ranker {
    /// One that is published and served, too.
    Served(Method),
    /// Keeps the ratings of everybody, which is why it is not served.
    UserKnn,
}

impl Ranker {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Method::ALL.into_iter().map(Self::Served).chain([Self::UserKnn])
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Served(method) => method.name(),
            Self::UserKnn => "user-knn",
        }
    }
}

impl fmt::Display for Ranker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Ranker {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::all().find(|ranker| ranker.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::all().map(Self::name).collect();
            format!("{text:?} is not a method; use one of {}", names.join(", "))
        })
    }
}

/// What rankers are trained on.
pub(crate) struct RankingData<'a> {
    pub(crate) matrix: &'a RatingMatrix,
    /// The item and the time of each rating, where there are times.
    pub(crate) times: Option<&'a [(u32, i64)]>,
    /// Whether the matrix holds stars; otherwise all it says is who watched what.
    pub(crate) has_stars: bool,
}

impl RankingData<'_> {
    pub(crate) fn allows(&self, method: Method) -> bool {
        match method {
            Method::Trending => self.times.is_some(),
            Method::Svd => self.has_stars,
            _ => true,
        }
    }

    /// Refuses a method that cannot be trained on this.
    pub(crate) fn check(&self, method: Method) -> anyhow::Result<()> {
        if !self.allows(method) {
            anyhow::bail!("{method} cannot be trained on this data: it has no stars or no times");
        }
        Ok(())
    }

    /// The rankers that are wanted, all that can be trained on this when none is named.
    pub(crate) fn rankers(&self, wanted: &[Ranker]) -> anyhow::Result<Vec<Ranker>> {
        for ranker in wanted {
            if let Ranker::Served(method) = ranker {
                self.check(*method)?;
            }
        }
        let is_allowed = |ranker: &Ranker| match ranker {
            Ranker::Served(method) => self.allows(*method),
            Ranker::UserKnn => true,
        };
        let is_wanted = |ranker: &Ranker| wanted.is_empty() || wanted.contains(ranker);
        Ok(Ranker::all().filter(is_allowed).filter(is_wanted).collect())
    }

    pub(crate) fn train(
        &self,
        ranker: Ranker,
        settings: &HyperParameters,
        watch: &mut dyn Watch,
    ) -> Result<Box<dyn Recommender>, Error> {
        let matrix = self.matrix;
        let method = match ranker {
            Ranker::Served(method) => method,
            Ranker::UserKnn => return Ok(Box::new(UserKnn::fit(matrix, &settings.user_knn)?)),
        };
        Ok(match method {
            Method::Popular => Box::new(Popularity::fit(matrix, &self.popularity(settings))?),
            Method::Trending => Box::new(self.trending(settings)?),
            Method::Knn => Box::new(ItemKnn::fit(matrix, &settings.knn, watch)?),
            Method::Svd => Box::new(Svd::fit(matrix, &settings.svd, watch)?),
            Method::PureSvd => Box::new(PureSvd::fit(matrix, &settings.pure_svd, watch)?),
            Method::Ials => Box::new(Ials::fit(matrix, &settings.ials, watch)?),
            Method::Ease => Box::new(Ease::fit(matrix, &settings.ease, watch)?),
            Method::KMeans => Box::new(KMeans::fit(matrix, &settings.kmeans, watch)?),
        })
    }

    /// As of the newest rating.
    pub(crate) fn trending(&self, settings: &HyperParameters) -> Result<Trending, Error> {
        let times = self.times.unwrap_or_default();
        let newest = times.iter().map(|(_, time)| *time).max().unwrap_or_default();
        Trending::fit(self.matrix.item_count(), times.iter().copied(), newest, &settings.trending)
    }

    /// Means of what all have one star say nothing.
    pub(crate) fn popularity(&self, settings: &HyperParameters) -> PopularitySettings {
        let order = if self.has_stars { settings.popular.order } else { PopularityOrder::Count };
        PopularitySettings { order, ..settings.popular.clone() }
    }
}

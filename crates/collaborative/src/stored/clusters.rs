use serde::{Deserialize, Serialize};

use super::storable::Storable;
use super::tensors::{TensorWriter, Tensors};
use crate::kmeans::KMeansParts;
use crate::{Error, KMeans, KMeansSettings, Popularity, PopularitySettings, Trending, TrendingSettings};

impl Storable for Popularity {
    const NAME: &'static str = "popularity";
    type Head = PopularitySettings;

    fn head(&self) -> PopularitySettings {
        self.settings.clone()
    }

    fn item_count(&self) -> u32 {
        self.counts.len() as u32 - 1
    }

    fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>) {
        tensors.add("counts", &[self.counts.len()], &self.counts[..]);
        tensors.add("sums", &[self.sums.len()], &self.sums[..]);
    }

    fn read(settings: PopularitySettings, tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error> {
        let shape = [item_count as usize + 1];
        Self::from_parts(settings, tensors.take("counts", &shape)?, tensors.take("sums", &shape)?)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrendingHead {
    settings: TrendingSettings,
    newest: i64,
    now: i64,
}

impl Storable for Trending {
    const NAME: &'static str = "trending";
    type Head = TrendingHead;

    fn head(&self) -> TrendingHead {
        TrendingHead { settings: self.settings.clone(), newest: self.newest, now: self.now }
    }

    fn item_count(&self) -> u32 {
        self.weights.len() as u32 - 1
    }

    fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>) {
        tensors.add("weights", &[self.weights.len()], &self.weights[..]);
    }

    fn read(head: TrendingHead, tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error> {
        head.settings.check()?;
        let weights = tensors.take("weights", &[item_count as usize + 1])?;
        Ok(Self::from_parts(head.settings, weights, head.newest, head.now))
    }
}

impl Storable for KMeans {
    const NAME: &'static str = "kmeans";
    type Head = KMeansSettings;

    fn head(&self) -> KMeansSettings {
        self.settings.clone()
    }

    fn item_count(&self) -> u32 {
        crate::Recommender::item_count(self)
    }

    fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>) {
        let width = self.means.len();
        tensors.add("means", &[width], &self.means[..]);
        tensors.add("deviations", &[width], &self.deviations[..]);
        tensors.add("centres", &[self.cluster_count(), width], &self.centres[..]);
        tensors.add("spread", &[1], vec![self.spread]);
    }

    fn read(settings: KMeansSettings, tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error> {
        let width = item_count as usize + 1;
        let centres: Vec<f32> = tensors.take_columns("centres", width)?;
        let deviations: Vec<f64> = tensors.take("deviations", &[width])?;
        if deviations.iter().any(|deviation| *deviation <= 0.0) {
            return Err(tensors.wrong("deviations", "has one that is not above 0"));
        }
        let spread: Vec<f64> = tensors.take("spread", &[1])?;
        Ok(Self::from_parts(KMeansParts {
            settings,
            means: tensors.take("means", &[width])?,
            deviations,
            centres,
            labels: Vec::new(),
            spread: spread[0],
        }))
    }
}

mod lloyd;
mod points;
mod seeding;
mod settings;

pub(crate) use points::Points;
pub use settings::KMeansSettings;

use crate::{Error, Profile, RatingMatrix, Recommender, Watch};

/// Groups of users with like ratings, each with its centre: how far, in deviations, its members' stars lie above the
/// mean of all users, an item that somebody has not rated being worth 0 stars.
///
/// The users are never laid out in full. Training holds, beside the ratings, two tables of 8 bytes for each cluster and
/// item; the model holds one of 4.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeans {
    pub(crate) settings: KMeansSettings,
    /// By item.
    pub(crate) means: Vec<f64>,
    pub(crate) deviations: Vec<f64>,
    /// Cluster after cluster, each with a place for every item.
    pub(crate) centres: Vec<f32>,
    /// The cluster of each user of the training.
    pub(crate) labels: Vec<u32>,
    pub(crate) spread: f64,
    /// By cluster, what its squared distance from a user has beside what depends on that user's ratings.
    offsets: Vec<f64>,
}

/// What a [`KMeans`] is made of.
pub(crate) struct KMeansParts {
    pub settings: KMeansSettings,
    pub means: Vec<f64>,
    pub deviations: Vec<f64>,
    pub centres: Vec<f32>,
    pub labels: Vec<u32>,
    pub spread: f64,
}

impl KMeans {
    /// Where fewer than the wanted number of users differ, there are as many clusters as such users.
    pub fn fit(
        matrix: &RatingMatrix,
        settings: &KMeansSettings,
        watch: &mut dyn Watch,
    ) -> Result<Self, Error> {
        settings.check()?;
        if matrix.is_empty() {
            return Err(Error::NoRatings);
        }
        let points = Points::new(matrix);
        let clustering = lloyd::cluster(&points, settings, watch)?;
        let centres = points.standardised(&clustering.centres, clustering.count);
        Ok(Self::from_parts(KMeansParts {
            settings: settings.clone(),
            centres,
            labels: clustering.labels,
            spread: clustering.spread,
            means: points.means,
            deviations: points.deviations,
        }))
    }

    /// Rounding is in the parts already, so a model that was stored is the same to the last bit.
    pub(crate) fn from_parts(parts: KMeansParts) -> Self {
        let KMeansParts { settings, means, deviations, centres, labels, spread } = parts;
        let offset = |centre: &[f32]| {
            let shifts = means.iter().zip(&deviations).map(|(mean, deviation)| mean / deviation);
            let terms = centre.iter().zip(shifts).map(|(place, shift)| {
                let place = f64::from(*place);
                place * (place + 2.0 * shift)
            });
            terms.sum::<f64>()
        };
        let offsets = centres.chunks(means.len()).map(offset).collect();
        Self { settings, means, deviations, centres, labels, spread, offsets }
    }

    pub fn settings(&self) -> &KMeansSettings {
        &self.settings
    }

    pub fn cluster_count(&self) -> usize {
        self.offsets.len()
    }

    /// The cluster of each user of the training.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// The sum of the squared distances of the training's users from their centres.
    pub fn spread(&self) -> f64 {
        self.spread
    }

    /// A place for each item number, that of 0 unused.
    ///
    /// # Panics
    /// When there is no such cluster.
    pub fn centre(&self, cluster: u32) -> &[f32] {
        let width = self.means.len();
        &self.centres[cluster as usize * width..][..width]
    }

    /// The cluster whose centre is nearest; of equals the first.
    pub fn nearest(&self, profile: Profile<'_>) -> u32 {
        let rated: Vec<(usize, f64)> = profile
            .items
            .iter()
            .zip(profile.stars)
            .map(|(item, stars)| (*item as usize, *stars))
            .filter(|(item, _)| (1..self.means.len()).contains(item))
            .map(|(item, stars)| (item, f64::from(stars) / self.deviations[item]))
            .collect();
        let (mut nearest, mut least) = (0, f64::INFINITY);
        for (cluster, offset) in (0_u32..).zip(&self.offsets) {
            let centre = self.centre(cluster);
            let product: f64 = rated.iter().map(|(item, place)| place * f64::from(centre[*item])).sum();
            let distance = offset - 2.0 * product;
            if distance < least {
                (nearest, least) = (cluster, distance);
            }
        }
        nearest
    }
}

impl Recommender for KMeans {
    fn item_count(&self) -> u32 {
        self.means.len() as u32 - 1
    }

    /// The centre of the nearest cluster. Nothing is known of items without stars.
    fn score(&self, profile: Profile<'_>, scores: &mut [f32]) {
        scores.copy_from_slice(self.centre(self.nearest(profile)));
        for (score, mean) in scores.iter_mut().zip(&self.means) {
            if *mean == 0.0 {
                *score = f32::NEG_INFINITY;
            }
        }
    }
}

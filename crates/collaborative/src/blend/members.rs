use rayon::prelude::*;

use super::BlendSettings;
use super::weights::Evidence;
use crate::biases::Biases;
use crate::{Error, Profile, RatingMatrix, RatingPredictor, ResidualKnn, ResidualUserKnn, Row, SvdPp, Watch};

/// The models that are blended, and how many ratings they have seen of each user and item.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Members {
    pub(crate) biases: Biases,
    pub(crate) item_knn: ResidualKnn,
    pub(crate) user_knn: ResidualUserKnn,
    pub(crate) svd_pp: SvdPp,
    pub(crate) user_counts: Vec<usize>,
    pub(crate) item_counts: Vec<usize>,
}

impl Members {
    pub fn fit(
        matrix: &RatingMatrix,
        settings: &BlendSettings,
        watch: &mut Parts<'_>,
    ) -> Result<Self, Error> {
        let item_knn = ResidualKnn::fit(matrix, &settings.item_knn, watch)?;
        watch.next();
        let user_knn = ResidualUserKnn::fit(matrix, &settings.user_knn)?;
        let svd_pp = SvdPp::fit(matrix, &settings.svd_pp, watch)?;
        watch.next();
        Ok(Self {
            biases: Biases::fit(matrix, &settings.biases)?,
            item_knn,
            user_knn,
            svd_pp,
            user_counts: matrix.users().iter().map(Row::len).collect(),
            item_counts: matrix.items().iter().map(Row::len).collect(),
        })
    }

    /// What the offsets say of each pair of user and item, and what else there is to go by.
    pub fn evidence_of(&self, pairs: &[(u32, u32)]) -> Vec<(f32, Evidence<3>)> {
        let by_users = self.user_knn.predict_all(pairs);
        let evidence = |((user, item), by_users): (&(u32, u32), &f32)| {
            let (user, item) = (*user, *item);
            let members = [self.item_knn.predict(user, item), *by_users, self.svd_pp.predict(user, item)];
            let rated = self.user_counts.get(user as usize).copied().unwrap_or_default();
            self.evidence(self.biases.predict(user, item), item, rated, members)
        };
        pairs.par_iter().zip(&by_users).map(evidence).collect()
    }

    pub fn evidence_for(&self, profile: Profile<'_>, item: u32) -> (f32, Evidence<3>) {
        let members = [
            self.item_knn.predict_for(profile, item),
            self.user_knn.predict_for(profile, item),
            self.svd_pp.predict_for(profile, item),
        ];
        self.evidence(self.biases.predict_for(profile, item), item, profile.items.len(), members)
    }

    fn evidence(&self, expected: f32, item: u32, rated: usize, members: [f32; 3]) -> (f32, Evidence<3>) {
        let mean = self.biases.mean;
        let evidence = Evidence {
            offsets: [expected - mean, self.biases.predict_item(item) - mean],
            members: members.map(|stars| stars - expected),
            counts: [rated, self.item_counts.get(item as usize).copied().unwrap_or_default()],
        };
        (expected, evidence)
    }
}

/// Tells the watch of the whole how far each of its equal parts has come.
pub(crate) struct Parts<'a> {
    watch: &'a mut dyn Watch,
    done: usize,
    of: usize,
}

/// Steps of a part, as the watch of the whole sees it.
const STEPS: usize = 100;

impl<'a> Parts<'a> {
    pub fn new(watch: &'a mut dyn Watch, of: usize) -> Self {
        Self { watch, done: 0, of }
    }

    fn next(&mut self) {
        self.done += 1;
    }
}

impl Watch for Parts<'_> {
    fn step(&mut self, done: usize, of: usize, loss: Option<f64>) -> bool {
        self.watch.step(self.done * STEPS + done * STEPS / of.max(1), self.of * STEPS, loss)
    }
}

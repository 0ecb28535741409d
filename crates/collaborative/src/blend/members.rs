use super::BlendSettings;
use super::weights::Evidence;
use crate::biases::Biases;
use crate::{Als, Error, Profile, RatingMatrix, RatingPredictor, ResidualKnn, Row, SvdPp, Watch};

/// The models that are blended, and how many ratings they have seen of each item. All of them know people by their
/// profiles alone, in the training as later on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Members {
    pub(crate) biases: Biases,
    pub(crate) item_knn: ResidualKnn,
    pub(crate) als: Als,
    pub(crate) svd_pp: SvdPp,
    pub(crate) item_counts: Vec<u32>,
}

/// How many of the members take long to train.
pub(crate) const LONG: usize = 3;

impl Members {
    pub fn fit(
        matrix: &RatingMatrix,
        settings: &BlendSettings,
        watch: &mut Parts<'_>,
    ) -> Result<Self, Error> {
        let item_knn = ResidualKnn::fit(matrix, &settings.item_knn, watch)?;
        watch.next();
        let als = Als::fit(matrix, &settings.als, watch)?;
        watch.next();
        let svd_pp = SvdPp::fit(matrix, &settings.svd_pp, watch)?;
        watch.next();
        Ok(Self {
            biases: Biases::fit(matrix, &settings.biases)?,
            item_knn,
            als,
            svd_pp,
            item_counts: matrix.items().iter().map(|row| Row::len(row) as u32).collect(),
        })
    }

    /// What the offsets say of each item, and what else there is to go by.
    pub fn evidence(&self, profile: Profile<'_>, items: &[u32]) -> Vec<(f32, Evidence<3>)> {
        let offset = self.biases.fold_in(profile);
        let by_items = self.item_knn.predict_each(profile, items);
        let by_squares = self.als.predict_each(profile, items);
        let by_steps = self.svd_pp.predict_each(profile, items);
        let mut all = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            let of_item = self.biases.predict_item(*item) - self.biases.mean;
            let expected = self.biases.mean + of_item + offset;
            let members = [by_items[place], by_squares[place], by_steps[place]];
            let rated = self.item_counts.get(*item as usize).copied().unwrap_or_default();
            let evidence = Evidence {
                offsets: [of_item + offset, of_item],
                members: members.map(|stars| stars - expected),
                counts: [profile.items.len(), rated as usize],
            };
            all.push((expected, evidence));
        }
        all
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

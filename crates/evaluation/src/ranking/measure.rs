use crate::bootstrap::{UserSums, percentile_interval};
use crate::ranking::evaluator::KeptCase;
use crate::ranking::groups::Group;
use crate::ranking::lists::{genre_diversity, mean, mean_year, median_year};
use crate::ranking::{Catalogue, Estimate, ItemFacts, Metric, Settings, Slice};

/// The metrics that the data allow, and how to compute them.
pub(super) struct Measures<'a> {
    catalogue: &'a Catalogue,
    settings: &'a Settings,
    newest_year: Option<i16>,
    /// In the order of reports. All but coverage are means over cases.
    metrics: Vec<Metric>,
}

impl<'a> Measures<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, settings: &'a Settings, cases: &[KeptCase]) -> Self {
        let at = settings.lists_at;
        let mut metrics = Vec::new();
        metrics.extend(settings.precision_at.iter().map(|at| Metric::Precision { at: *at }));
        metrics.extend(settings.recall_at.iter().map(|at| Metric::Recall { at: *at }));
        metrics.extend(settings.map_at.iter().map(|at| Metric::MeanAveragePrecision { at: *at }));
        metrics.extend(settings.ndcg_at.iter().map(|at| Metric::Ndcg { at: *at }));
        if cases.iter().all(|case| case.has_rank) {
            metrics.push(Metric::Mrr);
        }
        metrics.extend([Metric::Coverage { at }, Metric::Novelty { at }]);
        if catalogue.facts().is_some() {
            metrics.extend([
                Metric::GenreDiversity { at },
                Metric::ReleaseYear { at },
                Metric::MedianReleaseYear { at },
                Metric::Age { at },
            ]);
        }
        let newest_year = catalogue.facts().and_then(ItemFacts::newest_year);
        Self { catalogue, settings, newest_year, metrics }
    }

    pub(super) fn of(&self, group: &Group<'_>) -> Slice {
        let sums = self.sums(group);
        let (totals, counts) = sums.totals();
        let resampled = sums.resampled_means(self.settings.resamples, self.settings.seed);
        let distinct_items = self.distinct_items(group);

        let mut slice = Slice {
            name: group.name,
            cases: group.cases.len(),
            users: sums.user_count(),
            shortest_history: lengths(group).min().unwrap_or(0),
            longest_history: lengths(group).max().unwrap_or(0),
            distinct_items,
            metrics: Vec::new(),
            resampled: Vec::new(),
        };
        for (index, metric) in self.metrics.iter().enumerate() {
            if let Metric::Coverage { .. } = metric {
                let value = distinct_items as f64 / f64::from(self.catalogue.item_count());
                let estimate = Estimate { value, interval: None, cases: group.cases.len() };
                slice.metrics.push((*metric, estimate));
                continue;
            }
            let cases = counts[index] as usize;
            if cases == 0 {
                continue;
            }
            let means: Vec<f64> = resampled.iter().map(|means| means[index]).collect();
            let interval = percentile_interval(means.iter().copied(), self.settings.confidence);
            let value = totals[index] / counts[index];
            slice.metrics.push((*metric, Estimate { value, interval, cases }));
            slice.resampled.push((*metric, means));
        }
        slice
    }

    fn sums(&self, group: &Group<'_>) -> UserSums {
        let mut sums = UserSums::new(self.metrics.len());
        for cases_of_user in group.cases.chunk_by(|case, next| case.user == next.user) {
            sums.add_user();
            for case in cases_of_user {
                for (index, metric) in self.metrics.iter().enumerate() {
                    if let Some(value) = self.value(*metric, case) {
                        sums.add(index, value);
                    }
                }
            }
        }
        sums
    }

    /// What one case contributes to the mean, if anything.
    fn value(&self, metric: Metric, case: &KeptCase) -> Option<f64> {
        let place_within = |at: usize| case.place.filter(|place| *place as usize <= at);
        let facts = self.catalogue.facts();
        match metric {
            Metric::Precision { at } => Some(place_within(at).map_or(0.0, |_| 1.0 / at as f64)),
            Metric::Recall { at } => Some(place_within(at).map_or(0.0, |_| 1.0)),
            Metric::MeanAveragePrecision { at } => {
                Some(place_within(at).map_or(0.0, |place| 1.0 / f64::from(place)))
            }
            Metric::Ndcg { at } => {
                Some(place_within(at).map_or(0.0, |place| 1.0 / (1.0 + f64::from(place)).log2()))
            }
            Metric::Mrr => case.place.map(|place| 1.0 / f64::from(place)),
            Metric::Coverage { .. } => None,
            Metric::Novelty { .. } => mean(case.list.iter().map(|item| self.catalogue.surprise(*item))),
            Metric::GenreDiversity { .. } => genre_diversity(facts?, &case.list),
            Metric::ReleaseYear { .. } => mean_year(facts?, &case.list),
            Metric::MedianReleaseYear { .. } => median_year(facts?, &case.list),
            Metric::Age { .. } => Some(f64::from(self.newest_year?) - mean_year(facts?, &case.list)?),
        }
    }

    fn distinct_items(&self, group: &Group<'_>) -> usize {
        let mut is_recommended = vec![false; self.catalogue.item_count() as usize + 1];
        for item in group.cases.iter().flat_map(|case| &case.list) {
            is_recommended[*item as usize] = true;
        }
        is_recommended.into_iter().filter(|is_recommended| *is_recommended).count()
    }
}

fn lengths(group: &Group<'_>) -> impl Iterator<Item = usize> {
    group.cases.iter().map(|case| case.history_length as usize)
}

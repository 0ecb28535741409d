use std::time::{Duration, Instant};

use filmlens_collaborative::{
    Als, Biases, BiasesSettings, Blend, Error, KnnBasic, RatingMatrix, ResidualKnn, ResidualUserKnn, Svd,
    SvdPp, SvdSettings, Watch, predict_users,
};
use filmlens_recommend::Method;
use rayon::prelude::*;

use crate::hyper_parameters::HyperParameters;

/// A way to predict stars that can be cross-validated.
pub(crate) struct RatingModel {
    pub(crate) name: &'static str,
    /// Whether it trains on one thread, so that several folds had better train at once.
    pub(crate) is_sequential: bool,
    answer: fn(&Task<'_>, &mut dyn Watch) -> Result<Predictions, Error>,
}

pub(crate) struct Task<'a> {
    pub(crate) training: &'a RatingMatrix,
    /// The pairs of user and item whose stars are asked for.
    pub(crate) asked: &'a [(u32, u32)],
    pub(crate) settings: &'a HyperParameters,
}

/// As many stars as were asked for, and how long it took.
pub(crate) struct Predictions {
    pub(crate) stars: Vec<f32>,
    pub(crate) training: Duration,
    pub(crate) prediction: Duration,
}

pub(crate) const ALL: &[RatingModel] = &[
    RatingModel {
        name: "baseline",
        is_sequential: false,
        answer: |task, _| {
            task.answer(|| Biases::fit(task.training, &BiasesSettings::default()), Biases::predict)
        },
    },
    RatingModel {
        name: "biases",
        is_sequential: false,
        answer: |task, _| task.answer(|| Biases::fit(task.training, &task.settings.biases), Biases::predict),
    },
    RatingModel {
        name: "knn-basic",
        is_sequential: false,
        answer: |task, watch| {
            task.answer_together(
                watch,
                |_| KnnBasic::new(task.training, &task.settings.knn_basic),
                |model, watch| model.predict_all(task.asked, watch),
            )
        },
    },
    RatingModel {
        name: "item-knn",
        is_sequential: false,
        answer: |task, watch| {
            task.answer_together(
                watch,
                |watch| ResidualKnn::fit(task.training, &task.settings.rating_knn, watch),
                |model, watch| predict_users(model, task.training, task.asked, watch),
            )
        },
    },
    RatingModel {
        name: "user-knn",
        is_sequential: false,
        answer: |task, watch| {
            task.answer_together(
                watch,
                |_| ResidualUserKnn::fit(task.training, &task.settings.rating_user_knn),
                |model, watch| model.predict_all(task.asked, watch),
            )
        },
    },
    RatingModel {
        name: "svd",
        is_sequential: true,
        answer: |task, watch| task.svd(task.settings.svd.factors, watch),
    },
    RatingModel { name: "svd-100", is_sequential: true, answer: |task, watch| task.svd(100, watch) },
    RatingModel { name: "svd-150", is_sequential: true, answer: |task, watch| task.svd(150, watch) },
    RatingModel {
        name: "svd-pp",
        is_sequential: true,
        answer: |task, watch| {
            task.answer(|| SvdPp::fit(task.training, &task.settings.svd_pp, watch), SvdPp::predict)
        },
    },
    RatingModel {
        name: "als",
        is_sequential: false,
        answer: |task, watch| {
            task.answer(|| Als::fit(task.training, &task.settings.als, watch), Als::predict)
        },
    },
    RatingModel {
        name: "blend",
        is_sequential: false,
        answer: |task, watch| {
            task.answer_together(
                watch,
                |watch| Blend::fit(task.training, &task.settings.blend, watch),
                |model, watch| predict_users(model, task.training, task.asked, watch),
            )
        },
    },
];

impl RatingModel {
    pub(crate) fn run(&self, task: &Task<'_>, watch: &mut dyn Watch) -> Result<Predictions, Error> {
        (self.answer)(task, watch)
    }
}

/// The models of these names, in the order of the program; all when none is named, but `svd`, which is one of the others
/// unless a recipe says otherwise.
pub(crate) fn named(names: &[String]) -> anyhow::Result<Vec<&'static RatingModel>> {
    let all = || ALL.iter().map(|model| model.name).collect::<Vec<_>>();
    if let Some(name) = names.iter().find(|name| !all().contains(&name.as_str())) {
        anyhow::bail!("{name:?} is not a model; those that there are: {}", all().join(", "));
    }
    let is_wanted = |model: &&RatingModel| match names {
        [] => model.name != "svd",
        names => names.iter().any(|name| name == model.name),
    };
    Ok(ALL.iter().filter(is_wanted).collect())
}

/// Of more ratings no blend is trained: it takes several times as long as the others together.
const MOST_BLENDED: usize = 2_000_000;

/// Whether the neighbours that predict stars of so many ratings are blended with others.
pub(crate) fn are_blended(ratings: usize) -> bool {
    ratings <= MOST_BLENDED
}

/// Those that predict stars as the methods do that are served, of so many ratings.
pub(crate) fn of_methods(methods: &[Method], ratings: usize) -> Vec<&'static RatingModel> {
    let is_served = |model: &&RatingModel| match model.name {
        "svd" => methods.contains(&Method::Svd),
        "item-knn" => methods.contains(&Method::Knn),
        "blend" => methods.contains(&Method::Knn) && are_blended(ratings),
        _ => false,
    };
    ALL.iter().filter(is_served).collect()
}

impl Task<'_> {
    fn svd(&self, factors: usize, watch: &mut dyn Watch) -> Result<Predictions, Error> {
        let settings = SvdSettings { factors, ..self.settings.svd.clone() };
        self.answer(|| Svd::fit(self.training, &settings, watch), Svd::predict)
    }

    fn answer<M: Sync>(
        &self,
        fit: impl FnOnce() -> Result<M, Error>,
        predict: impl Fn(&M, u32, u32) -> f32 + Sync,
    ) -> Result<Predictions, Error> {
        let predict_all = |model: &M, _: &mut dyn Watch| {
            Ok(self.asked.par_iter().map(|(user, item)| predict(model, *user, *item)).collect())
        };
        self.answer_together(&mut (), |_| fit(), predict_all)
    }

    fn answer_together<M>(
        &self,
        watch: &mut dyn Watch,
        fit: impl FnOnce(&mut dyn Watch) -> Result<M, Error>,
        predict: impl FnOnce(&M, &mut dyn Watch) -> Result<Vec<f32>, Error>,
    ) -> Result<Predictions, Error> {
        let started = Instant::now();
        let model = fit(watch)?;
        let training = started.elapsed();
        let stars = predict(&model, watch)?;
        Ok(Predictions { stars, training, prediction: started.elapsed() - training })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn models_are_found_by_distinct_names() {
        let names: HashSet<&str> = ALL.iter().map(|model| model.name).collect();
        assert_eq!(names.len(), ALL.len());
        assert_eq!(named(&[]).unwrap().len(), ALL.len() - 1);
        let found = named(&["svd-100".to_owned(), "baseline".to_owned()]).unwrap();
        assert_eq!(found.iter().map(|model| model.name).collect::<Vec<_>>(), ["baseline", "svd-100"]);
    }

    #[test]
    fn neighbours_are_blended_where_that_takes_no_hours() {
        let names =
            |ratings| of_methods(&[Method::Knn], ratings).iter().map(|model| model.name).collect::<Vec<_>>();
        assert_eq!(names(100_000), ["item-knn", "blend"]);
        assert_eq!(names(25_000_000), ["item-knn"]);
    }

    #[test]
    fn an_unknown_model_is_answered_with_those_there_are() {
        let error = named(&["magic".to_owned()]).err().unwrap().to_string();
        assert!(error.starts_with("\"magic\" is not a model") && error.contains("knn-basic"), "{error}");
    }
}

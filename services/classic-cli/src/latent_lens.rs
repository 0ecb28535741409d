use std::path::Path;

use filmlens_collaborative::Similarity;
use filmlens_evaluation::rating::CrossValidation;
use filmlens_program::tracked::{Arguments, Record};

use crate::hyper_parameters::HyperParameters;
use crate::ratings::Limits;

/// The experiments in which LatentLens looks for its evaluations.
const SVD: &str = "LatentLens-SVD-Evaluation";
const KNN: &str = "LatentLens-KNN-Evaluation";

/// The factors of the model that LatentLens serves, and the run in which it looks for it.
const SERVED: (usize, &str) = (150, "SVD_PRODUCTION_READY_FINAL_V2");

/// Records the models that LatentLens knows, under its names; the others it has no place for.
pub(crate) fn record(
    arguments: &Arguments,
    out: &Path,
    validation: &CrossValidation,
    settings: &HyperParameters,
    limits: Limits,
) -> anyhow::Result<()> {
    for model in &validation.models {
        let Some(Described { experiment, run, mut params }) = described(&model.name, settings) else {
            continue;
        };
        let limit = |limit: Option<u32>| limit.map_or_else(|| "all".to_owned(), |limit| limit.to_string());
        params.push(("user_sample_size", limit(limits.max_users)));
        params.push(("movie_sample_size", limit(limits.max_movies)));
        params.push(("folds", validation.folds.to_string()));
        let record = Record::start(arguments.tracking(out)?, experiment, &run)?;
        record.params(&params);
        record.metrics(0, [("rmse", model.rmse.mean), ("mae", model.mae.mean)]);
        record.finish();
    }
    Ok(())
}

/// A model as LatentLens would name it.
struct Described {
    experiment: &'static str,
    run: String,
    params: Vec<(&'static str, String)>,
}

fn described(model: &str, settings: &HyperParameters) -> Option<Described> {
    match model {
        "svd" => Some(svd(settings.svd.factors, settings)),
        "knn-basic" => Some(knn_basic(settings)),
        "item-knn" => Some(item_knn(settings)),
        _ => Some(svd(model.strip_prefix("svd-")?.parse().ok()?, settings)),
    }
}

fn svd(factors: usize, settings: &HyperParameters) -> Described {
    let (served, name) = SERVED;
    let run = if factors == served { name.to_owned() } else { format!("SVD_{factors}_FACTORS") };
    let params = vec![
        ("model_type", "SVD".to_owned()),
        ("n_factors", factors.to_string()),
        ("n_epochs", settings.svd.epochs.to_string()),
        ("random_state", settings.svd.seed.to_string()),
    ];
    Described { experiment: SVD, run, params }
}

fn knn_basic(settings: &HyperParameters) -> Described {
    let knn = &settings.knn_basic;
    let run = if knn.user_based { "KNN_BASIC_USER_BASED" } else { "KNN_BASIC_ITEM_BASED" };
    let params = vec![
        ("model_type", "KNNBasic".to_owned()),
        ("k", knn.neighbours.to_string()),
        ("sim_name", sim_name(knn.similarity).to_owned()),
        ("user_based", knn.user_based.to_string()),
    ];
    Described { experiment: KNN, run: run.to_owned(), params }
}

/// Scikit-surprise calls a KNN that starts from biases by the name of these.
fn item_knn(settings: &HyperParameters) -> Described {
    let knn = &settings.rating_knn;
    let params = vec![
        ("model_type", "KNNBaseline".to_owned()),
        ("k", knn.neighbours.to_string()),
        ("sim_name", sim_name(knn.similarity).to_owned()),
        ("user_based", false.to_string()),
    ];
    Described { experiment: KNN, run: "KNN_BASELINE_ITEM_BASED".to_owned(), params }
}

/// As scikit-surprise names them, which has one cosine and none that is adjusted.
fn sim_name(similarity: Similarity) -> &'static str {
    match similarity {
        Similarity::Cosine | Similarity::CoRatedCosine => "cosine",
        Similarity::AdjustedCosine => "adjusted_cosine",
        Similarity::Pearson => "pearson",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn param<'a>(described: &'a Described, name: &str) -> &'a str {
        &described.params.iter().find(|(found, _)| *found == name).unwrap().1
    }

    #[test]
    fn the_model_of_150_factors_has_the_name_of_the_served_one() {
        let settings = HyperParameters::read(None).unwrap();
        let served = described("svd-150", &settings).unwrap();
        assert_eq!(served.experiment, "LatentLens-SVD-Evaluation");
        assert_eq!(served.run, "SVD_PRODUCTION_READY_FINAL_V2");
        assert_eq!((param(&served, "n_factors"), param(&served, "n_epochs")), ("150", "20"));
        let other = described("svd-100", &settings).unwrap();
        assert_eq!((other.experiment, other.run.as_str()), (SVD, "SVD_100_FACTORS"));
    }

    #[test]
    fn neighbours_are_recorded_with_the_similarity_that_was_set() {
        let mut settings = HyperParameters::read(None).unwrap();
        settings.knn_basic.similarity = Similarity::Pearson;
        settings.knn_basic.user_based = true;
        let basic = described("knn-basic", &settings).unwrap();
        assert_eq!((basic.experiment, basic.run.as_str()), (KNN, "KNN_BASIC_USER_BASED"));
        assert_eq!((param(&basic, "sim_name"), param(&basic, "user_based")), ("pearson", "true"));
        settings.rating_knn.similarity = Similarity::AdjustedCosine;
        let items = described("item-knn", &settings).unwrap();
        assert_eq!((items.experiment, items.run.as_str()), (KNN, "KNN_BASELINE_ITEM_BASED"));
        assert_eq!((param(&items, "sim_name"), param(&items, "user_based")), ("adjusted_cosine", "false"));
    }

    #[test]
    fn what_latent_lens_does_not_know_is_not_recorded() {
        let settings = HyperParameters::read(None).unwrap();
        for model in ["svd-pp", "biases", "user-knn", "als", "blend"] {
            assert!(described(model, &settings).is_none(), "{model}");
        }
    }
}

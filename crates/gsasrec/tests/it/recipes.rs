use filmlens_gsasrec::loss::Loss;
use filmlens_gsasrec::training::{Recipe, Schedule};

use crate::learning::recipe;

fn schedule(warm_up_steps: u64, final_rate: f64) -> Schedule {
    Schedule { learning_rate: 0.4, warm_up_steps, final_rate, ..recipe().training }
}

#[track_caller]
fn assert_rates(schedule: &Schedule, steps_in_all: u64, expected: &[(u64, f64)]) {
    for (step, rate) in expected {
        let found = schedule.learning_rate_at(*step, steps_in_all);
        assert!((found - rate).abs() < 1e-12, "step {step}: {found} instead of {rate}");
    }
}

#[test]
fn the_learning_rate_rises_and_then_falls_along_a_half_cosine() {
    let expected = [(0, 0.1), (1, 0.2), (3, 0.4), (4, 0.4), (9, 0.22), (14, 0.04), (1000, 0.04)];
    assert_rates(&schedule(4, 0.1), 14, &expected);
    assert_rates(&schedule(4, 0.0), 14, &[(9, 0.2), (14, 0.0)]);
}

#[test]
fn the_learning_rate_stays_where_it_is_when_its_end_is_its_beginning() {
    assert_rates(&schedule(0, 1.0), 10, &[(0, 0.4), (5, 0.4), (10, 0.4), (50, 0.4)]);
}

#[test]
fn a_warm_up_longer_than_the_training_only_rises() {
    assert_rates(&schedule(20, 0.1), 10, &[(0, 0.02), (9, 0.2)]);
}

const TEXT: &str = r#"
[model]
dimension = 64
heads = 2
blocks = 2
max_length = 200
feed_forward = 4
block = "gated"
positions = "from-start"
shared_table = true
scale_input = true

[loss]
kind = "sampled-softmax"
negatives = 256

[training]
seed = 7
dropout = 0.2
batch_size = 128
learning_rate = 0.001
epochs = 100
validate_every = 2
patience = 10
coverage = "whole"
validation = "everyone"
"#;

#[test]
fn a_recipe_is_read_from_its_text_and_survives_being_written() {
    let recipe = Recipe::parse(TEXT).unwrap();
    assert_eq!(recipe.loss, Loss::SampledSoftmax { negatives: 256, corrected: false });
    assert_eq!((recipe.training.second_decay, recipe.training.final_rate), (0.999, 1.0));
    assert_eq!((recipe.training.warm_up_steps, recipe.training.averaging), (0, None));
    assert_eq!(recipe.config(3416).items, 3416);
    let written = toml::to_string(&recipe).unwrap();
    assert_eq!(Recipe::parse(&written).unwrap(), recipe);
}

#[test]
fn a_recipe_that_cannot_work_is_refused_with_the_field() {
    for (from, to, expected) in [
        ("heads = 2", "heads = 3", "heads must divide the dimension, 64, without rest"),
        ("blocks = 2", "blocks = 0", "blocks must lie between 1 and 256"),
        ("blocks = 2", "blocks = 9000000000", "blocks must lie between 1 and 256"),
        ("dropout = 0.2", "dropout = 1.0", "training.dropout must lie between 0 and 1"),
        ("dropout = 0.2", "dropout = nan", "training.dropout must lie between 0 and 1"),
        ("batch_size = 128", "batch_size = 0", "training.batch_size must be at least 1"),
        ("epochs = 100", "epochs = 0", "training.epochs must be at least 1"),
        ("patience = 10", "patience = 0", "training.patience must be at least 1"),
        ("validate_every = 2", "validate_every = 0", "training.validate_every must be at least 1"),
        ("negatives = 256", "negatives = -1", "loss.negatives must be at least 1"),
        ("learning_rate = 0.001", "learning_rate = -1", "training.learning_rate must be a number above 0"),
        ("learning_rate = 0.001", "learning_rate = inf", "training.learning_rate must be a number above 0"),
        ("seed = 7", "seed = 7\naveraging = 1.0", "training.averaging must lie between 0 and 1"),
        ("seed = 7", "seed = 7\nfinal_rate = -0.5", "training.final_rate must lie between 0 and 1"),
        ("seed = 7", "seed = 7\nfinal_rate = 1.5", "training.final_rate must lie between 0 and 1"),
        ("seed = 7", "seed = 7\nbatches_per_epoch = 0", "training.batches_per_epoch must be at least 1"),
        (
            "kind = \"sampled-softmax\"",
            "kind = \"gbce\"\ncalibration = 1.5",
            "loss.calibration must lie between 0 and 1",
        ),
    ] {
        assert!(TEXT.contains(from));
        let error = Recipe::parse(&TEXT.replacen(from, to, 1)).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn an_unknown_or_missing_field_is_refused() {
    for text in [
        TEXT.replace("patience", "patients"),
        TEXT.replace("heads = 2\n", ""),
        TEXT.replace("sampled-softmax", "hinge"),
        TEXT.replace("negatives = 256", "negatives = 256\nmargin = 1"),
        "dimension = 64".to_owned(),
    ] {
        assert!(Recipe::parse(&text).is_err(), "{text}");
    }
}

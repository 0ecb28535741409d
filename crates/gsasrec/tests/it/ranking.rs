use std::collections::HashSet;
use std::convert::Infallible;

use filmlens_gsasrec::scoring::{Answer, Question, rank};
use filmlens_gsasrec::{Batch, Model, ModelConfig, Parameters};
use proptest::prelude::*;
use tch::{Device, Tensor};

use crate::setup::{Chance, config};

fn answers(model: &Model, questions: &[Question<'_>], top: usize) -> Vec<Answer> {
    let mut answers = vec![None; questions.len()];
    let Ok(()) = rank::<Infallible>(model, questions, top, |indices, found| {
        assert_eq!(indices.len(), found.len());
        for (index, answer) in indices.iter().zip(found) {
            assert!(answers[*index].replace(answer).is_none(), "question {index} is answered twice");
        }
        Ok(())
    });
    answers.into_iter().map(|answer| answer.expect("every question is answered")).collect()
}

/// The unseen items with their scores, best first; of equal scores the smaller number first.
fn sorted(model: &Model, question: &Question<'_>) -> Vec<(u32, f32)> {
    let batch = Batch::new(model.config(), &[question.history], Device::Cpu);
    let scores = tch::no_grad(|| model.scores(&model.last_states(&batch)).get(0));
    let scores: Vec<f32> = Vec::try_from(scores).unwrap();
    let seen: HashSet<u32> = question.history.iter().copied().collect();
    let mut items: Vec<(u32, f32)> = (1..=model.config().items)
        .filter(|item| *item == question.target || !seen.contains(item))
        .map(|item| (item, scores[item as usize]))
        .collect();
    items.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    items
}

/// A batch may round a score otherwise than a single history does.
const ROUNDING: f32 = 1e-4;

fn questions() -> impl Strategy<Value = Vec<(Vec<u32>, u32)>> {
    prop::collection::vec((prop::collection::vec(1..=30_u32, 1..25), 1..=30_u32), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_rank_is_the_place_in_a_full_sort(asked in questions(), top in 1..40_usize, seed in 0..100_i64) {
        let chance = Chance::seeded(seed);
        let model = chance.model(&config());
        let questions: Vec<Question<'_>> =
            asked.iter().map(|(history, target)| Question { history, target: *target }).collect();
        for (question, answer) in questions.iter().zip(answers(&model, &questions, top)) {
            let sorted = sorted(&model, question);
            let score_of = |item: u32| sorted.iter().find(|(other, _)| *other == item).map(|(_, score)| *score);
            let of_target = score_of(question.target).unwrap();
            let others = || sorted.iter().filter(|(item, _)| *item != question.target);
            let certain = others().filter(|(_, score)| *score > of_target + ROUNDING).count();
            let possible = others().filter(|(_, score)| *score > of_target - ROUNDING).count();
            prop_assert!((certain..=possible).contains(&answer.rank));

            prop_assert_eq!(answer.top.len(), top.min(sorted.len()));
            prop_assert_eq!(answer.top.iter().collect::<HashSet<_>>().len(), answer.top.len());
            for (item, (_, expected)) in answer.top.iter().zip(&sorted) {
                let score = score_of(*item).expect("what is listed is unseen");
                prop_assert!((score - expected).abs() < ROUNDING);
            }
        }
    }
}

/// A model in which all items score the same.
fn indifferent(chance: &Chance) -> Model {
    let config = ModelConfig { shared_table: false, ..config() };
    let flatten = |(name, tensor): (String, Tensor)| {
        let tensor = if name == "output_embedding.weight" { tensor.ones_like() } else { tensor };
        (name, tensor)
    };
    let tensors = chance.tensors(&config).into_iter().map(flatten).collect();
    Model::new(config.clone(), Parameters::take(&config, tensors, Device::Cpu).unwrap())
}

#[test]
fn of_equal_scores_the_smaller_number_comes_first() {
    let model = indifferent(&Chance::seeded(1));
    let ask = |target| Question { history: &[2, 5, 5], target };
    let answers = answers(&model, &[1, 3, 4, 6, 30].map(ask), 3);
    let ranks: Vec<usize> = answers.iter().map(|answer| answer.rank).collect();
    assert_eq!(ranks, [0, 1, 2, 3, 27]);
    assert!(answers.iter().all(|answer| answer.top == [1, 3, 4]), "{answers:?}");
}

/// A model whose states are not numbers must not look like a perfect one.
#[test]
fn without_a_score_the_target_comes_last() {
    let model = indifferent(&Chance::seeded(6));
    for (_, tensor) in model.parameters().iter() {
        let _ = tch::no_grad(|| tensor.shallow_clone().fill_(f64::NAN));
    }
    let answer = &answers(&model, &[Question { history: &[2, 5], target: 1 }], 3)[0];
    assert!(answer.rank >= 27, "{answer:?}");
}

#[test]
fn a_target_that_was_seen_before_is_ranked_among_the_unseen() {
    let model = indifferent(&Chance::seeded(2));
    let questions = [Question { history: &[1, 2, 7, 7], target: 7 }];
    assert_eq!(answers(&model, &questions, 3)[0].rank, 4, "3, 4, 5 and 6 come before it; 1 and 2 are seen");
}

#[test]
fn nothing_seen_is_listed_when_hardly_anything_is_left() {
    let model = Chance::seeded(3).model(&config());
    let history: Vec<u32> = (1..=28).collect();
    let answer = &answers(&model, &[Question { history: &history, target: 30 }], 10)[0];
    assert_eq!(answer.top.iter().copied().collect::<HashSet<_>>(), HashSet::from([29, 30]));
    assert_eq!(answer.top.len(), 2);
}

#[test]
fn no_questions_have_no_answers() {
    assert_eq!(answers(&Chance::seeded(4).model(&config()), &[], 10), []);
}

#[test]
fn an_error_of_the_listener_ends_the_ranking() {
    let model = Chance::seeded(5).model(&config());
    let questions = [Question { history: &[1], target: 2 }; 1300];
    let mut heard = 0;
    let result = rank(&model, &questions, 1, |_, _| {
        heard += 1;
        Err("enough")
    });
    assert_eq!((result, heard), (Err("enough"), 1));
}

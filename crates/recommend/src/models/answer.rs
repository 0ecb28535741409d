use filmlens_collaborative::Profile;
use filmlens_evaluation::top_k;

use super::{Models, SIMILAR};
use crate::{Method, Predictor};

/// What to recommend, and to whom.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub profile: Profile<'a>,
    /// The default ranker where none is named.
    pub method: Option<Method>,
    pub k: usize,
    /// Not to be recommended.
    pub exclude: &'a [u32],
    /// Whether what the profile holds may be recommended again.
    pub repeats: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Item numbers with their scores, best first.
    pub items: Vec<(u32, f32)>,
    /// Whose scores they are.
    pub method: Method,
    /// Why it is not the method that was asked for.
    pub fallback: Option<Fallback>,
}

/// Why another method answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// There is no rating to start from.
    NoRatings,
    /// The model of the method is not there.
    NotLoaded,
    /// The model knows nothing of what was rated, or nothing that is left to recommend.
    NothingKnown,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PredictedRating {
    /// On the scale of the ratings.
    pub stars: f32,
    pub method: Predictor,
}

/// What stands in for a method that cannot rank, in this order.
const STAND_INS: [Method; 2] = [Method::Popular, Method::Trending];

impl Models {
    /// The best films, without those that are excluded or, unless it repeats, in the profile. Where the method cannot
    /// tell, the popular ones, and why; where there are no such models either, nothing.
    pub fn recommend(&self, question: Question<'_>) -> Answer {
        let asked = question.method.unwrap_or_else(|| self.default_ranker());
        let why = match self.rank(asked, question) {
            Ok(items) => return Answer { items, method: asked, fallback: None },
            Err(why) => why,
        };
        for method in STAND_INS.into_iter().filter(|method| *method != asked) {
            if let Ok(items) = self.rank(method, question) {
                return Answer { items, method, fallback: Some(why) };
            }
        }
        Answer { items: Vec::new(), method: asked, fallback: Some(why) }
    }

    fn rank(&self, method: Method, question: Question<'_>) -> Result<Vec<(u32, f32)>, Fallback> {
        let model = self.rankers.get(&method).ok_or(Fallback::NotLoaded)?;
        if question.profile.items.is_empty() && !STAND_INS.contains(&method) {
            return Err(Fallback::NoRatings);
        }
        let mut scores = vec![f32::NEG_INFINITY; model.item_count() as usize + 1];
        model.score(question.profile, &mut scores);
        let rated = if question.repeats { &[] } else { question.profile.items };
        let unwanted = [rated, question.exclude].concat();
        let best = top_k(&scores, question.k, &unwanted);
        let scored = best.into_iter().map(|item| (item, scores[item as usize]));
        let items: Vec<_> = scored.filter(|(_, score)| score.is_finite()).collect();
        if items.is_empty() { Err(Fallback::NothingKnown) } else { Ok(items) }
    }

    /// The films most like one. Where the method cannot tell, the next one that can.
    pub fn similar(&self, item: u32, method: Option<Method>, k: usize) -> Answer {
        let loaded = || SIMILAR.into_iter().filter(|method| self.similar.contains_key(method));
        let asked = method.or_else(|| loaded().next()).unwrap_or(SIMILAR[0]);
        let why = match self.similar.get(&asked) {
            None => Fallback::NotLoaded,
            Some(model) => match model.similar(item, k) {
                items if items.is_empty() => Fallback::NothingKnown,
                items => return Answer { items, method: asked, fallback: None },
            },
        };
        let others = loaded().filter(|method| *method != asked);
        let answers = others.map(|method| (method, self.similar[&method].similar(item, k)));
        match answers.into_iter().find(|(_, items)| !items.is_empty()) {
            Some((method, items)) => Answer { items, method, fallback: Some(why) },
            None => Answer { items: Vec::new(), method: asked, fallback: Some(why) },
        }
    }

    /// How many stars somebody would give, by the most accurate model that is there; `None` without any.
    pub fn predict(&self, profile: Profile<'_>, item: u32) -> Option<PredictedRating> {
        let (lowest, highest) = self.scale;
        self.predictors.iter().find_map(|(method, model)| {
            let stars = model.predict_for(profile, item);
            let stars = stars.is_finite().then(|| stars.clamp(lowest, highest))?;
            Some(PredictedRating { stars, method: *method })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use filmlens_collaborative::{RatingPredictor, Recommender, SimilarItems};
    use proptest::prelude::*;

    use super::*;

    const UNKNOWN: f32 = f32::NEG_INFINITY;

    /// Scores that do not depend on anybody, from item 1.
    struct Fixed(Vec<f32>);

    impl Recommender for Fixed {
        fn item_count(&self) -> u32 {
            self.0.len() as u32
        }

        fn score(&self, _: Profile<'_>, scores: &mut [f32]) {
            scores[1..].copy_from_slice(&self.0);
        }
    }

    impl SimilarItems for Fixed {
        fn similar(&self, item: u32, k: usize) -> Vec<(u32, f32)> {
            let known = (1..).zip(&self.0).filter(|(other, score)| *other != item && score.is_finite());
            known.map(|(other, score)| (other, *score)).take(k).collect()
        }
    }

    impl RatingPredictor for Fixed {
        fn predict_for(&self, _: Profile<'_>, item: u32) -> f32 {
            self.0[item as usize - 1]
        }
    }

    fn fixed(scores: &[f32]) -> Arc<Fixed> {
        Arc::new(Fixed(scores.to_vec()))
    }

    const NOBODY: Profile<'static> = Profile { items: &[], stars: &[] };
    const SOMEBODY: Profile<'static> = Profile { items: &[3, 9], stars: &[5.0, 1.0] };

    fn question(profile: Profile<'_>, method: Option<Method>) -> Question<'_> {
        Question { profile, method, k: 2, exclude: &[], repeats: false }
    }

    fn models() -> Models {
        let mut models = Models::new((0.5, 5.0));
        models.ranks(Method::Popular, fixed(&[4.0, 3.0, 2.0, 1.0]));
        models.ranks(Method::Svd, fixed(&[1.0, 2.0, 9.0, 4.0]));
        models.ranks(Method::Knn, fixed(&[UNKNOWN; 4]));
        models
    }

    #[test]
    fn what_was_rated_or_is_excluded_is_not_recommended() {
        let models = models();
        let answer = models.recommend(question(SOMEBODY, Some(Method::Svd)));
        let expected = Answer { items: vec![(4, 4.0), (2, 2.0)], method: Method::Svd, fallback: None };
        assert_eq!(answer, expected);
        let excluding = Question { exclude: &[4, 77], ..question(SOMEBODY, Some(Method::Svd)) };
        assert_eq!(models.recommend(excluding).items, [(2, 2.0), (1, 1.0)]);
        let repeating = Question { repeats: true, ..question(SOMEBODY, Some(Method::Svd)) };
        assert_eq!(models.recommend(repeating).items, [(3, 9.0), (4, 4.0)]);
    }

    #[test]
    fn the_popular_films_stand_in_and_it_is_said_why() {
        let models = models();
        let popular = vec![(1, 4.0), (2, 3.0)];
        for (profile, method, why) in [
            (NOBODY, Some(Method::Svd), Fallback::NoRatings),
            (NOBODY, None, Fallback::NoRatings),
            (SOMEBODY, Some(Method::Ease), Fallback::NotLoaded),
            (SOMEBODY, Some(Method::Knn), Fallback::NothingKnown),
        ] {
            let answer = models.recommend(question(profile, method));
            let expected = Answer { items: popular.clone(), method: Method::Popular, fallback: Some(why) };
            assert_eq!(answer, expected);
        }
        let asked = models.recommend(question(NOBODY, Some(Method::Popular)));
        assert_eq!((asked.items, asked.fallback), (popular, None));
    }

    #[test]
    fn without_popular_films_there_is_an_empty_answer() {
        let mut models = Models::new((0.5, 5.0));
        models.ranks(Method::Svd, fixed(&[1.0, 2.0]));
        let answer = models.recommend(question(NOBODY, Some(Method::Svd)));
        let expected = Answer { items: Vec::new(), method: Method::Svd, fallback: Some(Fallback::NoRatings) };
        assert_eq!(answer, expected);
    }

    #[test]
    fn the_default_is_the_best_that_is_loaded() {
        let mut models = models();
        assert_eq!(models.recommend(question(SOMEBODY, None)).fallback, Some(Fallback::NothingKnown));
        models.ranks(Method::Ease, fixed(&[0.1, 0.2, 0.3, 0.4]));
        assert_eq!(models.recommend(question(SOMEBODY, None)).method, Method::Ease);
    }

    #[test]
    fn another_method_tells_what_is_similar_where_the_one_asked_for_cannot() {
        let mut models = models();
        assert_eq!(models.similar(1, None, 2).items, []);
        models.tells_similar(Method::Ials, fixed(&[0.1, 0.9, 0.5]));
        models.tells_similar(Method::Knn, fixed(&[UNKNOWN; 3]));
        let answer = models.similar(1, Some(Method::Svd), 5);
        let expected = Answer {
            items: vec![(2, 0.9), (3, 0.5)],
            method: Method::Ials,
            fallback: Some(Fallback::NotLoaded),
        };
        assert_eq!(answer, expected);
        assert_eq!(models.similar(1, None, 5).fallback, Some(Fallback::NothingKnown));
        assert_eq!(models.similar(1, Some(Method::Ials), 1).fallback, None);
    }

    #[test]
    fn a_predicted_rating_is_on_the_scale() {
        let mut models = models();
        assert_eq!(models.predict(SOMEBODY, 1), None);
        models.predicts(Predictor::Knn, fixed(&[6.0, f32::NAN, -1.0]));
        models.predicts(Predictor::Svd, fixed(&[3.5, 2.0, 1.0]));
        let stars = |item| models.predict(SOMEBODY, item).map(|rating| (rating.stars, rating.method));
        assert_eq!(stars(1), Some((5.0, Predictor::Knn)));
        assert_eq!(stars(2), Some((2.0, Predictor::Svd)));
        assert_eq!(stars(3), Some((0.5, Predictor::Knn)));
        models.predicts(Predictor::Blend, fixed(&[4.5, 4.0, 3.5]));
        assert_eq!(models.predict(SOMEBODY, 1).unwrap().method, Predictor::Blend);
    }

    proptest! {
        #[test]
        fn lists_are_ranked_new_and_no_longer_than_asked_for(
            scores in prop::collection::vec(prop_oneof![Just(UNKNOWN), -5.0_f32..5.0], 1..30),
            items in prop::collection::btree_set(1_u32..40, 0..20),
            exclude in prop::collection::vec(1_u32..40, 0..10),
            k in 0_usize..12,
        ) {
            let mut models = Models::new((0.5, 5.0));
            models.ranks(Method::Svd, fixed(&scores)).ranks(Method::Popular, fixed(&scores));
            let items: Vec<u32> = items.into_iter().collect();
            let stars = vec![3.0; items.len()];
            let profile = Profile { items: &items, stars: &stars };
            let method = Some(Method::Svd);
            let answer = models.recommend(Question { profile, method, k, exclude: &exclude, repeats: false });
            prop_assert!(answer.items.len() <= k);
            prop_assert!(answer.items.is_sorted_by(|(_, one), (_, next)| one >= next));
            for (item, score) in answer.items {
                prop_assert!(score.is_finite() && scores[item as usize - 1] == score);
                prop_assert!(!items.contains(&item) && !exclude.contains(&item));
            }
        }
    }
}

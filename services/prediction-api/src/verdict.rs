use filmlens_api_types::{CategoryPrediction, Decision, Verdict, VerdictReason};
use filmlens_domain::{Level, PerCategory};
use filmlens_text_features::genre_name;

use crate::families::Family;

/// Whether a film suits a family. What is uncertain never counts as safe: where nothing speaks against the film, but a
/// category that the family limits is uncertain, somebody has to look.
pub(crate) fn judge(family: &Family, found: &PerCategory<&CategoryPrediction>, genres: &[String]) -> Verdict {
    let mut reasons = Vec::new();
    for (category, found) in found.iter() {
        let limit = *family.limits.get(category);
        if found.nivel > limit {
            reasons.push(VerdictReason::AboveLimit {
                category: category.to_string(),
                nivel: found.nivel,
                limit,
                probabilidad: found.probabilidad,
                incierto: found.incierto,
            });
        } else if found.incierto && limit < Level::Alto {
            reasons.push(VerdictReason::Uncertain { category: category.to_string(), limit });
        }
    }
    for genre in genres {
        if family.blocked_genres.iter().any(|blocked| is_same_genre(blocked, genre)) {
            reasons.push(VerdictReason::BlockedGenre { genre: genre.clone() });
        }
    }
    let is_uncertain = |reason: &VerdictReason| matches!(reason, VerdictReason::Uncertain { .. });
    let (decision, message) = if reasons.is_empty() {
        (Decision::Suitable, "Es apta para esta familia.")
    } else if reasons.iter().all(is_uncertain) {
        (Decision::NeedsReview, "No se puede saber si es apta: falta información sobre la película.")
    } else {
        (Decision::Unsuitable, "No es apta para esta familia.")
    };
    Verdict { decision, message: message.to_owned(), reasons }
}

/// Whether two texts name one genre, in whichever language. What has no letters is only the same as itself.
fn is_same_genre(one: &str, other: &str) -> bool {
    let name = genre_name(one);
    one == other || (!name.is_empty() && name == genre_name(other))
}

#[cfg(test)]
mod tests {
    use filmlens_api_types::LevelProbabilities;
    use filmlens_domain::FamilyLimits;

    use super::*;

    fn found(nivel: Level, incierto: bool) -> CategoryPrediction {
        let probabilidades_todas = LevelProbabilities { sin_contenido: 0.2, moderado: 0.3, alto: 0.5 };
        CategoryPrediction { nivel, probabilidad: 0.5, probabilidades_todas, incierto, explanation: None }
    }

    fn decide(age: u8, all: &CategoryPrediction, genres: &[&str]) -> Verdict {
        let family = Family { limits: FamilyLimits::for_age(age), blocked_genres: vec!["Horror".to_owned()] };
        let genres: Vec<String> = genres.iter().map(ToString::to_string).collect();
        judge(&family, &PerCategory::from_fn(|_| all), &genres)
    }

    #[test]
    fn a_film_within_all_limits_is_suitable() {
        let verdict = decide(6, &found(Level::SinContenido, false), &["Comedy"]);
        assert_eq!((verdict.decision, verdict.reasons.len()), (Decision::Suitable, 0));
    }

    #[test]
    fn a_film_above_a_limit_is_not_and_each_category_is_named() {
        let verdict = decide(7, &found(Level::Moderado, false), &[]);
        // Violence may be moderate at seven.
        assert_eq!((verdict.decision, verdict.reasons.len()), (Decision::Unsuitable, 4));
    }

    #[test]
    fn a_blocked_genre_is_enough_however_it_is_written() {
        let verdict = decide(18, &found(Level::Alto, false), &["HORROR"]);
        assert_eq!(verdict.reasons, [VerdictReason::BlockedGenre { genre: "HORROR".to_owned() }]);
        assert_eq!(verdict.decision, Decision::Unsuitable);
    }

    #[test]
    fn a_genre_is_blocked_under_each_of_its_names() {
        let free = found(Level::SinContenido, false);
        for (blocked, genre) in
            [("Terror", "Horror"), ("Ciencia ficción", "Sci-Fi"), ("bélica", "War"), ("?", "?")]
        {
            let family =
                Family { limits: FamilyLimits::for_age(18), blocked_genres: vec![blocked.to_owned()] };
            let verdict = judge(&family, &PerCategory::from_fn(|_| &free), &[genre.to_owned()]);
            assert_eq!(verdict.decision, Decision::Unsuitable, "{blocked} {genre}");
        }
        assert!(!is_same_genre("?", "!"));
        assert!(!is_same_genre("Terror", "Comedy"));
    }

    #[test]
    fn what_is_uncertain_is_never_safe_unless_everything_is_accepted() {
        let nothing_found = found(Level::SinContenido, true);
        assert_eq!(decide(9, &nothing_found, &[]).decision, Decision::NeedsReview);
        assert_eq!(decide(18, &nothing_found, &[]).decision, Decision::Suitable);
        assert_eq!(decide(9, &found(Level::Alto, true), &[]).decision, Decision::Unsuitable);
    }
}

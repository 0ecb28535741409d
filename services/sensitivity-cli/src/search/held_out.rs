use filmlens_datasets::sensitivity::{LabelledFilm, LabelledFilms};
use filmlens_evaluation::classification::{Answers, Classification, Question, Settings as ReportSettings};
use filmlens_program::Interrupt;
use filmlens_sensitivity::{Settings, train};
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

use crate::watch::{OnBar, from_training};

/// Takes a share of the judged films away.
pub(super) fn split(mut films: LabelledFilms, share: f64, seed: u64) -> (LabelledFilms, Vec<LabelledFilm>) {
    let is_judged = |film: &LabelledFilm| film.severities.iter().any(|(_, level)| level.is_some());
    let mut judged: Vec<usize> =
        (0..films.films.len()).filter(|film| is_judged(&films.films[*film])).collect();
    judged.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    judged.truncate((judged.len() as f64 * share) as usize);
    judged.sort_unstable();
    let (mut kept, mut held_out) = (Vec::new(), Vec::new());
    for (index, film) in films.films.into_iter().enumerate() {
        let is_held_out = judged.binary_search(&index).is_ok();
        if is_held_out { held_out.push(film) } else { kept.push(film) }
    }
    films.films = kept;
    (films, held_out)
}

/// What was found beside what there was before, on films that neither has seen. None without such films.
pub(super) fn compare(
    films: &LabelledFilms,
    held_out: &[LabelledFilm],
    found: &Settings,
    before: &Settings,
    interrupt: &Interrupt,
) -> anyhow::Result<Option<Classification>> {
    let evidence: Vec<_> = held_out.iter().map(|film| (&film.evidence, false)).collect();
    let mut assessed = Vec::new();
    for (name, settings) in [("found", found), ("before", before)] {
        let mut watch = OnBar::new(name, interrupt);
        let trained = train(films, settings, &mut watch).map_err(from_training)?;
        assessed.push((name, trained.model.assess(&evidence)?));
    }
    let mut questions = Vec::new();
    for asked in found.form.questions() {
        let mut question = Question { name: asked.to_string(), ..Question::default() };
        let answered = |film: &&(usize, &LabelledFilm)| asked.answer(&film.1.severities).is_some();
        let rows: Vec<(usize, &LabelledFilm)> =
            held_out.iter().enumerate().filter(|film| answered(&film)).collect();
        if rows.is_empty() {
            continue;
        }
        question.films = rows.iter().map(|(index, _)| *index as u32).collect();
        question.folds = vec![0; rows.len()];
        question.repeats = vec![0; rows.len()];
        question.truths = rows.iter().filter_map(|(_, film)| asked.answer(&film.severities)).collect();
        for (name, assessments) in &assessed {
            let probability = |(index, _): &(usize, &LabelledFilm)| {
                let reading = assessments[*index].categories.get(asked.category).reading;
                let at_least = match asked.at_least {
                    filmlens_domain::Level::Alto => reading.high,
                    _ => 1.0 - reading.none,
                };
                at_least.clamp(0.0, 1.0)
            };
            let probabilities = rows.iter().map(probability).collect();
            question.models.push(Answers { name: (*name).to_owned(), probabilities, scores: None });
        }
        questions.push(question);
    }
    if questions.is_empty() {
        return Ok(None);
    }
    Ok(Some(Classification::new(&questions, &[], ReportSettings::default())?))
}

use filmlens_datasets::sensitivity::{LabelledFilm, LabelledFilms};
use filmlens_domain::{Assessment, Category, FilmEvidence, Level, PerCategory};

use crate::case::Case;
use crate::labels::{self, LabelOrigin};
use crate::model::{answers, level_of, weigh};
use crate::stage::{Stage, Versions, is_judged, versions_of};
use crate::training::steps;
use crate::watch::Progress;
use crate::yardsticks::{Measures, WordSpace, Yardsticks};
use crate::{Error, Question, Settings, Watch, folds};

/// How well models do on films that they have not seen.
#[derive(Debug, Clone)]
pub struct CrossValidation {
    pub folds: usize,
    /// In the order of the form's questions.
    pub questions: Vec<QuestionScores>,
    /// Every film that people judged, by its place among the films.
    pub films: Vec<JudgedFilm>,
}

/// One question, over all films that have a label for it of that origin: people's, or the rules' where people judged
/// no film. In the latter case the films are scored without their keywords.
#[derive(Debug, Clone)]
pub struct QuestionScores {
    pub question: Question,
    pub origin: LabelOrigin,
    pub rows: Vec<ScoredFilm>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoredFilm {
    /// The place among the films.
    pub film: usize,
    pub fold: usize,
    pub truth: bool,
    /// In log-odds, before calibration.
    pub raw: f64,
    /// Calibrated without sight of the film.
    pub probability: f64,
    pub yardsticks: Yardsticks,
}

/// What would have been answered for a film.
#[derive(Debug, Clone)]
pub struct JudgedFilm {
    pub film: usize,
    pub fold: usize,
    pub truth: PerCategory<Option<Level>>,
    pub assessment: Assessment,
    /// In the order of [`Yardsticks::NAMES`].
    pub yardsticks: [PerCategory<Level>; 3],
}

/// Learns as often as there are folds, each time without the judged films of one, and scores these. Films are dealt out
/// by their ids. A film is read by readers that have not seen what its keywords say, and judged by judges that have not
/// seen what people said of it; which words there are is learned from all films.
pub fn cross_validate(
    films: &LabelledFilms,
    settings: &Settings,
    folds: usize,
    watch: &mut dyn Watch,
) -> Result<CrossValidation, Error> {
    let versions = versions_of(&films.films);
    let of = steps(settings, settings.readers.folds, folds);
    let mut progress = Progress { watch, done: 0, of };
    let validator = CrossValidator::start(films, &versions, settings, folds, &mut progress)?;
    let (mut questions, mut judged): (Vec<QuestionScores>, _) = (Vec::new(), Vec::new());
    for fold in 0..folds {
        let (of_fold, films) = validator.score(fold, &mut progress)?;
        judged.extend(films);
        if questions.is_empty() {
            questions = of_fold;
            continue;
        }
        for (all, of_fold) in questions.iter_mut().zip(of_fold) {
            all.rows.extend(of_fold.rows);
        }
    }
    for question in &mut questions {
        question.rows.sort_by_key(|row| row.film);
    }
    judged.sort_by_key(|film: &JudgedFilm| film.film);
    Ok(CrossValidation { folds, questions, films: judged })
}

/// One of the folds of [`cross_validate`] alone.
pub fn score_fold(
    films: &LabelledFilms,
    settings: &Settings,
    folds: usize,
    fold: usize,
    watch: &mut dyn Watch,
) -> Result<Vec<QuestionScores>, Error> {
    if fold >= folds {
        let value = fold.to_string();
        return Err(Error::Setting { setting: "fold", value, allowed: "below the number of folds" });
    }
    let versions = versions_of(&films.films);
    let mut progress = Progress { watch, done: 0, of: steps(settings, settings.readers.folds, 1) };
    let validator = CrossValidator::start(films, &versions, settings, folds, &mut progress)?;
    Ok(validator.score(fold, &mut progress)?.0)
}

struct CrossValidator<'a> {
    stage: Stage<'a>,
    fold_of: Vec<usize>,
    /// Of each question.
    origins: Vec<LabelOrigin>,
}

/// An answer, by the place of its film.
struct Label {
    film: usize,
    answer: bool,
}

impl<'a> CrossValidator<'a> {
    fn start(
        films: &'a LabelledFilms,
        versions: &'a Versions,
        settings: &'a Settings,
        folds: usize,
        progress: &mut Progress<'_>,
    ) -> Result<Self, Error> {
        let films = &films.films;
        let count = films.iter().filter(|film| is_judged(film)).count();
        if folds < 2 || count < 2 * folds {
            return Err(Error::TooFewFilms { folds, films: count });
        }
        let mut fold_of = vec![0; films.len()];
        // Each fold has its part of the judged films.
        for judged in [true, false] {
            let places: Vec<usize> =
                (0..films.len()).filter(|film| is_judged(&films[*film]) == judged).collect();
            let ids: Vec<&str> = places.iter().map(|film| films[*film].id.as_str()).collect();
            for (film, fold) in places.into_iter().zip(folds::deal(&ids, folds, settings.seed)) {
                fold_of[film] = fold;
            }
        }
        let origin = |question: Question| {
            let is_asked = |film: &LabelledFilm| question.answer(&film.severities).is_some();
            if films.iter().any(is_asked) { LabelOrigin::Human } else { LabelOrigin::KeywordsRule }
        };
        let origins = settings.form.questions().into_iter().map(origin).collect();
        let stage = Stage::new(films, versions, settings, progress)?;
        Ok(Self { stage, fold_of, origins })
    }

    fn score(
        &self,
        fold: usize,
        progress: &mut Progress<'_>,
    ) -> Result<(Vec<QuestionScores>, Vec<JudgedFilm>), Error> {
        let films = self.stage.films;
        let places = |is_tested: bool| -> Vec<usize> {
            (0..films.len()).filter(|film| (self.fold_of[*film] == fold) == is_tested).collect()
        };
        let (learned, tested) = (places(false), places(true));
        let judged: Vec<&LabelledFilm> =
            learned.iter().map(|film| &films[*film]).filter(|film| is_judged(film)).collect();
        let space = WordSpace::fit(&judged)?;

        let (mut questions, mut judges, mut all_measures) = (Vec::new(), Vec::new(), Vec::new());
        for (question, origin) in self.stage.settings.form.questions().into_iter().zip(&self.origins) {
            progress.step("judges")?;
            let judge = self.stage.judge(question, |film| self.fold_of[film] != fold)?;
            let labels = self.labels(&learned, question, *origin);
            let learned_films: Vec<&LabelledFilm> = labels.iter().map(|label| &films[label.film]).collect();
            let answers: Vec<bool> = labels.iter().map(|label| label.answer).collect();
            let measures = Measures::fit(&learned_films, &answers, &space);
            let rows =
                self.labels(&tested, question, *origin).into_iter().map(|Label { film, answer: truth }| {
                    let raw = judge.score(&self.row(film, *origin));
                    let probability = judge.plain.curve.probability(raw);
                    let yardsticks = measures.of(&films[film].evidence, &space);
                    ScoredFilm { film, fold, truth, raw, probability, yardsticks }
                });
            questions.push(QuestionScores { question, origin: *origin, rows: rows.collect() });
            judges.push(judge);
            all_measures.push(measures);
        }
        let judged = tested.into_iter().filter(|film| is_judged(&films[*film]));
        let judged = judged.map(|film| {
            let answers = answers(&judges, &self.stage.row(film));
            let assessment = weigh(&answers, &self.stage.cases[film], &self.stage.settings.uncertainty);
            let yardsticks = yardstick_levels(&films[film].evidence, &all_measures, &space);
            JudgedFilm { film, fold, truth: films[film].severities, assessment, yardsticks }
        });
        Ok((questions, judged.collect()))
    }

    /// Who is asked what keywords say must not see them.
    fn row(&self, film: usize, origin: LabelOrigin) -> Vec<f64> {
        if origin == LabelOrigin::Human {
            return self.stage.row(film);
        }
        let shown = FilmEvidence { keywords: Vec::new(), ..self.stage.films[film].evidence.clone() };
        let case = Case::of(&shown, &self.stage.space, &self.stage.rules);
        case.judge_row(&self.stage.usual.standardized(&self.stage.unseen[film]), &self.stage.numbers)
    }

    fn labels(&self, places: &[usize], question: Question, origin: LabelOrigin) -> Vec<Label> {
        let min_keywords = self.stage.settings.readers.min_keywords;
        let label = |place: &usize| {
            let (film, case) = (&self.stage.films[*place], &self.stage.cases[*place]);
            let (answer, from) = labels::label(film, case, question, min_keywords);
            (from == origin).then_some(Label { film: *place, answer })
        };
        places.iter().filter_map(label).collect()
    }
}

fn yardstick_levels(
    film: &FilmEvidence,
    measures: &[Measures],
    space: &WordSpace,
) -> [PerCategory<Level>; 3] {
    let values: Vec<[f64; 3]> = measures.iter().map(|of| of.of(film, space).values()).collect();
    let of_category = measures.len() / Category::ALL.len();
    [0, 1, 2].map(|yardstick| {
        PerCategory::from_fn(|category| {
            let first = category as usize * of_category;
            let of: Vec<f64> = values[first..first + of_category].iter().map(|of| of[yardstick]).collect();
            level_of(&of)
        })
    })
}

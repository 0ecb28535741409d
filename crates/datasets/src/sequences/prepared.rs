use std::collections::HashMap;
use std::path::Path;

use super::files::{self, FileHash, parse_items};
use super::statistics::Statistics;
use super::stray_item::refuse_stray_item;
use super::{Case, Interactions, Problems, Split};
use crate::Error;

const TRAIN: &str = "train/input.txt";
const VALIDATION: [&str; 2] = ["val/input.txt", "val/output.txt"];
const TEST: [&str; 2] = ["test/input.txt", "test/output.txt"];

pub(super) struct PreparedSplit {
    pub(super) interactions: Interactions,
    pub(super) split: Split,
    pub(super) files: Vec<FileHash>,
}

pub(super) fn is_there(folder: &Path) -> bool {
    [TRAIN, TEST[0]].iter().any(|name| files::path(folder, name).is_file())
}

/// A folder that was prepared for the Python reference: line u of `test` is user u's history, all but the last item as
/// input and the last as output; line u of `train` is the beginning of it that trains; `val` has the input and the
/// output of some users, which are found by their history.
pub(super) fn read(folder: &Path) -> Result<PreparedSplit, Error> {
    let mut reading = Reading { folder, problems: Problems::default(), files: Vec::new() };
    let interactions = reading.histories()?;
    let interactions = match Statistics::find(folder, &mut reading.files)? {
        Some(statistics) => statistics.check(interactions)?,
        None => refuse_stray_item(interactions, |stray| TEST[usize::from(stray.is_last)])?,
    };
    let training = reading.training(&interactions)?;
    let validation = reading.validation(&interactions, &training)?;

    let last = |(user, history): (usize, &[u32])| {
        let input = history.len() - 1;
        Case { user: user as u32, input, target: history[input] }
    };
    let test = interactions.histories().enumerate().map(last).collect();
    let mut split = Split { training, validation, test, ..Split::default() };
    split.count_unknown_targets(&interactions);
    Ok(PreparedSplit { interactions, split, files: reading.files })
}

/// Each step ends with an error if it met problems: the next would compare its lines with the wrong ones.
struct Reading<'a> {
    folder: &'a Path,
    problems: Problems,
    files: Vec<FileHash>,
}

impl Reading<'_> {
    fn histories(&mut self) -> Result<Interactions, Error> {
        let mut interactions = Interactions::empty();
        self.cases(TEST, |_, history, _| {
            history.iter().for_each(|item| interactions.push(*item));
            interactions.finish_user();
        })?;
        if interactions.user_count() == 0 {
            return Err(Error::Empty { file: TEST[0].to_owned() });
        }
        interactions.shrink();
        Ok(interactions)
    }

    /// How many items of each user train.
    fn training(&mut self, interactions: &Interactions) -> Result<Vec<u32>, Error> {
        let mut training = Vec::with_capacity(interactions.user_count());
        let mut items = Vec::new();
        let mut histories = interactions.histories();
        let mut lines = files::open(self.folder, TRAIN)?;
        while let Some(line) = lines.next()? {
            let parsed = parse_items(&line, &mut items);
            let number = line.number;
            let Some(history) = histories.next() else {
                self.problems.add(TRAIN, number, format!("is one line more than {} has", TEST[0]));
                break;
            };
            if let Err(reason) = parsed.and_then(|()| check_training(&items, history)) {
                self.problems.add(TRAIN, number, reason);
            }
            training.push(items.len() as u32);
        }
        if training.len() < interactions.user_count() {
            let reason = format!("is missing: {} has {} lines", TEST[0], interactions.user_count());
            self.problems.add(TRAIN, training.len() as u64 + 1, reason);
        }
        self.files.push(FileHash::of(lines));
        self.end_step()?;
        Ok(training)
    }

    fn validation(&mut self, interactions: &Interactions, training: &[u32]) -> Result<Vec<Case>, Error> {
        let mut users_of: HashMap<&[u32], Vec<u32>> = HashMap::new();
        for (user, history) in (0_u32..).zip(interactions.histories()) {
            users_of.entry(&history[..history.len() - 1]).or_default().push(user);
        }
        let mut validation = Vec::new();
        self.cases(VALIDATION, |line, history, problems| {
            let input = history.len() - 1;
            let Some(users) = users_of.get_mut(history).filter(|users| !users.is_empty()) else {
                let reason = format!("has with its output no history of {} without the last two", TEST[0]);
                return problems.add(VALIDATION[0], line, reason);
            };
            // Two users may have the same history.
            let untrained = users.iter().position(|user| training[*user as usize] as usize <= input);
            let Some(place) = untrained else {
                let reason = format!("has an output that line {} of {TRAIN} trains on", users[0] + 1);
                return problems.add(VALIDATION[0], line, reason);
            };
            validation.push(Case { user: users.remove(place), input, target: history[input] });
        })?;
        Ok(validation)
    }

    /// Hands the input of every line, with its output as the last item, to `take`.
    fn cases(
        &mut self,
        [inputs, outputs]: [&str; 2],
        mut take: impl FnMut(u64, &[u32], &mut Problems),
    ) -> Result<(), Error> {
        let mut input_lines = files::open(self.folder, inputs)?;
        let mut output_lines = files::open(self.folder, outputs)?;
        let (mut history, mut output) = (Vec::new(), Vec::new());
        loop {
            let (input_line, output_line) = match (input_lines.next()?, output_lines.next()?) {
                (Some(input_line), Some(output_line)) => (input_line, output_line),
                (None, None) => break,
                (Some(line), None) => {
                    self.problems.add(outputs, line.number, format!("is missing, for {inputs} goes on"));
                    break;
                }
                (None, Some(line)) => {
                    self.problems.add(inputs, line.number, format!("is missing, for {outputs} goes on"));
                    break;
                }
            };
            let line = input_line.number;
            if let Err(reason) = parse_items(&input_line, &mut history).and_then(|()| not_empty(&history)) {
                self.problems.add(inputs, line, reason);
                continue;
            }
            if let Err(reason) = parse_items(&output_line, &mut output).and_then(|()| only_one(&output)) {
                self.problems.add(outputs, line, reason);
                continue;
            }
            history.append(&mut output);
            take(line, &history, &mut self.problems);
        }
        self.files.extend([FileHash::of(input_lines), FileHash::of(output_lines)]);
        self.end_step()
    }

    fn end_step(&mut self) -> Result<(), Error> {
        std::mem::take(&mut self.problems).into_result()
    }
}

fn not_empty(history: &[u32]) -> Result<(), String> {
    if history.is_empty() { Err("is an empty history".to_owned()) } else { Ok(()) }
}

fn only_one(output: &[u32]) -> Result<(), String> {
    if output.len() == 1 { Ok(()) } else { Err(format!("has {} items instead of one", output.len())) }
}

fn check_training(items: &[u32], history: &[u32]) -> Result<(), String> {
    // Who has three items and is validated on trains on none.
    if items.is_empty() && history.len() > 3 {
        return Err(format!("is empty, but the user has {} items in {}", history.len() - 1, TEST[0]));
    }
    if items.len() >= history.len() {
        return Err(format!("trains on the output of the same line in {}", TEST[1]));
    }
    let same = items.iter().zip(history).take_while(|(item, other)| item == other).count();
    if same < items.len() {
        return Err(format!("differs from the same line of {} at its item {}", TEST[0], same + 1));
    }
    Ok(())
}

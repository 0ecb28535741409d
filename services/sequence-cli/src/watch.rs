use std::ops::ControlFlow;

use filmlens_gsasrec::Error;
use filmlens_gsasrec::training::{Event, Outcome, Recipe, Training};
use filmlens_program::Interrupt;
use filmlens_program::output::note;
use indicatif::ProgressBar;

use crate::progress;
use crate::tracked::Record;

/// Runs the training under a progress bar and records its epochs. An interrupt stops it after the batch at hand.
pub(crate) fn run(
    training: &Training<'_>,
    recipe: &Recipe,
    record: &Record,
    interrupt: &Interrupt,
) -> Result<Outcome, Error> {
    let bar = progress::of_batches(0);
    let outcome = training.run(|event| {
        show(&bar, &event, recipe);
        match &event {
            // A kill may come between a checkpoint and the record of its last epoch. What is there already is not
            // recorded twice.
            Event::Started { progress, .. } => progress.curve.iter().for_each(|point| record.epoch(point)),
            Event::Epoch { point, .. } => record.epoch(point),
            Event::Batch { .. } | Event::Validating { .. } => {}
        }
        if interrupt.is_raised() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    bar.finish_and_clear();
    outcome
}

fn show(bar: &ProgressBar, event: &Event<'_>, recipe: &Recipe) {
    match event {
        Event::Started { parameters, batches_of_an_epoch, progress } => {
            let epochs = recipe.training.epochs;
            bar.set_length(*batches_of_an_epoch as u64 * u64::from(epochs));
            bar.set_position(progress.steps);
            bar.reset_eta();
            let start =
                if progress.steps == 0 { String::new() } else { format!(", from step {}", progress.steps) };
            note(&format!(
                "{parameters} parameters, {epochs} epochs of {batches_of_an_epoch} batches at most{start}"
            ));
        }
        Event::Batch { progress, .. } => {
            bar.set_position(progress.steps);
            bar.set_message(format!("epoch {}, loss {:.4}", progress.epoch + 1, progress.loss()));
        }
        Event::Validating { done, of } => bar.set_message(format!("validating, {done} of {of} cases")),
        Event::Epoch { point, is_best, .. } => {
            let Some(quality) = point.validation else { return };
            let star = if *is_best { "  best so far" } else { "" };
            let line = format!(
                "epoch {:>4}  loss {:.4}  validation nDCG@10 {:.4}  Recall@10 {:.4}{star}",
                point.epoch, point.loss, quality.ndcg_at_10, quality.recall_at_10
            );
            // The bar prints nothing where there is no terminal; logs want the lines all the same.
            bar.suspend(|| note(&line));
        }
    }
}

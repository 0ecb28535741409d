use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error; nothing where that is not a terminal.
pub(crate) fn of_cases(total: u64, what: impl Into<String>) -> ProgressBar {
    let template = "{prefix:>14} [{bar:30}] {human_pos}/{human_len} cases {per_sec} {eta}";
    ProgressBar::new(total).with_style(style(template)).with_prefix(what.into())
}

/// Over the batches of a whole training.
pub(crate) fn of_batches(total: u64) -> ProgressBar {
    let template = "{prefix:>14} [{bar:30}] {percent}% {per_sec:12} {eta_precise} left at most  {msg}";
    ProgressBar::new(total).with_style(style(template)).with_prefix("training")
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates of this module are valid")
}

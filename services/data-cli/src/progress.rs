use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error; nothing where that is not a terminal.
pub(crate) fn of_items(total: u64, what: &'static str) -> ProgressBar {
    with_style(
        ProgressBar::new(total),
        "{prefix:>12} [{bar:30}] {human_pos}/{human_len} {per_sec} {eta}",
        what,
    )
}

pub(crate) fn of_bytes(total: u64, what: &'static str) -> ProgressBar {
    let template = "{prefix:>12} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    with_style(ProgressBar::new(total), template, what)
}

/// For a step whose length nobody knows.
pub(crate) fn spinner(what: &'static str) -> ProgressBar {
    let bar = with_style(ProgressBar::new_spinner(), "{prefix:>12} {spinner} {elapsed}", what);
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

fn with_style(bar: ProgressBar, template: &str, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).expect("the templates of this module are valid");
    bar.with_style(style).with_prefix(what)
}

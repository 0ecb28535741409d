use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error; nothing where that is not a terminal.
///
/// # Panics
/// When indicatif does not understand the template.
pub fn bar(total: u64, template: &str, what: impl Into<String>) -> ProgressBar {
    let style = ProgressStyle::with_template(template).expect("templates are written in the source");
    ProgressBar::new(total).with_style(style).with_prefix(what.into())
}

/// Over cases to rank.
pub fn of_cases(total: u64, what: impl Into<String>) -> ProgressBar {
    bar(total, "{prefix:>14} [{bar:30}] {human_pos}/{human_len} cases {per_sec} {eta}", what)
}

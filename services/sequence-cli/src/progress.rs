use filmlens_program::progress::bar;
use indicatif::ProgressBar;

/// Over the batches of a whole training.
pub(crate) fn of_batches(total: u64) -> ProgressBar {
    bar(
        total,
        "{prefix:>14} [{bar:30}] {percent}% {per_sec:12} {eta_precise} left at most  {msg}",
        "training",
    )
}

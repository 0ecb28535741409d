use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, IsTerminal};

use tracing::Subscriber;
use tracing::field::display;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::{Error, LogFormat};

pub(crate) fn filter(filter: &str) -> Result<EnvFilter, Error> {
    EnvFilter::builder().parse(filter).map_err(|source| Error::Filter { filter: filter.to_owned(), source })
}

pub(crate) fn layer<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    match format {
        // All open spans, outermost first: the request id is a field of the first one.
        LogFormat::Json => {
            fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(true).boxed()
        }
        // Colours are for people at a terminal; in a file they are noise.
        LogFormat::Pretty => fmt::layer().with_target(false).with_ansi(io::stdout().is_terminal()).boxed(),
    }
}

/// Panics become log lines like any other, with the request they happened in.
pub(crate) fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let backtrace = Backtrace::capture();
        let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| display(backtrace));
        tracing::error!(%panic, backtrace, "panicked");
    }));
}

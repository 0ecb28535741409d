mod fingerprint;
mod rejects;
mod report;
mod source;

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, Subcommand};
use filmlens_catalog_store::CatalogStore;
use filmlens_catalog_store::bulk_load::{BulkLoad, LoadError, Mode, is_unfinished, load_triggers};
use filmlens_domain::Film;

use crate::failure::Outcome;
use crate::generate::at_least_one;
use crate::output::say;
use crate::{database, progress};
use rejects::Rejects;
use report::Report;
use source::Source;

const EXAMPLES: &str = "\
Films are recognised by their TMDB, IMDb or MovieLens id. What a source does not say about a film \
stays as it was; loading the same source again changes nothing. A load that was cut off goes on with \
the batch that was not yet kept.

Examples:
  filmlens-data load demo
  filmlens-data load filmlens-csv films.csv --rejects rejected.csv --strict
  filmlens-data load movielens data/ml-32m --with-ratings --json
  filmlens-data load tmdb-csv TMDB_movie_dataset_v11.csv --dry-run";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Load {
    #[command(subcommand)]
    what: What,
    /// Say what would be done, and change nothing.
    #[arg(long, global = true)]
    dry_run: bool,
    /// How many films are kept or lost together.
    #[arg(long, global = true, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    batch_size: u32,
    /// Begin with the first film, even where an earlier load was cut off.
    #[arg(long, global = true)]
    restart: bool,
    /// Do nothing where the catalogue has films already, unless they are of this very load, which was cut off.
    #[arg(long, global = true)]
    if_empty: bool,
    /// Write every rejected row to this CSV file: file, line, reason.
    #[arg(long, global = true, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Print the counts as JSON.
    #[arg(long, global = true)]
    json: bool,
    /// End with exit code 2 when rows were rejected.
    #[arg(long, global = true)]
    strict: bool,
}

#[derive(Subcommand)]
enum What {
    /// The catalogue that comes with this program, and the severities that people set for it.
    Demo,
    /// A CSV file of the original FilmLens: `;` between fields, UTF-8.
    FilmlensCsv {
        #[arg(required_unless_present = "csv")]
        file: Option<PathBuf>,
        /// The file, as the replaced loader spelled it.
        #[arg(long, hide = true, conflicts_with = "file")]
        csv: Option<PathBuf>,
    },
    /// A MovieLens folder: latest-small, 1M, 25M or 32M.
    Movielens {
        folder: PathBuf,
        /// Read the ratings, too: their mean, times two, and their number become the film's rating and votes.
        #[arg(long)]
        with_ratings: bool,
    },
    /// A CSV export of The Movie Database: TMDB 5000 or one of the newer sets.
    TmdbCsv { file: PathBuf },
    /// Invented films, for benchmarks.
    Synthetic {
        #[arg(long, default_value_t = 87_585, value_parser = at_least_one)]
        films: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

pub(crate) async fn run(load: Load, url: Option<String>) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let store = database::connect_migrated(url).await?;
    let source = tokio::task::block_in_place(|| Source::read(&load.what))?;
    // The films of a load that was cut off are there before its severities are.
    if load.if_empty
        && !store.is_empty().await?
        && !is_unfinished(store.pool(), source.name, &source.fingerprint).await?
    {
        say("the catalogue has films already: nothing was loaded")?;
        return Ok(Outcome::Done);
    }
    for column in &source.absent_columns {
        eprintln!("note: the file has no column {column}");
    }
    let mut report = Report::new(&source, load.dry_run);
    let mut rejects = Rejects::create(load.rejects.as_deref())?;
    rejects.add(&mut report, &source.rejections)?;

    write_films(&load, &store, source, &mut report, &mut rejects).await.map_err(explain)?;
    report.duration_ms = started.elapsed().as_millis() as u64;
    report.print(load.json)?;
    let has_rejected = report.rejected > 0;
    Ok(if load.strict && has_rejected { Outcome::RowsRejected } else { Outcome::Done })
}

async fn write_films(
    load: &Load,
    store: &CatalogStore,
    source: Source,
    report: &mut Report,
    rejects: &mut Rejects,
) -> anyhow::Result<()> {
    let mode = if load.dry_run { Mode::DryRun } else { Mode::Write };
    let mut bulk_load = BulkLoad::begin(store.pool(), source.name, &source.fingerprint, mode).await?;
    let mut position = if load.restart { 0 } else { bulk_load.position() };
    report.resumed_at = position;

    let bar = progress::of_items(source.film_count, "films");
    bar.inc(position);
    let mut films = source.films.skip(usize::try_from(position)?);
    loop {
        let batch: Vec<Film> = films.by_ref().take(load.batch_size as usize).collect();
        if batch.is_empty() {
            break;
        }
        let next = position + batch.len() as u64;
        let applied = bulk_load.apply(&batch, next).await?;
        report.count(&applied);
        let refused = applied
            .rejected
            .into_iter()
            .map(|refused| source.places.rejection(position + refused.index as u64, refused.reason));
        rejects.add(report, &refused.collect::<Vec<_>>())?;
        bar.inc(batch.len() as u64);
        position = next;
    }
    if mode == Mode::Write {
        report.triggers_written = load_triggers(store.pool(), &source.levels).await?;
    }
    bar.finish();
    let spinner = progress::spinner("indexes");
    bulk_load.finish().await?;
    spinner.finish_and_clear();
    Ok(())
}

/// Adds to an error of the load what to do next.
fn explain(error: anyhow::Error) -> anyhow::Error {
    let advice = match error.downcast_ref::<LoadError>() {
        Some(LoadError::DiskFull(_)) => {
            "the database's disk is full: make room there and run this again; it goes on after the last batch that \
             was kept, and nothing of the failed one remains"
        }
        Some(LoadError::AlreadyRunning) => {
            return error.context("wait until the other load has ended, then run this again");
        }
        Some(_) => {
            "the load stopped: batches before this one are kept, nothing of this one is; run it again to go on"
        }
        None => return error,
    };
    error.context(advice)
}

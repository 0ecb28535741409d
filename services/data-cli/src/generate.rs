use std::fs;
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::{Args, Subcommand};
use filmlens_datasets::demo;
use filmlens_datasets::generate::{
    Catalogue, CatalogueSize, History, HistorySize, demo_users::DemoUsers, write_films, write_ratings,
};

use crate::failure::write_failed;
use crate::output::say;
use crate::progress;

const CATALOGUE: CatalogueSize = CatalogueSize::MOVIELENS_32M;
const HISTORY: HistorySize = HistorySize::MOVIELENS_32M;

#[derive(Subcommand)]
pub(crate) enum Generate {
    /// Users with tastes who rate the films of the demo catalogue, in sittings in which one film leads to the next.
    DemoUsers {
        #[command(flatten)]
        target: Target,
        #[arg(long, default_value_t = 500)]
        users: u32,
    },
    /// Invented films and ratings, of the size of MovieLens 32M unless told otherwise (about 900 MB).
    Movielens {
        #[command(flatten)]
        target: Target,
        #[arg(long, default_value_t = CATALOGUE.films, value_parser = at_least_one)]
        films: usize,
        #[arg(long, default_value_t = HISTORY.users)]
        users: u32,
        #[arg(long, default_value_t = HISTORY.ratings)]
        ratings: u64,
    },
}

#[derive(Args)]
pub(crate) struct Target {
    /// The folder to make: movies.csv, links.csv, tags.csv and ratings.csv.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// The same seed gives the same files, byte by byte.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Limits an invented catalogue to the numbers that are free for it.
pub(crate) fn at_least_one(raw: &str) -> Result<usize, String> {
    match raw.parse() {
        Ok(films) if (1..=1_000_000).contains(&films) => Ok(films),
        _ => Err("must be between 1 and 1000000".to_owned()),
    }
}

pub(crate) fn run(what: Generate) -> anyhow::Result<()> {
    match what {
        Generate::DemoUsers { target, users } => {
            let films = demo::films()?;
            let films = films.iter().map(|demo| &demo.film);
            let demo_users = DemoUsers::new(films.clone(), target.seed);
            target.fill(|folder| {
                write_films(folder, films.cloned())?;
                let bar = progress::of_items(users.into(), "users");
                let ratings = (1..=users).flat_map(|user| {
                    bar.inc(1);
                    demo_users.of_user(user)
                });
                write_ratings(folder, ratings, || {})
            })
        }
        Generate::Movielens { target, films, users, ratings } => {
            let catalogue = Catalogue::new(CatalogueSize { films, votes: ratings }, target.seed);
            let history = History::new(&catalogue, HistorySize { users, ratings }, target.seed)?;
            target.fill(|folder| {
                let bar = progress::of_items(films as u64, "films");
                write_films(folder, catalogue.films().inspect(|_| bar.inc(1)))?;
                bar.finish();
                let bar = progress::of_items(ratings, "ratings");
                write_ratings(folder, history.ratings(&catalogue), || bar.inc(1))
            })
        }
    }
}

impl Target {
    /// Writes into a folder beside the target, which takes its name when all is written.
    fn fill(&self, write: impl FnOnce(&Path) -> std::io::Result<()>) -> anyhow::Result<()> {
        if self.to.exists() {
            bail!("{} exists already: name another folder, or delete it first", self.to.display());
        }
        let parent = match self.to.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let failed = |error| write_failed(&self.to, error);
        fs::create_dir_all(parent).map_err(failed)?;
        let draft = tempfile::Builder::new().prefix(".generating-").tempdir_in(parent).map_err(failed)?;
        write(draft.path()).map_err(failed)?;
        fs::rename(draft.path(), &self.to).map_err(failed)?;
        say(self.to.display())?;
        Ok(())
    }
}

mod checksum;
mod fetch;
mod unpack;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use reqwest::Client;

use crate::failure::write_failed;
use crate::output::say;
use fetch::{Fetch, HttpError};

const EXAMPLES: &str = "\
A download that breaks off goes on where it stopped, also in a later run. The archive is checked \
against the checksum that is published beside it before anything of it is unpacked.

Examples:
  filmlens-data download ml-latest-small --to data
  filmlens-data load movielens data/ml-latest-small

MovieLens data may be used for research under GroupLens's conditions: read the README in the folder.";

/// Many times what the largest set holds. A small archive can be made to unpack to a full disk, and the checksum is no
/// help against it: it comes from the same server.
const MAX_UNPACKED: u64 = 16 << 30;

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Download {
    set: Set,
    /// The folder in which the set's own folder is made.
    #[arg(long, value_name = "DIR", default_value = "data")]
    to: PathBuf,
    /// Another server that has the same files.
    #[arg(long, value_name = "URL", default_value = "https://files.grouplens.org/datasets/movielens")]
    mirror: String,
    /// Keep the .zip file, too.
    #[arg(long)]
    keep_archive: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Set {
    /// 100,000 ratings of 9,700 films; 1 MB.
    MlLatestSmall,
    /// A million ratings of 3,900 films; 6 MB.
    #[value(name = "ml-1m")]
    Ml1m,
    /// 25 million ratings of 62,000 films; 262 MB.
    #[value(name = "ml-25m")]
    Ml25m,
    /// 32 million ratings of 87,585 films; 239 MB.
    #[value(name = "ml-32m")]
    Ml32m,
}

impl Set {
    fn name(self) -> &'static str {
        match self {
            Self::MlLatestSmall => "ml-latest-small",
            Self::Ml1m => "ml-1m",
            Self::Ml25m => "ml-25m",
            Self::Ml32m => "ml-32m",
        }
    }
}

pub(crate) async fn run(download: Download) -> anyhow::Result<()> {
    let name = download.set.name();
    let folder = download.to.join(name);
    if folder.exists() {
        say(format_args!("{} is there already; delete it to download it again", folder.display()))?;
        return Ok(());
    }
    fs::create_dir_all(&download.to).map_err(|error| write_failed(&download.to, error))?;

    let client = client()?;
    let url = format!("{}/{name}.zip", download.mirror.trim_end_matches('/'));
    let archive = download.to.join(format!("{name}.zip"));
    let expected = published_checksum(&client, &url, name).await?;
    let is_there = archive.is_file() && checksum::of_file(&archive)? == expected;
    if !is_there {
        let part = download.to.join(format!("{name}.zip.part"));
        Fetch { client: &client, url: &url, part: &part }.run().await?;
        verify(&part, &expected)?;
        fs::rename(&part, &archive).map_err(|error| write_failed(&archive, error))?;
    }
    tokio::task::block_in_place(|| unpack::unpack(&archive, name, &download.to, MAX_UNPACKED))?;
    if !download.keep_archive {
        fs::remove_file(&archive).map_err(|error| write_failed(&archive, error))?;
    }
    say(folder.display())
}

fn client() -> anyhow::Result<Client> {
    // An earlier call may have installed one; either will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(fetch::client()?)
}

async fn published_checksum(client: &Client, url: &str, name: &str) -> anyhow::Result<String> {
    let text = fetch::small_text(client, &format!("{url}.md5")).await;
    let text = text.map_err(HttpError::into_advice)?;
    checksum::parse(&text).with_context(|| format!("{url}.md5 holds no MD5 checksum of {name}.zip"))
}

/// Refuses, and deletes, a download that is not what was published.
fn verify(part: &Path, expected: &str) -> anyhow::Result<()> {
    let found = checksum::of_file(part)?;
    if found == expected {
        return Ok(());
    }
    fetch::forget(part);
    bail!(
        "the download has the checksum {found} instead of {expected}: it was deleted, and nothing was unpacked; run \
         this again, and if it happens again, the server's file is damaged"
    )
}

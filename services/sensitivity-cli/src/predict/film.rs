use filmlens_domain::FilmEvidence;
use serde::Deserialize;

/// What somebody says of a film, by flags or in a line of JSON. Further keys of a line are left alone.
#[derive(Debug, Default, clap::Args, Deserialize)]
#[serde(default)]
pub(crate) struct Film {
    #[arg(long, default_value = "")]
    pub(crate) title: String,
    #[arg(long, default_value = "")]
    description: String,
    /// As often as there are genres.
    #[arg(long = "genre", value_name = "GENRE")]
    genres: Vec<String>,
    /// Such as PG-13.
    #[arg(long)]
    certificate: Option<String>,
    /// As often as there are keywords.
    #[arg(long = "keyword", value_name = "KEYWORD")]
    keywords: Vec<String>,
    #[arg(long)]
    year: Option<i32>,
}

impl Film {
    pub(crate) fn evidence(&self) -> FilmEvidence {
        FilmEvidence {
            title: self.title.clone(),
            description: self.description.clone(),
            genres: self.genres.clone(),
            certificate: self.certificate.clone(),
            keywords: self.keywords.clone(),
            year: self.year,
        }
    }
}

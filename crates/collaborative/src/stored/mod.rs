//! Models of one vocabulary on disk, together: a file for each, and what a service has to know to answer with them.

mod blend;
mod clusters;
mod factors;
mod films;
mod neighbours;
mod profiles;
mod storable;
mod tensors;

use std::path::Path;

use chrono::{DateTime, Utc};
use filmlens_artifacts::{
    Artifact, DataRecord, Description, Draft, Manifest, Metrics, VocabularyRecord, sha256_hex,
};
use filmlens_datasets::sequences::Vocabulary;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use films::FilmFacts;
pub use profiles::Profiles;

use crate::{Blend, Ease, Error, Ials, ItemKnn, KMeans, Popularity, PureSvd, ResidualKnn, Svd, Trending};
use storable::{Heads, load, save};
use tensors::{TensorWriter, Tensors};

/// What the manifests of these models call their kind.
pub const KIND: &str = "classic-recommenders";
const VOCABULARY: &str = "vocabulary.txt";
const FILMS: &str = "films.json";
const PROFILES: &str = "profiles.safetensors";

/// Models that were trained with the same vocabulary. Any may be absent but popularity, which answers where others
/// cannot.
///
/// All of them answer from a [`Profile`](crate::Profile). What they learned of the users of their training, and ask for
/// only when one is predicted by number, is not stored.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassicModels {
    pub vocabulary: Vocabulary,
    /// Of any of the vocabulary's films, in its order.
    pub films: Vec<FilmFacts>,
    pub profiles: Option<Profiles>,
    pub popularity: Popularity,
    pub trending: Option<Trending>,
    pub item_knn: Option<ItemKnn>,
    pub residual_knn: Option<ResidualKnn>,
    pub blend: Option<Blend>,
    pub svd: Option<Svd>,
    pub ials: Option<Ials>,
    pub pure_svd: Option<PureSvd>,
    pub ease: Option<Ease>,
    pub kmeans: Option<KMeans>,
}

/// What the manifest says of the models beside what is in them.
#[derive(Debug, Clone, PartialEq)]
pub struct Provenance {
    pub name: String,
    pub data: DataRecord,
    pub metrics: Metrics,
    /// How the models were trained, for people: opening does not ask for it.
    pub settings: Value,
    pub created_at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct HyperParameters {
    models: Heads,
    has_profiles: bool,
    #[serde(default)]
    settings: Value,
}

impl ClassicModels {
    /// Popularity alone.
    pub fn new(vocabulary: Vocabulary, popularity: Popularity) -> Self {
        Self {
            vocabulary,
            films: Vec::new(),
            profiles: None,
            popularity,
            trending: None,
            item_knn: None,
            residual_knn: None,
            blend: None,
            svd: None,
            ials: None,
            pure_svd: None,
            ease: None,
            kmeans: None,
        }
    }

    /// Opens models with their manifest. Whatever does not fit is refused.
    pub fn open(folder: &Path) -> Result<(Self, Manifest), Error> {
        let artifact = Artifact::open(folder)?;
        let models = Self::read(&artifact)?;
        Ok((models, artifact.manifest().clone()))
    }

    /// Reads the models of an artifact that was opened, and so checked, already.
    pub fn read(artifact: &Artifact) -> Result<Self, Error> {
        artifact.expect_kind(KIND)?;
        let manifest = artifact.manifest();
        let HyperParameters { models: mut heads, has_profiles, .. } = manifest.hyper_parameters_as()?;
        let vocabulary = Vocabulary::from_bytes(&artifact.read(VOCABULARY)?)?;
        manifest.vocabulary.expect(&record(&vocabulary))?;
        let items = vocabulary.item_count();
        let films: Vec<FilmFacts> =
            serde_json::from_slice(&artifact.read(FILMS)?).map_err(|source| Error::Films { source })?;
        check_films(&films, &vocabulary)?;
        let profiles = if has_profiles {
            Some(Profiles::read(&Tensors::parse(PROFILES, &artifact.read(PROFILES)?)?, items)?)
        } else {
            None
        };
        let popularity = load(artifact, &mut heads, items)?.ok_or(Error::NoPopularity)?;
        let models = Self {
            films,
            profiles,
            trending: load(artifact, &mut heads, items)?,
            item_knn: load(artifact, &mut heads, items)?,
            residual_knn: load(artifact, &mut heads, items)?,
            blend: load(artifact, &mut heads, items)?,
            svd: load(artifact, &mut heads, items)?,
            ials: load(artifact, &mut heads, items)?,
            pure_svd: load(artifact, &mut heads, items)?,
            ease: load(artifact, &mut heads, items)?,
            kmeans: load(artifact, &mut heads, items)?,
            ..Self::new(vocabulary, popularity)
        };
        match heads.into_keys().next() {
            Some(model) => Err(Error::UnknownModel { model }),
            None => Ok(models),
        }
    }

    /// Writes the models with some further files, such as reports, and puts them in place of what `folder` held.
    pub fn publish(
        &self,
        folder: &Path,
        provenance: Provenance,
        further: &[(&str, &[u8])],
    ) -> Result<Manifest, Error> {
        let items = self.vocabulary.item_count();
        check_films(&self.films, &self.vocabulary)?;
        let draft = Draft::new(folder)?;
        let mut heads = Heads::new();
        save(Some(&self.popularity), items, &draft, &mut heads)?;
        save(self.trending.as_ref(), items, &draft, &mut heads)?;
        save(self.item_knn.as_ref(), items, &draft, &mut heads)?;
        save(self.residual_knn.as_ref(), items, &draft, &mut heads)?;
        save(self.blend.as_ref(), items, &draft, &mut heads)?;
        save(self.svd.as_ref(), items, &draft, &mut heads)?;
        save(self.ials.as_ref(), items, &draft, &mut heads)?;
        save(self.pure_svd.as_ref(), items, &draft, &mut heads)?;
        save(self.ease.as_ref(), items, &draft, &mut heads)?;
        save(self.kmeans.as_ref(), items, &draft, &mut heads)?;
        if let Some(profiles) = &self.profiles {
            let highest = profiles.highest_item();
            if highest > items {
                return Err(Error::ItemCount { model: "profiles", items: highest, vocabulary: items });
            }
            let mut tensors = TensorWriter::default();
            profiles.write(&mut tensors);
            tensors.write(&draft, PROFILES)?;
        }
        draft.write(VOCABULARY, &self.vocabulary.to_bytes())?;
        let films = serde_json::to_vec(&self.films).expect("plain data has a JSON form");
        draft.write(FILMS, &films)?;
        for (name, bytes) in further {
            draft.write(name, bytes)?;
        }
        let hyper_parameters = HyperParameters {
            models: heads,
            has_profiles: self.profiles.is_some(),
            settings: provenance.settings,
        };
        Ok(draft.publish(Description {
            kind: KIND.to_owned(),
            name: provenance.name,
            created_at: provenance.created_at,
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            hyper_parameters: serde_json::to_value(hyper_parameters).expect("plain data has a JSON form"),
            vocabulary: record(&self.vocabulary),
            data: provenance.data,
            metrics: provenance.metrics,
        })?)
    }

    /// What is known of an item.
    pub fn film(&self, item: u32) -> Option<&FilmFacts> {
        let item_of = |film: &FilmFacts| self.vocabulary.find_item(film.id);
        let place = self.films.binary_search_by_key(&Some(item), item_of).ok()?;
        Some(&self.films[place])
    }
}

fn check_films(films: &[FilmFacts], vocabulary: &Vocabulary) -> Result<(), Error> {
    let mut last = 0;
    for film in films {
        match vocabulary.find_item(film.id) {
            Some(item) if item > last => last = item,
            _ => return Err(Error::StrayFilm { id: film.id }),
        }
    }
    Ok(())
}

fn record(vocabulary: &Vocabulary) -> VocabularyRecord {
    VocabularyRecord { items: vocabulary.item_count().into(), sha256: sha256_hex(&vocabulary.to_bytes()) }
}

use std::fs;
use std::path::Path;

use anyhow::Context;
use filmlens_collaborative::{
    AlsSettings, BiasesSettings, BlendSettings, EaseSettings, IalsSettings, ItemKnnSettings, KMeansSettings,
    KnnBasicSettings, PopularitySettings, PureSvdSettings, ResidualKnnSettings, ResidualUserKnnSettings,
    SvdPpSettings, SvdSettings, TrendingSettings, UserKnnSettings,
};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::rankers::Ranker;

/// Where it differs from the defaults of the models, it says why.
const DEFAULT: &str = include_str!("../recipes/default.toml");
/// What the evaluation of rankings puts in its place.
const RANKING: &str = include_str!("../recipes/ranking.toml");

/// What can be set of each method: a table of the recipe each.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct HyperParameters {
    pub(crate) popular: PopularitySettings,
    pub(crate) trending: TrendingSettings,
    /// What films are alike, and what to recommend by that.
    pub(crate) knn: ItemKnnSettings,
    pub(crate) user_knn: UserKnnSettings,
    pub(crate) svd: SvdSettings,
    pub(crate) pure_svd: PureSvdSettings,
    pub(crate) ials: IalsSettings,
    pub(crate) ease: EaseSettings,
    #[serde(rename = "kmeans")]
    pub(crate) kmeans: KMeansSettings,
    /// The models that predict stars.
    pub(crate) biases: BiasesSettings,
    pub(crate) knn_basic: KnnBasicSettings,
    pub(crate) rating_knn: ResidualKnnSettings,
    pub(crate) rating_user_knn: ResidualUserKnnSettings,
    pub(crate) svd_pp: SvdPpSettings,
    pub(crate) als: AlsSettings,
    pub(crate) blend: BlendSettings,
}

impl HyperParameters {
    /// The recipe of the program, with what a file says put in its place.
    pub(crate) fn read(file: Option<&Path>) -> anyhow::Result<Self> {
        changed(own(DEFAULT), file)
    }

    /// The recipe that ranks best, with what a file says put in its place.
    pub(crate) fn read_for_ranking(file: Option<&Path>) -> anyhow::Result<Self> {
        let mut recipe = own(DEFAULT);
        replace(&mut recipe, own(RANKING));
        changed(recipe, file)
    }

    /// The same with other settings in the table of one method.
    pub(crate) fn with(&self, ranker: Ranker, changes: &Table) -> anyhow::Result<Self> {
        let mut recipe = Table::try_from(self).context("the settings have no TOML form")?;
        replace(&mut recipe, Table::from_iter([(ranker.name().to_owned(), Value::Table(changes.clone()))]));
        recipe.try_into().with_context(|| format!("the settings of {ranker} are not right"))
    }

    /// One seed for all that chance decides.
    pub(crate) fn with_seed(mut self, seed: Option<u64>) -> Self {
        if let Some(seed) = seed {
            self.svd.seed = seed;
            self.svd_pp.seed = seed;
            self.als.seed = seed;
            self.blend.seed = seed;
            self.blend.als.seed = seed;
            self.blend.svd_pp.seed = seed;
            self.pure_svd.seed = seed;
            self.ials.seed = seed;
            self.kmeans.seed = seed;
        }
        self
    }
}

fn own(recipe: &str) -> Table {
    recipe.parse().expect("the recipes in the program are TOML")
}

fn changed(mut recipe: Table, file: Option<&Path>) -> anyhow::Result<HyperParameters> {
    let Some(path) = file else {
        return Ok(recipe.try_into().expect("the recipes in the program fit the models"));
    };
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let changes = text.parse().with_context(|| format!("{} is not TOML", path.display()))?;
    replace(&mut recipe, changes);
    recipe.try_into().with_context(|| format!("the recipe {} is not right", path.display()))
}

fn replace(table: &mut Table, changes: Table) {
    for (name, change) in changes {
        match (table.get_mut(&name), change) {
            (Some(Value::Table(inner)), Value::Table(changes)) => replace(inner, changes),
            (_, change) => {
                table.insert(name, change);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<HyperParameters, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("recipe.toml");
        fs::write(&file, text).unwrap();
        HyperParameters::read(Some(&file)).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let own = HyperParameters::read(None).unwrap();
        let changed = read("[svd]\nfactors = 7\n[ease]\nregularization = 12.5").unwrap();
        assert_eq!((changed.svd.factors, changed.svd.epochs), (7, own.svd.epochs));
        assert_eq!(changed.ease.regularization, 12.5);
        assert_eq!(changed.knn, own.knn);
        assert_eq!(read("").unwrap(), own);
    }

    #[test]
    fn both_recipes_of_the_program_can_be_used() {
        let (own, ranking) =
            (HyperParameters::read(None).unwrap(), HyperParameters::read_for_ranking(None).unwrap());
        assert_eq!((own.knn.neighbours, ranking.knn.neighbours), (100, 10));
        assert_eq!(own.ease, ranking.ease);
    }

    #[test]
    fn what_no_model_has_is_refused_by_name() {
        assert!(read("[svd]\nfactor = 7").unwrap_err().contains("factor"));
        assert!(read("[magic]").unwrap_err().contains("magic"));
        assert!(read("[svd\n").unwrap_err().contains("is not TOML"));
    }

    #[test]
    fn a_seed_is_that_of_every_model_that_draws() {
        let seeded = HyperParameters::read(None).unwrap().with_seed(Some(5));
        assert_eq!((seeded.svd.seed, seeded.svd_pp.seed, seeded.als.seed), (5, 5, 5));
        assert_eq!((seeded.pure_svd.seed, seeded.ials.seed, seeded.kmeans.seed), (5, 5, 5));
    }
}

use std::path::Path;

use filmlens_artifacts::Manifest;
use filmlens_collaborative::{
    Blend, ClassicModels, ClusterPicture, Ease, Error, Ials, ItemKnn, KMeans, PictureWords, Popularity,
    Profiles, Provenance, PureSvd, RatingMatrix, ResidualKnn, Svd, Watch,
};
use filmlens_program::Interrupt;
use filmlens_recommend::Method;

use super::data::TrainingData;
use super::figures::Figures;
use crate::hyper_parameters::HyperParameters;
use crate::rating_models::are_blended;
use crate::watch::{OnBar, bar, from_training};

/// Films in the picture of the clusters: more could not be told apart.
const PICTURED: usize = 1_000;

/// Models to publish together.
pub(super) struct Trained {
    models: ClassicModels,
    picture: Option<String>,
}

impl Trained {
    /// What is popular is always among the models: it answers where others cannot.
    pub(super) fn train(
        data: &TrainingData,
        methods: &[Method],
        settings: &HyperParameters,
        interrupt: &Interrupt,
    ) -> anyhow::Result<Self> {
        let popular = Popularity::fit(&data.matrix, &data.ranking().popularity(settings))?;
        let mut trained =
            Self { models: ClassicModels::new(data.vocabulary.clone(), popular), picture: None };
        trained.models.films = data.films.clone();
        trained.models.profiles = Some(Profiles::new(&data.user_ids, &data.histories));
        for method in methods {
            let bar = bar(1, method.name());
            let outcome = trained.add(*method, data, settings, &mut OnBar::new(&bar, interrupt));
            bar.finish_and_clear();
            outcome.map_err(from_training)?;
            interrupt.check()?;
        }
        Ok(trained)
    }

    fn add(
        &mut self,
        method: Method,
        data: &TrainingData,
        settings: &HyperParameters,
        watch: &mut dyn Watch,
    ) -> Result<(), Error> {
        let (matrix, models) = (&data.matrix, &mut self.models);
        match method {
            Method::Popular => {}
            Method::Trending => models.trending = Some(data.ranking().trending(settings)?),
            Method::Knn => {
                models.item_knn = Some(ItemKnn::fit(matrix, &settings.knn, watch)?);
                if data.has_stars && are_blended(matrix.len()) {
                    models.blend = Some(Blend::fit(matrix, &settings.blend, watch)?);
                } else if data.has_stars {
                    models.residual_knn = Some(ResidualKnn::fit(matrix, &settings.rating_knn, watch)?);
                }
            }
            Method::Svd => models.svd = Some(Svd::fit(matrix, &settings.svd, watch)?),
            Method::PureSvd => models.pure_svd = Some(PureSvd::fit(matrix, &settings.pure_svd, watch)?),
            Method::Ials => models.ials = Some(Ials::fit(matrix, &settings.ials, watch)?),
            Method::Ease => models.ease = Some(Ease::fit(matrix, &settings.ease, watch)?),
            Method::KMeans => {
                models.kmeans = Some(KMeans::fit(matrix, &settings.kmeans, watch)?);
                self.picture = Some(picture(models, &data.matrix, settings, watch)?);
            }
        }
        Ok(())
    }

    pub(super) fn publish(
        &self,
        out: &Path,
        name: &str,
        data: &TrainingData,
        settings: &HyperParameters,
        figures: &Figures,
    ) -> anyhow::Result<Manifest> {
        let mut further = figures.pages()?;
        if let Some(picture) = &self.picture {
            further.push(("clusters.svg", picture.clone()));
        }
        let further: Vec<(&str, &[u8])> =
            further.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        let provenance = Provenance {
            name: name.to_owned(),
            data: data.record.clone(),
            metrics: figures.metrics(),
            settings: serde_json::to_value(settings)?,
            created_at: chrono::Utc::now(),
        };
        Ok(self.models.publish(out, provenance, &further)?)
    }
}

fn picture(
    models: &ClassicModels,
    matrix: &RatingMatrix,
    settings: &HyperParameters,
    watch: &mut dyn Watch,
) -> Result<String, Error> {
    let label =
        |item: u32| models.film(item).map_or_else(|| format!("film {item}"), |film| film.title.clone());
    let words = PictureWords {
        title: "Films that the same people rate alike".to_owned(),
        cluster: "cluster".to_owned(),
        component: "component".to_owned(),
    };
    ClusterPicture::of_items(matrix, &settings.kmeans, PICTURED, label, watch)?.to_svg(&words)
}

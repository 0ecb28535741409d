mod answer;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use filmlens_collaborative::{ClassicModels, RatingPredictor, Recommender, SimilarItems};

use crate::{Method, Predictor};

pub use answer::{Answer, Fallback, PredictedRating, Question};

/// What there is to answer with: models of one set of films, by method. A method may rank, tell similar films, predict
/// ratings, or several of these.
#[derive(Default)]
pub struct Models {
    rankers: BTreeMap<Method, Arc<dyn Recommender>>,
    similar: BTreeMap<Method, Arc<dyn SimilarItems>>,
    predictors: BTreeMap<Predictor, Arc<dyn RatingPredictor>>,
    /// The lowest and the highest rating that there is.
    scale: (f32, f32),
}

/// The best of those that are loaded ranks, unless another is asked for.
const RANKERS: [Method; 8] = [
    Method::Ease,
    Method::Ials,
    Method::PureSvd,
    Method::Knn,
    Method::Svd,
    Method::KMeans,
    Method::Popular,
    Method::Trending,
];

/// The methods that say which films are alike, in the order in which they stand in for each other.
pub const SIMILAR: [Method; 4] = [Method::Knn, Method::Ials, Method::PureSvd, Method::Svd];

impl Models {
    pub fn new(scale: (f32, f32)) -> Self {
        Self { scale, ..Self::default() }
    }

    pub fn ranks(&mut self, method: Method, model: Arc<dyn Recommender>) -> &mut Self {
        self.rankers.insert(method, model);
        self
    }

    pub fn tells_similar(&mut self, method: Method, model: Arc<dyn SimilarItems>) -> &mut Self {
        self.similar.insert(method, model);
        self
    }

    pub fn predicts(&mut self, method: Predictor, model: Arc<dyn RatingPredictor>) -> &mut Self {
        self.predictors.insert(method, model);
        self
    }

    /// The methods that rank films.
    pub fn rankers(&self) -> impl Iterator<Item = Method> {
        self.rankers.keys().copied()
    }

    /// The method that ranks unless another is asked for.
    pub fn default_ranker(&self) -> Method {
        RANKERS.into_iter().find(|method| self.rankers.contains_key(method)).unwrap_or(Method::Popular)
    }

    /// Everything that the artifact can be asked by a method's name.
    pub fn of(classic: ClassicModels, scale: (f32, f32)) -> Self {
        let mut models = Self::new(scale);
        models.ranks(Method::Popular, Arc::new(classic.popularity));
        if let Some(trending) = classic.trending {
            models.ranks(Method::Trending, Arc::new(trending));
        }
        if let Some(knn) = classic.item_knn.map(Arc::new) {
            models.ranks(Method::Knn, knn.clone()).tells_similar(Method::Knn, knn);
        }
        if let Some(blend) = classic.blend {
            models.predicts(Predictor::Blend, Arc::new(blend));
        }
        if let Some(knn) = classic.residual_knn {
            models.predicts(Predictor::Knn, Arc::new(knn));
        }
        if let Some(svd) = classic.svd.map(Arc::new) {
            models.ranks(Method::Svd, svd.clone()).tells_similar(Method::Svd, svd.clone());
            models.predicts(Predictor::Svd, svd);
        }
        if let Some(svd) = classic.pure_svd.map(Arc::new) {
            models.ranks(Method::PureSvd, svd.clone()).tells_similar(Method::PureSvd, svd);
        }
        if let Some(ials) = classic.ials.map(Arc::new) {
            models.ranks(Method::Ials, ials.clone()).tells_similar(Method::Ials, ials);
        }
        if let Some(ease) = classic.ease {
            models.ranks(Method::Ease, Arc::new(ease));
        }
        if let Some(kmeans) = classic.kmeans {
            models.ranks(Method::KMeans, Arc::new(kmeans));
        }
        models
    }
}

impl fmt::Debug for Models {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let similar: Vec<_> = self.similar.keys().collect();
        let predictors: Vec<_> = self.predictors.keys().collect();
        formatter
            .debug_struct("Models")
            .field("rankers", &self.rankers.keys().collect::<Vec<_>>())
            .field("similar", &similar)
            .field("predictors", &predictors)
            .field("scale", &self.scale)
            .finish()
    }
}

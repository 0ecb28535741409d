//! Recommenders that need no neural network: popularity, neighbours, factors, EASE and clusters.
//!
//! Users are numbered from 0, items from 1, as everywhere in FilmLens; whatever has a place for each item has an unused
//! one for number 0. Every model is trained from a [`RatingMatrix`], gives the same result for the same seed whatever
//! the number of threads, and states its memory where that grows faster than the ratings.

mod als;
mod biased_factors;
mod biases;
mod blend;
mod checks;
mod cluster_picture;
mod ease;
mod error;
mod factors;
mod ials;
mod ials_row;
mod item_knn;
mod kmeans;
mod knn_basic;
mod least_squares;
mod matrix;
mod neighbours;
mod pca;
mod popularity;
mod products;
mod profile;
mod progress;
mod pure_svd;
mod rating_weight;
mod residual_knn;
mod residual_user_knn;
mod shuffled;
mod similarity;
mod stored;
mod svd;
mod svd_pp;
mod trending;
mod user_knn;
mod vectors;

pub use als::{Als, AlsSettings};
pub use biases::{Biases, BiasesSettings};
pub use blend::{Blend, BlendSettings};
pub use cluster_picture::{ClusterPicture, ClusterPoint, PictureWords};
pub use ease::{Ease, EaseSettings};
pub use error::Error;
pub use ials::{Ials, IalsSettings};
pub use item_knn::{ItemKnn, ItemKnnSettings};
pub use kmeans::{KMeans, KMeansSettings};
pub use knn_basic::{KnnBasic, KnnBasicSettings};
pub use matrix::{RatingMatrix, Row, Rows};
pub use pca::Pca;
pub use popularity::{PopularItem, Popularity, PopularityOrder, PopularitySettings};
pub use profile::{Profile, RatingPredictor, Recommender, SimilarItems, predict_users};
pub use progress::Watch;
pub use pure_svd::{PureSvd, PureSvdSettings, Values};
pub use rating_weight::RatingWeight;
pub use residual_knn::{ResidualKnn, ResidualKnnSettings};
pub use residual_user_knn::{ResidualUserKnn, ResidualUserKnnSettings};
pub use similarity::Similarity;
pub use stored::{ClassicModels, FilmFacts, KIND, Profiles, Provenance};
pub use svd::{Svd, SvdSettings};
pub use svd_pp::{SvdPp, SvdPpSettings};
pub use trending::{Trending, TrendingItem, TrendingSettings};
pub use user_knn::{UserKnn, UserKnnSettings};

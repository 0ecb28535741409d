//! What several routes are asked with.

use std::borrow::Cow;

use filmlens_domain::{FieldErrors, Invalid};
use filmlens_recommend::{Method, Predictor, SIMILAR};
use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

const MAX_K: i64 = 100;
const DEFAULT_K: usize = 10;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// How many films.
    #[param(minimum = 1, maximum = 100, default = 10)]
    pub(crate) k: Option<i64>,
}

pub(crate) fn k(given: Option<i64>, errors: &mut FieldErrors) -> usize {
    let within = |k: i64| {
        let is_allowed = (1..=MAX_K).contains(&k);
        if is_allowed { Ok(k as usize) } else { Err(Invalid::OutOfRange { min: 1.0, max: MAX_K as f64 }) }
    };
    errors.check_some("k", given, within).unwrap_or(DEFAULT_K)
}

/// Ids of MovieLens are positive numbers, of users and of films.
pub(crate) fn id(field: &'static str, given: i64, errors: &mut FieldErrors) {
    if given < 1 {
        errors.add(field, Invalid::Other("must be a positive whole number"));
    }
}

/// The names of methods, for the OpenAPI document.
pub(crate) struct MethodSchema;

/// The names of those that say which films are alike.
pub(crate) struct SimilarMethodSchema;

/// The names of those that predict stars.
pub(crate) struct PredictorSchema;

impl PartialSchema for MethodSchema {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(Method::NAMES)).into()
    }
}

impl ToSchema for MethodSchema {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Method")
    }
}

impl PartialSchema for PredictorSchema {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(Predictor::NAMES)).into()
    }
}

impl ToSchema for PredictorSchema {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Predictor")
    }
}

impl PartialSchema for SimilarMethodSchema {
    fn schema() -> RefOr<Schema> {
        let names = SIMILAR.map(Method::name);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
    }
}

impl ToSchema for SimilarMethodSchema {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SimilarMethod")
    }
}

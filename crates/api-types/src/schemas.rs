//! Schemas of values that are kept as plain text, for the OpenAPI document.

use std::borrow::Cow;

use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{RefOr, schema::SchemaType};
use utoipa::{PartialSchema, ToSchema};

/// What `filmlens_domain::Text` takes: something visible, no NUL, at most `MAX` characters.
pub struct TextSchema<const MAX: usize>;

pub type GenreSchema = TextSchema<50>;
pub type CertificateSchema = TextSchema<20>;
pub type NameSchema = TextSchema<200>;
pub type KeywordSchema = TextSchema<100>;

impl<const MAX: usize> PartialSchema for TextSchema<MAX> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .min_length(Some(1))
            .max_length(Some(MAX))
            .pattern(Some(r"^[^\u0000]*[^\s\u0000][^\u0000]*$"))
            .into()
    }
}

impl<const MAX: usize> ToSchema for TextSchema<MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Text{MAX}"))
    }
}

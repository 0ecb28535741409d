use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use filmlens_api_types::{FamilyProfileInput, MovieInput, TriggerInput};
use utoipa::openapi::schema::{OneOfBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{ObjectBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// The merge patch of a `T`, for the document: every field may be left out, and one that `T` can do without may be
/// cleared.
pub struct Patch<T>(PhantomData<T>);

pub type MoviePatch = Patch<MovieInput>;
pub type TriggerPatch = Patch<TriggerInput>;
pub type FamilyProfilePatch = Patch<FamilyProfileInput>;

type Schemas = BTreeMap<String, RefOr<Schema>>;

impl<T: ToSchema> PartialSchema for Patch<T> {
    fn schema() -> RefOr<Schema> {
        let mut referenced = Vec::new();
        T::schemas(&mut referenced);
        patch_of(T::schema(), &referenced.into_iter().collect())
    }
}

impl<T: ToSchema> ToSchema for Patch<T> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(T::name().replace("Input", "Patch"))
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

/// What may be null (`OneOf`) stays: where there is nothing yet to be merged with, it has to come whole.
fn patch_of(schema: RefOr<Schema>, referenced: &Schemas) -> RefOr<Schema> {
    match schema {
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next().unwrap_or_default();
            match referenced.get(name) {
                Some(RefOr::T(Schema::Object(object))) if !object.properties.is_empty() => {
                    patch_of(RefOr::T(Schema::Object(object.clone())), referenced)
                }
                _ => RefOr::Ref(reference),
            }
        }
        RefOr::T(Schema::Object(mut object)) => {
            let required = std::mem::take(&mut object.required);
            for (name, property) in &mut object.properties {
                let patch = patch_of(property.clone(), referenced);
                *property = if required.contains(name) { patch } else { nullable(patch) };
            }
            RefOr::T(Schema::Object(object))
        }
        other => other,
    }
}

fn nullable(schema: RefOr<Schema>) -> RefOr<Schema> {
    let add_null = |types: &mut SchemaType| {
        if let SchemaType::Type(only) = types {
            *types = SchemaType::Array(vec![only.clone(), Type::Null]);
        }
    };
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            add_null(&mut object.schema_type);
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::Array(mut array)) => {
            add_null(&mut array.schema_type);
            RefOr::T(Schema::Array(array))
        }
        RefOr::Ref(reference) => {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            RefOr::T(OneOfBuilder::new().item(reference).item(null).into())
        }
        composed => composed,
    }
}

use filmlens_domain::{FieldErrors, Invalid};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Applies a JSON merge patch (RFC 7396) to a value: `null` clears a field, what is left out stays.
pub fn apply<T: Serialize + DeserializeOwned>(
    current: T,
    patch: Map<String, Value>,
) -> Result<T, FieldErrors> {
    let mut document = serde_json::to_value(current).expect("wire types are plain JSON");
    let mut errors = FieldErrors::default();
    refuse_unknown(&document, &patch, "", &mut errors);
    errors.into_result()?;
    merge(&mut document, Value::Object(patch));
    serde_path_to_error::deserialize(document).map_err(|error| {
        let mut errors = FieldErrors::default();
        let path = error.path().to_string();
        let field = if path == "." { "body".to_owned() } else { path };
        errors.add(field, Invalid::Unreadable { why: error.into_inner().to_string() });
        errors
    })
}

/// To the standard, clearing a field that there is not is no error; here it is a misspelt name. Wire types write all
/// their fields, so the document knows them.
fn refuse_unknown(target: &Value, patch: &Map<String, Value>, path: &str, errors: &mut FieldErrors) {
    for (key, value) in patch {
        let field = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match (target.get(key), value) {
            (None, _) => errors.add(field, Invalid::Other("is not known")),
            (Some(inner @ Value::Object(_)), Value::Object(patch)) => {
                refuse_unknown(inner, patch, &field, errors);
            }
            _ => {}
        }
    }
}

fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(&key);
        } else {
            merge(target.entry(key).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_that_is_not_known_is_refused_even_with_null() {
        let current = json!({"title": "Alien", "violencia": {"nivel": "alto"}});
        let patch = json!({"titel": null, "violencia": {"level": null}});
        let Value::Object(patch) = patch else { unreachable!() };
        let errors = apply::<Value>(current, patch).unwrap_err();
        assert_eq!(errors.to_string(), "titel is not known; violencia.level is not known");
    }

    /// The cases of RFC 7396's appendix that are about objects.
    #[test]
    fn patches_as_the_standard_says() {
        for (original, patch, result) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":{"b":"c"}}), json!({"a":{"b":"d","c":null}}), json!({"a":{"b":"d"}})),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
        ] {
            let mut target = original;
            merge(&mut target, patch);
            assert_eq!(target, result);
        }
    }
}

//! Turns serde's messages, written for programmers, into what a client can act on.

use crate::FieldProblem;

/// `path` is serde_path_to_error's: empty or "." at the root.
pub(super) fn field_problem(path: &str, message: &str) -> FieldProblem {
    let path = if path == "." { "" } else { path };
    // serde_json appends where in the text it was; the path says it better.
    let message = message.split(" at line ").next().unwrap_or(message);

    if let Some(field) = quoted(message, "missing field ") {
        return problem(join(path, field), "is required".to_owned());
    }
    if let Some(field) = quoted(message, "duplicate field ") {
        return problem(join(path, field), "was given twice".to_owned());
    }
    if let Some(field) = quoted(message, "unknown field ") {
        return problem(join(path, field), "is not known".to_owned());
    }
    problem(path.to_owned(), say(message))
}

fn problem(field: String, message: String) -> FieldProblem {
    let field = if field.is_empty() { "body".to_owned() } else { field };
    FieldProblem { field, message }
}

fn say(message: &str) -> String {
    if message.starts_with("unknown variant ") {
        let allowed = message.split_once("expected ").map_or("", |(_, allowed)| allowed);
        let allowed =
            allowed.strip_prefix("one of ").unwrap_or(allowed).replace('`', "").replace(" or ", ", ");
        return format!("must be one of {allowed}");
    }
    if message.starts_with("invalid type: ") || message.starts_with("invalid value: ") {
        let expected = message.rsplit_once("expected ").map_or("", |(_, expected)| expected);
        let is_range = message.starts_with("invalid value: integer");
        return if is_range { "is out of range".to_owned() } else { must_be(expected) };
    }
    match message {
        "invalid digit found in string" | "cannot parse integer from empty string" => must_be("u32"),
        "number too large to fit in target type" | "number too small to fit in target type" => {
            "is out of range".to_owned()
        }
        "invalid float literal" | "cannot parse float from empty string" => must_be("f64"),
        "unsupported value" => "must be given once".to_owned(),
        "provided string was not `true` or `false`" => must_be("a boolean"),
        other => other.to_owned(),
    }
}

/// From the name of a Rust type, or of a serde expectation.
pub(super) fn must_be(expected: &str) -> String {
    let expected = match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "bool" | "a boolean" | "\"true\", \"on\" or \"false\"" => "true or false",
        "a string" | "a borrowed string" | "string" => "text",
        "a sequence" => "a list",
        "a map" => "an object",
        other if other.starts_with("struct ") => "an object",
        other => other,
    };
    format!("must be {expected}")
}

fn quoted<'a>(message: &'a str, prefix: &str) -> Option<&'a str> {
    message.strip_prefix(prefix)?.strip_prefix('`')?.split('`').next()
}

/// The path may end in the field already, as it does for an unknown one.
fn join(path: &str, field: &str) -> String {
    if path.is_empty() || path == field {
        return field.to_owned();
    }
    if path.ends_with(&format!(".{field}")) { path.to_owned() } else { format!("{path}.{field}") }
}

use figment::error::Kind;
use figment::{Figment, Source};

/// A setting that cannot be used. The text names the key as its author wrote it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("{key} {problem}")]
    Setting { key: String, problem: String },
    #[error("{path}: {problem}")]
    File { path: String, problem: String },
    #[error(
        "no database is configured: set RDS_SECRET_MANAGER_ARN (a secret of AWS Secrets Manager), or DATABASE_URL \
         (postgres://user:password@host:5432/name), or DB_PASSWORD with, where they differ from the defaults, DB_HOST \
         (filmlens-db), DB_PORT (5432), DB_NAME (filmlens) and DB_USER (filmlens_user)"
    )]
    NoDatabase,
}

pub(crate) const PREFIX: &str = "FILMLENS__";

impl Error {
    pub(crate) fn from_figment(figment: &Figment, error: &figment::Error) -> Self {
        let mut path = error.path.clone();
        if let Kind::UnknownField(field, _) = &error.kind {
            push_unless_last(&mut path, field);
        }
        if let Kind::MissingField(field) = &error.kind {
            push_unless_last(&mut path, field);
        }
        let key = path.join(".");
        let problem = problem(&error.kind);

        // Where the value itself came from; a section's origin would name the wrong file.
        let origin = figment.find_metadata(&key).or(error.metadata.as_ref());
        let file = origin.and_then(|metadata| match &metadata.source {
            Some(Source::File(path)) => Some(path.display().to_string()),
            _ => None,
        });
        if key.is_empty() {
            let path = file.unwrap_or_else(|| "settings".to_owned());
            return Self::File { path, problem };
        }
        let variable = format!("{PREFIX}{}", path.join("__").to_uppercase());
        let key = match (file, origin) {
            _ if matches!(error.kind, Kind::MissingField(_)) => {
                format!("{variable} ({key} in the settings file)")
            }
            (Some(file), _) => format!("{file}: {key}"),
            (None, Some(metadata)) if metadata.name.starts_with(PREFIX) => metadata.name.to_string(),
            _ => format!("{key} ({variable})"),
        };
        Self::Setting { key, problem }
    }
}

fn push_unless_last(path: &mut Vec<String>, field: &str) {
    if path.last().is_none_or(|last| last != field) {
        path.push(field.to_owned());
    }
}

fn problem(kind: &Kind) -> String {
    match kind {
        Kind::InvalidType(actual, expected) | Kind::InvalidValue(actual, expected) => {
            format!("must be {}, not {actual}", describe(expected))
        }
        Kind::UnknownVariant(found, allowed) => {
            format!("must be one of {}, not `{found}`", allowed.join(", "))
        }
        Kind::UnknownField(_, known) => format!("is not a setting; this section has {}", known.join(", ")),
        Kind::MissingField(_) => "is missing".to_owned(),
        other => other.to_string(),
    }
}

fn describe(expected: &str) -> &str {
    match expected {
        "u16" => "a whole number from 0 to 65535",
        "u8" | "u32" | "u64" | "usize" => "a whole number that is not negative",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a string" => "text (put digits into double quotes)",
        "a sequence" => "a list such as [\"a\", \"b\"]",
        "a duration" => "a duration such as 10s or 1m 30s",
        other => other,
    }
}

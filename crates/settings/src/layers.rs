use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use serde::de::DeserializeOwned;

use crate::error::PREFIX;
use crate::{Environment, Error};

/// Reads `T` from `defaults_toml`, the TOML file named by `FILMLENS_CONFIG` and `FILMLENS__SECTION__KEY` variables;
/// the later wins. Services share one file, so sections that `T` does not have are fine.
pub fn load<T: DeserializeOwned>(defaults_toml: &str, environment: &Environment) -> Result<T, Error> {
    let mut figment = Figment::from(Toml::string(defaults_toml));
    if let Some(path) = environment.get("FILMLENS_CONFIG") {
        figment = figment.merge(Toml::file_exact(path));
    }
    for (key, text) in environment.with_prefix(PREFIX) {
        figment = figment.merge(Variable { key, text });
    }
    figment.extract().map_err(|error| Error::from_figment(&figment, &error))
}

/// One variable, so that an error's metadata carries its very name.
struct Variable<'a> {
    key: &'a str,
    text: &'a str,
}

impl Provider for Variable<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named(format!("{PREFIX}{}", self.key))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let path = self.key.to_ascii_lowercase().replace("__", ".");
        let Ok(value) = self.text.parse::<Value>();
        let dict = figment::util::nest(&path, value).into_dict().unwrap_or_default();
        Ok(Map::from([(Profile::Default, dict)]))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use serde::Deserialize;

    use super::*;
    use crate::Secret;

    #[derive(Debug, Deserialize)]
    struct Settings {
        http: Http,
        store: Option<Store>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Http {
        host: String,
        port: u16,
        #[serde(default)]
        origins: Vec<String>,
    }

    #[derive(Debug, Deserialize)]
    struct Store {
        password: Secret,
    }

    const DEFAULTS: &str = "[http]\nhost = \"0.0.0.0\"\nport = 8001\n";

    fn with(variables: &[(&str, &str)]) -> Result<Settings, Error> {
        load(DEFAULTS, &variables.iter().copied().collect())
    }

    fn message(variables: &[(&str, &str)]) -> String {
        with(variables).unwrap_err().to_string()
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
        let file = file("[http]\nport = 9000\nhost = \"::\"\n[another_service]\nkey = 1\n");
        let path = file.path().to_str().unwrap();
        let settings = with(&[("FILMLENS_CONFIG", path), ("FILMLENS__HTTP__PORT", "7000")]).unwrap();
        assert_eq!((settings.http.port, settings.http.host.as_str()), (7000, "::"));
        assert_eq!(with(&[]).unwrap().http.port, 8001);
    }

    #[test]
    fn lists_come_from_the_environment_too() {
        let settings =
            with(&[("FILMLENS__HTTP__ORIGINS", r#"["https://a.example", "https://b.example"]"#)]).unwrap();
        assert_eq!(settings.http.origins, ["https://a.example", "https://b.example"]);
    }

    #[test]
    fn an_empty_variable_changes_nothing() {
        assert_eq!(with(&[("FILMLENS__HTTP__PORT", "")]).unwrap().http.port, 8001);
    }

    #[test]
    fn an_error_names_the_variable_and_what_was_expected() {
        assert_eq!(
            message(&[("FILMLENS__HTTP__PORT", "web")]),
            r#"FILMLENS__HTTP__PORT must be a whole number from 0 to 65535, not string "web""#
        );
        assert_eq!(
            message(&[("FILMLENS__HTTP__PORT", "70000")]),
            "FILMLENS__HTTP__PORT must be a whole number from 0 to 65535, not unsigned int `70000`"
        );
        assert_eq!(
            message(&[("FILMLENS__HTTP__PROT", "80")]),
            "FILMLENS__HTTP__PROT is not a setting; this section has host, port, origins"
        );
    }

    #[test]
    fn an_error_names_the_file_and_its_key() {
        let file = file("[http]\nport = \"web\"\n");
        let path = file.path().to_str().unwrap();
        assert_eq!(
            message(&[("FILMLENS_CONFIG", path)]),
            format!(r#"{path}: http.port must be a whole number from 0 to 65535, not string "web""#)
        );
        let broken = self::file("[http\n");
        let path = broken.path().to_str().unwrap();
        let error = message(&[("FILMLENS_CONFIG", path)]);
        assert!(error.contains(path), "{error}");
        let error = message(&[("FILMLENS_CONFIG", "/absent/filmlens.toml")]);
        assert!(error.contains("/absent/filmlens.toml"), "{error}");
    }

    #[test]
    fn a_missing_key_is_named_in_both_forms() {
        let error =
            load::<Settings>("[http]\nhost = \"::\"", &Environment::default()).unwrap_err().to_string();
        assert_eq!(error, "FILMLENS__HTTP__PORT (http.port in the settings file) is missing");
    }

    #[test]
    fn secrets_stay_out_of_debug_output_and_errors() {
        let settings = with(&[("FILMLENS__STORE__PASSWORD", "hunter2")]).unwrap();
        assert_eq!(settings.store.as_ref().unwrap().password.expose(), "hunter2");
        assert!(!format!("{settings:?}").contains("hunter2"));

        let error = message(&[("FILMLENS__STORE__PASSWORD", "12345")]);
        assert!(error.contains("FILMLENS__STORE__PASSWORD") && !error.contains("12345"), "{error}");
    }
}

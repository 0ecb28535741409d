use std::time::Duration;

use filmlens_settings::load;
use filmlens_web::HttpSettings;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Settings {
    http: HttpSettings,
}

fn with(variables: &[(&str, &str)]) -> Result<Settings, filmlens_settings::Error> {
    load("[http]\nport = 8001\n", &variables.iter().copied().collect())
}

#[test]
fn a_service_sets_its_port_and_leaves_the_rest() {
    let http =
        with(&[("FILMLENS__HTTP__RATE_LIMIT__PER_SECOND", "0"), ("FILMLENS__HTTP__REQUEST_TIMEOUT", "30s")]);
    let http = http.unwrap().http;
    assert_eq!((http.port, http.rate_limit.per_second, http.rate_limit.burst), (8001, 0, 200));
    assert_eq!(
        (http.request_timeout, http.drain_timeout),
        (Duration::from_secs(30), Duration::from_secs(20))
    );
}

#[test]
fn a_wrong_setting_is_named() {
    let message = |name, value| with(&[(name, value)]).unwrap_err().to_string();
    assert_eq!(
        message("FILMLENS__HTTP__REQUEST_TIMEOUT", "10"),
        "FILMLENS__HTTP__REQUEST_TIMEOUT must be a duration such as 10s or 1m 30s, not unsigned int `10`"
    );
    let unknown = message("FILMLENS__HTTP__RATE_LIMIT__PER_MINUTE", "5");
    assert_eq!(
        unknown,
        "FILMLENS__HTTP__RATE_LIMIT__PER_MINUTE is not a setting; this section has per_second, burst"
    );
}

#[test]
fn an_origin_that_no_browser_sends_is_refused() {
    for wrong in ["films.example", "https://films.example/", "https://"] {
        let list = format!("[{wrong:?}]");
        let error = with(&[("FILMLENS__HTTP__CORS_ALLOWED_ORIGINS", &list)]).unwrap_err().to_string();
        assert!(error.starts_with("FILMLENS__HTTP__CORS_ALLOWED_ORIGINS must list"), "{error}");
    }
    let allowed = with(&[("FILMLENS__HTTP__CORS_ALLOWED_ORIGINS", r#"["https://films.example"]"#)]).unwrap();
    assert_eq!(allowed.http.cors_allowed_origins, ["https://films.example"]);
}

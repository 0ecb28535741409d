use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetrySettings {
    /// How log lines look: `json` for machines, `pretty` for people.
    pub format: LogFormat,
    /// What is logged, as in `info,sqlx=warn`. `filmlens_web=debug` adds a line for each request.
    pub filter: String,
    /// OTLP over HTTP: the collector's address, such as `http://collector:4318`. Without one, no spans are exported.
    pub otlp_endpoint: Option<String>,
    /// The share of new traces to record, 0 to 1. A caller's decision, in its `traceparent`, is followed.
    pub sample_ratio: f64,
}

impl Default for TelemetrySettings {
    fn default() -> Self {
        Self { format: LogFormat::Json, filter: "info".to_owned(), otlp_endpoint: None, sample_ratio: 1.0 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Json,
    Pretty,
}

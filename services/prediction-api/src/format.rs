use axum::response::{IntoResponse, Response};
use filmlens_api_types::{SensitivityPrediction, TriggerPrediction};
use filmlens_web::extract::{Json, lenient_bool};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// In which shape a prediction is answered: `niveles` unless it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// Three levels for each category.
    #[default]
    Niveles,
    /// Yes or no for each of five triggers, as the first revisions answered.
    Triggers,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FormatParams {
    #[param(inline)]
    #[serde(default)]
    formato: Option<Format>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PredictParams {
    #[param(inline)]
    #[serde(default)]
    formato: Option<Format>,
    /// Whether to tell which words and facts pushed each score.
    #[serde(default, deserialize_with = "lenient_bool")]
    #[param(value_type = Option<bool>)]
    pub(crate) explain: Option<bool>,
}

impl FormatParams {
    pub(crate) fn format(&self) -> Format {
        self.formato.unwrap_or_default()
    }
}

impl PredictParams {
    pub(crate) fn format(&self) -> Format {
        self.formato.unwrap_or_default()
    }
}

/// What is answered where the old shape is wanted without its content.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {
    #[schema(example = "OK")]
    status: &'static str,
}

/// The levels of each category, or what `formato=triggers` asks for.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes what `answer` gives")]
pub(crate) enum AnyShape {
    Levels(Box<SensitivityPrediction>),
    Triggers(TriggerPrediction),
    Done(Done),
}

impl Format {
    /// `is_verbose` counts for the old shape alone, where it is part of the contract.
    pub(crate) fn answer(self, prediction: SensitivityPrediction, is_verbose: bool) -> Response {
        match self {
            Self::Niveles => Json(prediction).into_response(),
            Self::Triggers if is_verbose => Json(TriggerPrediction::from(&prediction)).into_response(),
            Self::Triggers => Json(Done { status: "OK" }).into_response(),
        }
    }
}

use std::sync::Arc;

use filmlens_domain::{Assessment, FilmEvidence};
use filmlens_inference::{Classifier, ContentQuery, ModelError};
use filmlens_sensitivity::{Form, SensitivityModel};
use filmlens_settings::Environment;
use filmlens_web::{probe, stop_signal};
use prediction_api::{Application, Build, Loader, Settings};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let environment = Environment::from_process();
    let settings = Settings::load(&environment)?;
    match std::env::args().nth(1).as_deref() {
        None => {}
        Some("health-check") => return Ok(probe::is_ready(&settings.http).await?),
        Some(other) => {
            anyhow::bail!("{other} is not a command; there is health-check, and serving without one")
        }
    }
    let telemetry = filmlens_telemetry::init("prediction-api", &settings.telemetry)?;
    let database = if settings.saving.enabled {
        Some(filmlens_settings::postgres_url(&environment).await?)
    } else {
        None
    };
    let application = Application::build(&settings, database.as_ref(), loader(), telemetry.metrics()).await?;
    application.run_until(stop_signal()).await?;
    Ok(())
}

fn loader() -> Loader {
    Loader::new(|artifact| {
        let model = SensitivityModel::load(artifact)?;
        check_form(model.form())?;
        let model = Arc::new(model);
        let build: Build = Box::new(move || Ok(Box::new(Loaded(model.clone()))));
        Ok(build)
    })
}

/// What is severe would pass for moderate.
#[derive(Debug, thiserror::Error)]
#[error("a model of the form {0} cannot say alto; publish one that was trained with --form levels")]
struct NotLevels(Form);

fn check_form(form: Form) -> Result<(), NotLevels> {
    match form {
        Form::Levels => Ok(()),
        Form::Triggers => Err(NotLevels(form)),
    }
}

struct Loaded(Arc<SensitivityModel>);

impl Classifier for Loaded {
    fn assess(&mut self, queries: &[ContentQuery]) -> Result<Vec<Assessment>, ModelError> {
        let films: Vec<(&FilmEvidence, bool)> =
            queries.iter().map(|query| (&query.film, query.explain)).collect();
        Ok(self.0.assess(&films)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_of_the_older_form_is_refused_and_told_why() {
        assert!(check_form(Form::Levels).is_ok());
        let told = check_form(Form::Triggers).unwrap_err().to_string();
        assert!(told.contains("triggers") && told.contains("--form levels"), "{told}");
    }
}

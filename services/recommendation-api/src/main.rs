use filmlens_settings::Environment;
use filmlens_web::{probe, stop_signal};
use recommendation_api::{Application, Settings};

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
    let telemetry = filmlens_telemetry::init("recommendation-api", &settings.telemetry)?;
    let application = Application::build(&settings, telemetry.metrics()).await?;
    application.run_until(stop_signal()).await?;
    Ok(())
}

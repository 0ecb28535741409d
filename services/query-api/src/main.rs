use filmlens_settings::Environment;
use filmlens_web::stop_signal;
use query_api::{Application, Settings};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let environment = Environment::from_process();
    let settings = Settings::load(&environment)?;
    let telemetry = filmlens_telemetry::init("query-api", &settings.telemetry)?;
    let database = filmlens_settings::postgres_url(&environment).await?;
    let application = Application::build(&settings, &database, telemetry.metrics()).await?;
    application.run_until(stop_signal()).await?;
    Ok(())
}

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::Credentials;
use aws_smithy_http_client::Builder as HttpClientBuilder;
use aws_smithy_http_client::tls;
use serde::{Deserialize, Deserializer};

use crate::postgres::Database;
use crate::{Environment, Secret};

/// A service must come up, or say why not, well before an orchestrator's patience ends.
const TIME_LIMIT: Duration = Duration::from_secs(3);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("no region: AWS_REGION is not set and RDS_SECRET_MANAGER_ARN does not hold one")]
    NoRegion,
    #[error("AWS_USE_IAM_ROLE is false, but AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set")]
    NoCredentials,
    #[error("no answer within {TIME_LIMIT:?}")]
    TimedOut,
    #[error("the secret cannot be read")]
    Read(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the secret holds no text")]
    NoText,
    // No source: serde's message would repeat a part of the secret.
    #[error("the secret is not JSON with host, port, dbname, username and password")]
    WrongShape,
}

pub(crate) async fn database(arn: &str, environment: &Environment) -> Result<Database, Error> {
    let client = client(arn, environment);
    let text = tokio::time::timeout(TIME_LIMIT, async { read(&client.await?, arn).await });
    let secret: DatabaseSecret =
        serde_json::from_str(&text.await.map_err(|_| Error::TimedOut)??).map_err(|_| Error::WrongShape)?;
    Ok(Database {
        host: secret.host,
        port: secret.port,
        name: secret.dbname,
        user: secret.username,
        password: secret.password,
    })
}

pub(crate) fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

async fn read(client: &Client, arn: &str) -> Result<String, Error> {
    let answer = client.get_secret_value().secret_id(arn).send().await;
    let answer = answer.map_err(|error| Error::Read(error.into()))?;
    answer.secret_string.ok_or(Error::NoText)
}

async fn client(arn: &str, environment: &Environment) -> Result<Client, Error> {
    // arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME
    let region = environment.get("AWS_REGION").or(arn.split(':').nth(3)).ok_or(Error::NoRegion)?;
    let http_client = HttpClientBuilder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let mut config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http_client)
        .region(Region::new(region.to_owned()))
        .retry_config(RetryConfig::standard().with_max_attempts(2));
    if let Some(endpoint) = environment.get("AWS_ENDPOINT_URL") {
        config = config.endpoint_url(endpoint);
    }
    let keys_only =
        environment.get("AWS_USE_IAM_ROLE").is_some_and(|value| value.eq_ignore_ascii_case("false"));
    match access_key(environment) {
        Some(credentials) => config = config.credentials_provider(credentials),
        None if keys_only => return Err(Error::NoCredentials),
        None => {}
    }
    Ok(Client::new(&config.load().await))
}

/// The default chain would find the same key first, but in the process's environment, not in the snapshot.
fn access_key(environment: &Environment) -> Option<Credentials> {
    let id = environment.get("AWS_ACCESS_KEY_ID")?;
    let key = environment.get("AWS_SECRET_ACCESS_KEY")?;
    let session = environment.get("AWS_SESSION_TOKEN").map(str::to_owned);
    Some(Credentials::new(id, key, session, None, "environment"))
}

#[derive(Deserialize)]
struct DatabaseSecret {
    host: String,
    #[serde(default = "default_port", deserialize_with = "number_or_text")]
    port: u16,
    dbname: String,
    username: String,
    password: Secret,
}

fn default_port() -> u16 {
    5432
}

/// RDS writes a number, people who type the secret into the console a text.
fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Port {
        Number(u16),
        Text(String),
    }
    match Port::deserialize(deserializer)? {
        Port::Number(port) => Ok(port),
        Port::Text(text) => text.parse().map_err(serde::de::Error::custom),
    }
}

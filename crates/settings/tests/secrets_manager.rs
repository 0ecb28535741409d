//! Against moto's Secrets Manager, which `./dev test` starts.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use aws_config::{BehaviorVersion, Region};
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::Credentials;
use filmlens_settings::{Environment, postgres_url};

fn endpoint() -> String {
    let environment = Environment::from_process();
    environment
        .get("FILMLENS_TEST_AWS_ENDPOINT")
        .expect("FILMLENS_TEST_AWS_ENDPOINT is not set: run `./dev test`")
        .to_owned()
}

async fn store(value: &str) -> String {
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(endpoint())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .load()
        .await;
    let id = format!("filmlens/{}-{:?}", std::process::id(), Instant::now());
    let name: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    let created = Client::new(&config).create_secret().name(name).secret_string(value).send().await.unwrap();
    created.arn.unwrap()
}

fn environment(arn: &str, endpoint: &str) -> Environment {
    [
        ("RDS_SECRET_MANAGER_ARN", arn),
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_USE_IAM_ROLE", "false"),
        ("DATABASE_URL", "postgres://the-next-source"),
    ]
    .into_iter()
    .collect()
}

async fn url(arn: &str, endpoint: &str) -> String {
    postgres_url(&environment(arn, endpoint)).await.unwrap().expose().to_owned()
}

#[tokio::test]
async fn the_secret_wins_over_every_other_source() {
    let arn =
        store(r#"{"host":"db.example","port":5433,"dbname":"films","username":"reader","password":"p@ss","engine":"postgres"}"#)
            .await;
    assert_eq!(url(&arn, &endpoint()).await, "postgres://reader:p%40ss@db.example:5433/films");
}

#[tokio::test]
async fn the_port_may_be_text() {
    let arn =
        store(r#"{"host":"db","port":"5433","dbname":"films","username":"reader","password":"x"}"#).await;
    assert_eq!(url(&arn, &endpoint()).await, "postgres://reader:x@db:5433/films");
}

#[tokio::test]
async fn an_absent_or_wrongly_shaped_secret_falls_through() {
    let absent = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:absent-AbCdEf";
    assert_eq!(url(absent, &endpoint()).await, "postgres://the-next-source");
    let wrong = store(r#"{"username":"reader","password":"x"}"#).await;
    assert_eq!(url(&wrong, &endpoint()).await, "postgres://the-next-source");
}

#[tokio::test]
async fn an_endpoint_that_is_dead_or_silent_falls_through_quickly() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", silent.local_addr().unwrap());
    let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:any-AbCdEf";
    for endpoint in ["http://127.0.0.1:1", silent.as_str()] {
        let start = Instant::now();
        assert_eq!(url(arn, endpoint).await, "postgres://the-next-source");
        assert!(start.elapsed() < Duration::from_secs(5), "{endpoint} took {:?}", start.elapsed());
    }
}

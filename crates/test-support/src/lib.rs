//! The servers that `./dev test` starts, and on its Postgres a database of its own for each test.
//!
//! The migrations run once into a template; each test copies it, which takes a twentieth of the time. Databases are
//! not dropped: they end with their server.

pub mod program;

use std::env;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgPool};
use uuid::Uuid;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Serialises the making of the template among the test processes that share a server.
const TEMPLATE_LOCK: i64 = 0x66_69_6c_6d;

pub struct TestDatabase {
    options: PgConnectOptions,
}

impl TestDatabase {
    /// A database without a table.
    pub async fn empty() -> Self {
        let mut admin = connect(&server()).await;
        let name = format!("test_{}", Uuid::new_v4().simple());
        execute(&mut admin, format!("CREATE DATABASE {name}")).await;
        Self { options: server().database(&name) }
    }

    /// A database with the schema, without a row.
    pub async fn migrated() -> Self {
        let mut admin = connect(&server()).await;
        let template = template(&mut admin).await;
        let name = format!("test_{}", Uuid::new_v4().simple());
        execute(&mut admin, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Self { options: server().database(&name) }
    }

    pub fn url(&self) -> String {
        self.options.to_url_lossy().to_string()
    }

    pub async fn pool(&self) -> PgPool {
        PgPool::connect_with(self.options.clone()).await.expect("the test's own database answers")
    }
}

fn server() -> PgConnectOptions {
    server_url("FILMLENS_TEST_POSTGRES_URL").parse().expect("FILMLENS_TEST_POSTGRES_URL is a Postgres URL")
}

/// The address of a server that `./dev test` starts. A missing server fails the test; it never skips it.
pub fn server_url(variable: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "tests are told their servers by environment")]
    let value = env::var(variable);
    value.unwrap_or_else(|_| {
        panic!("{variable} is not set: run the tests by `./dev test`, which starts the servers")
    })
}

/// The address of the MLflow server, which starts when the first test asks for it.
pub fn mlflow_url() -> String {
    const LIMIT: Duration = Duration::from_secs(120);
    let url = server_url("FILMLENS_TEST_MLFLOW_URL");
    let authority = url.trim_start_matches("http://").trim_end_matches('/');
    let deadline = Instant::now() + LIMIT;
    while !is_healthy(authority) {
        assert!(
            Instant::now() < deadline,
            "{url} did not answer within {} s: see what `./dev test` printed before",
            LIMIT.as_secs()
        );
        thread::sleep(Duration::from_millis(100));
    }
    url
}

fn is_healthy(authority: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(authority)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(stream, "GET /health HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

async fn template(admin: &mut PgConnection) -> String {
    // The name follows the migrations, so that a server that outlives a change of them makes a new template.
    let version = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    let checksum = MIGRATIONS
        .iter()
        .flat_map(|migration| migration.checksum.iter())
        .fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    let name = format!("template_{version}_{checksum:x}");

    execute(admin, format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await;
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(&name)
        .fetch_one(&mut *admin)
        .await
        .expect("pg_database can be read");
    if !exists {
        let draft = format!("{name}_draft");
        execute(admin, format!("DROP DATABASE IF EXISTS {draft}")).await;
        execute(admin, format!("CREATE DATABASE {draft}")).await;
        let mut connection = connect(&server().database(&draft)).await;
        MIGRATIONS.run_direct(None, &mut connection, false).await.expect("the migrations run");
        connection.close().await.expect("the draft can be closed");
        execute(admin, format!("ALTER DATABASE {draft} RENAME TO {name}")).await;
    }
    execute(admin, format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})")).await;
    name
}

async fn connect(options: &PgConnectOptions) -> PgConnection {
    options.connect().await.expect("the test server answers")
}

async fn execute(connection: &mut PgConnection, statement: String) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.expect("the statement runs");
}

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Environment, Error, Secret, secrets_manager};

/// Finds the database: the secret named by `RDS_SECRET_MANAGER_ARN`, else `DATABASE_URL`, else the `DB_*` variables.
/// A secret that cannot be read is a warning, not an error: the replaced systems went on to the next source too.
pub async fn postgres_url(environment: &Environment) -> Result<Secret, Error> {
    if let Some(arn) = environment.get("RDS_SECRET_MANAGER_ARN") {
        match secrets_manager::database(arn, environment).await {
            Ok(database) => return Ok(database.url()),
            Err(error) => tracing::warn!(
                error = secrets_manager::chain(&error),
                "RDS_SECRET_MANAGER_ARN cannot be used; trying DATABASE_URL and DB_* instead"
            ),
        }
    }
    if let Some(url) = environment.get("DATABASE_URL") {
        return Ok(Secret::new(url));
    }
    from_parts(environment)
}

fn from_parts(environment: &Environment) -> Result<Secret, Error> {
    let or = |name, default| environment.get(name).unwrap_or(default).to_owned();
    let port = or("DB_PORT", "5432");
    let Ok(port) = port.parse() else {
        let problem = format!("must be a whole number from 0 to 65535, not {port:?}");
        return Err(Error::Setting { key: "DB_PORT".to_owned(), problem });
    };
    let database = Database {
        host: or("DB_HOST", "filmlens-db"),
        port,
        name: or("DB_NAME", "filmlens"),
        user: or("DB_USER", "filmlens_user"),
        password: Secret::new(environment.get("DB_PASSWORD").ok_or(Error::NoDatabase)?),
    };
    Ok(database.url())
}

#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) name: String,
    pub(crate) user: String,
    pub(crate) password: Secret,
}

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Database {
    pub(crate) fn url(&self) -> Secret {
        let encode = |text| utf8_percent_encode(text, RESERVED);
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        Secret::new(format!(
            "postgres://{}:{}@{host}:{}/{}",
            encode(&self.user),
            encode(self.password.expose()),
            self.port,
            encode(&self.name)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn url(variables: &[(&str, &str)]) -> Result<String, Error> {
        let url = postgres_url(&variables.iter().copied().collect()).await?;
        Ok(url.expose().to_owned())
    }

    #[tokio::test]
    async fn the_whole_url_wins_over_its_parts() {
        let both = [("DATABASE_URL", "postgres://a:b@c/d"), ("DB_PASSWORD", "secret")];
        assert_eq!(url(&both).await.unwrap(), "postgres://a:b@c/d");
    }

    #[tokio::test]
    async fn parts_have_defaults_and_are_percent_encoded() {
        assert_eq!(
            url(&[("DB_PASSWORD", "p@ss/w:rd#1%")]).await.unwrap(),
            "postgres://filmlens_user:p%40ss%2Fw%3Ard%231%25@filmlens-db:5432/filmlens"
        );
        let all = [
            ("DB_HOST", "::1"),
            ("DB_PORT", "5435"),
            ("DB_NAME", "films"),
            ("DB_USER", "me@x"),
            ("DB_PASSWORD", "ñ"),
        ];
        assert_eq!(url(&all).await.unwrap(), "postgres://me%40x:%C3%B1@[::1]:5435/films");
    }

    #[tokio::test]
    async fn there_is_no_default_password() {
        let error = url(&[("DB_HOST", "localhost"), ("DATABASE_URL", "")]).await.unwrap_err().to_string();
        for way in ["RDS_SECRET_MANAGER_ARN", "DATABASE_URL", "DB_PASSWORD", "DB_HOST", "DB_USER"] {
            assert!(error.contains(way), "{error}");
        }
    }

    #[tokio::test]
    async fn a_wrong_port_is_named() {
        let error = url(&[("DB_PASSWORD", "x"), ("DB_PORT", "http")]).await.unwrap_err().to_string();
        assert!(error.starts_with("DB_PORT must be"), "{error}");
    }

    #[tokio::test]
    async fn a_secret_that_cannot_be_read_falls_through() {
        let variables = [
            ("RDS_SECRET_MANAGER_ARN", "not an arn"),
            ("AWS_USE_IAM_ROLE", "false"),
            ("DATABASE_URL", "postgres://next"),
        ];
        assert_eq!(url(&variables).await.unwrap(), "postgres://next");
    }
}

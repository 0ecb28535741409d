use std::time::Duration;

use filmlens_catalog_store::{CatalogStore, PostgresSettings, Role};
use filmlens_domain::{Description, Film, FilmIds, ImdbId, Rating, Runtime, Text, Title, TmdbId, Year};
use filmlens_settings::{Environment, Secret};
use filmlens_test_support::TestDatabase;
use query_api::{Application, Settings};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use tokio::sync::oneshot;

/// The service on a free port with a database of its own, as `main` builds it.
pub(crate) struct TestApi {
    pub(crate) store: CatalogStore,
    address: String,
    client: Client,
    _stop: oneshot::Sender<()>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl TestApi {
    pub(crate) async fn spawn() -> Self {
        let url = TestDatabase::migrated().await.url();
        Self::spawn_on(&url, &url).await
    }

    /// The service reaches its database at one address, the test at another.
    pub(crate) async fn spawn_on(service_url: &str, test_url: &str) -> Self {
        let api = Self::start_on(service_url, test_url).await;
        api.wait_until_ready().await;
        api
    }

    /// As [`Self::spawn_on`], without waiting for the service to be ready.
    pub(crate) async fn start_on(service_url: &str, test_url: &str) -> Self {
        filmlens_telemetry::install_tls_provider();
        let environment = Environment::from_iter([
            ("FILMLENS__HTTP__HOST", "127.0.0.1"),
            ("FILMLENS__HTTP__PORT", "0"),
            ("FILMLENS__HTTP__RATE_LIMIT__PER_SECOND", "0"),
            ("FILMLENS__POSTGRES__MAX_CONNECTIONS", "4"),
        ]);
        let settings = Settings::load(&environment).unwrap();
        let metrics = filmlens_telemetry::init_for_tests().metrics();
        let application = Application::build(&settings, &Secret::new(service_url), metrics).await.unwrap();
        let address = format!("http://{}", application.local_address());
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(application.run_until(async {
            let _ = stopped.await;
        }));
        let store = CatalogStore::connect(
            &Secret::new(test_url),
            &PostgresSettings { max_connections: 2, ..PostgresSettings::default() },
        )
        .unwrap();
        let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        Self { store, address, client, _stop: stop }
    }

    pub(crate) async fn wait_until_ready(&self) {
        for _ in 0..400 {
            if self.get("/health/ready").await.status == StatusCode::OK {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the service is not ready: {}", self.get("/health/ready").await.body);
    }

    pub(crate) fn address(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answer { status, headers, body }
    }

    pub(crate) async fn key(&self, name: &str, role: Role) -> String {
        self.store.create_api_key(name, role).await.unwrap().key
    }

    /// Writes as another process would, so that the service has to notice.
    pub(crate) async fn has_films(&self, films: &[Film]) {
        for film in films {
            self.store.create_film(film).await.unwrap();
        }
        for _ in 0..400 {
            let total = self.get("/api/v1/movies/search").await.body["total_items"].as_u64();
            if total == Some(films.len() as u64) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the service does not notice the films");
    }
}

impl TestApi {
    /// Waits until typing a text suggests a title: titles are read in the background.
    pub(crate) async fn suggests(&self, text: &str, title: &str) -> Value {
        for _ in 0..400 {
            let answer = self.get(&format!("/api/v1/movies/autocomplete?q={text}")).await;
            let first = answer.body["suggestions"][0].clone();
            if first["movie_name"] == title {
                return first;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{text} does not suggest {title}");
    }
}

impl Answer {
    /// The answer is this problem, in the one format that errors have.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, detail: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.body["status"], status, "{}", self.body);
        assert_eq!(self.body["detail"], detail);
        assert!(self.body["code"].is_string() && self.body["request_id"].is_string(), "{}", self.body);
    }

    #[track_caller]
    pub(crate) fn etag(&self) -> &str {
        self.headers["etag"].to_str().unwrap()
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        let items = self.body["items"].as_array().map_or(&[][..], Vec::as_slice);
        items.iter().map(|movie| movie["movie_name"].as_str().unwrap()).collect()
    }
}

pub(crate) fn film(imdb: &str, tmdb: &str, title: &str, year: i64, rating: f64, genres: &[&str]) -> Film {
    let ids =
        FilmIds::new(Some(ImdbId::parse(imdb).unwrap()), Some(TmdbId::parse(tmdb).unwrap()), None).unwrap();
    Film {
        year: Some(Year::new(year).unwrap()),
        runtime: Some(Runtime::from_minutes(120).unwrap()),
        rating: Some(Rating::new(rating).unwrap()),
        genres: genres.iter().map(|genre| Text::parse(genre).unwrap()).collect(),
        description: Some(Description::parse(format!("A film called {title}.")).unwrap()),
        ..Film::new(ids, Title::parse(title).unwrap())
    }
}

pub(crate) fn three_films() -> Vec<Film> {
    vec![
        film("tt0068646", "238", "The Godfather", 1972, 9.2, &["Crime", "Drama"]),
        film("tt0211915", "194", "Amélie", 2001, 8.3, &["Comedy", "Romance"]),
        film("tt0078748", "348", "Alien", 1979, 8.5, &["Horror", "Sci-Fi"]),
    ]
}

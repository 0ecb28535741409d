use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use filmlens_test_support::TestDatabase;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::api::{TestApi, three_films};

/// Stands between the service and its real database, and can take it away.
struct Cable {
    port: u16,
    state: Arc<AtomicU8>,
    changed: Arc<Notify>,
}

const PLUGGED: u8 = 0;
const CUT: u8 = 1;

impl Cable {
    async fn to(database: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (state, changed) = (Arc::new(AtomicU8::new(PLUGGED)), Arc::new(Notify::new()));
        let cable = Self { port, state: Arc::clone(&state), changed: Arc::clone(&changed) };
        tokio::spawn(async move {
            loop {
                let Ok((mut client, _)) = listener.accept().await else { return };
                if state.load(Ordering::SeqCst) == CUT {
                    continue;
                }
                let (database, changed) = (database.clone(), Arc::clone(&changed));
                tokio::spawn(async move {
                    let mut server = TcpStream::connect(&database).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        () = changed.notified() => {}
                    }
                });
            }
        });
        cable
    }

    fn cut(&self) {
        self.state.store(CUT, Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    fn plug_in(&self) {
        self.state.store(PLUGGED, Ordering::SeqCst);
    }
}

async fn api_behind_a_cable() -> (TestApi, Cable) {
    let direct = TestDatabase::migrated().await.url();
    let (through, cable) = behind_a_cable(&direct).await;
    (TestApi::spawn_on(&through, &direct).await, cable)
}

async fn behind_a_cable(direct: &str) -> (String, Cable) {
    let (credentials, rest) = direct.rsplit_once('@').unwrap();
    let (address, database) = rest.split_once('/').unwrap();
    let cable = Cable::to(address.to_owned()).await;
    let through = format!("{credentials}@127.0.0.1:{}/{database}", cable.port);
    (through, cable)
}

#[tokio::test]
async fn a_database_that_goes_is_told_at_once_and_one_that_comes_back_is_used_again() {
    let (api, cable) = api_behind_a_cable().await;
    api.has_films(&three_films()).await;
    api.suggests("ali", "Alien").await;

    cable.cut();
    let paths = [
        "/api/v1/movies/search",
        "/api/v1/movies/search?q=never-asked-before",
        "/api/v1/movies/facets",
        "/api/v1/movies/filters/options",
        "/api/v1/movies/tt0078748",
        "/api/v1/triggers",
    ];
    for path in paths {
        let answer = api.get(path).await;
        assert_eq!(answer.status, 503, "{path}: {}", answer.body);
        assert_eq!(answer.headers["retry-after"], "1", "{path}");
        assert_eq!(answer.body["code"], "catalog_unavailable");
    }
    // By now the follower has noticed as well: nobody waits for a connection attempt any more.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let started = Instant::now();
    for _ in 0..20 {
        assert_eq!(api.get("/api/v1/movies/search").await.status, 503);
    }
    assert!(started.elapsed() < Duration::from_secs(2), "twenty refusals took {:?}", started.elapsed());

    // Readiness is found out once a second at most.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(api.get("/health/ready").await.status, 503);
    assert_eq!(api.get("/health").await.status, 200);
    let suggestions = api.get("/api/v1/movies/autocomplete?q=ali").await;
    assert_eq!(suggestions.body["suggestions"][0]["movie_name"], "Alien");
    assert_eq!(suggestions.body["degraded"], true);

    cable.plug_in();
    api.wait_until_ready().await;
    assert_eq!(api.get("/api/v1/movies/search").await.body["total_items"], 3);
    assert_eq!(api.get("/api/v1/movies/autocomplete?q=ali").await.body.get("degraded"), None);
}

#[tokio::test]
async fn a_service_that_starts_without_its_database_says_so_at_once_and_begins_when_it_comes() {
    let direct = TestDatabase::migrated().await.url();
    let (through, cable) = behind_a_cable(&direct).await;
    cable.cut();
    let api = TestApi::start_on(&through, &direct).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let started = Instant::now();
    for _ in 0..10 {
        let answer = api.get("/api/v1/movies/search").await;
        assert_eq!((answer.status.as_u16(), answer.headers["retry-after"].to_str().unwrap()), (503, "1"));
    }
    assert!(started.elapsed() < Duration::from_secs(1), "ten refusals took {:?}", started.elapsed());

    cable.plug_in();
    api.wait_until_ready().await;
    assert_eq!(api.get("/api/v1/movies/search").await.status, 200);
}
